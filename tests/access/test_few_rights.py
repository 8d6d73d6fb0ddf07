"""On PostgreSQL the account in use, made as the operations page says, has what it needs and no more."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from access import acts_people, schema
from access.clock import FrozenClock
from access.database import connect, reading, writing
from access.errors import RecordsUnavailable
from access.world import World
from tests.access.writing_school import WHY, WritingSchool
from tests.conftest import small_world
from tests.postgres import Postgres

PAGE = Path(__file__).parents[2] / "docs" / "operations" / "postgresql.md"

pytestmark = pytest.mark.e2e


def steps() -> list[list[str]]:
    """Return the statements of each step of the page."""
    blocks = re.findall(r"```sql\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    return [[one.strip() for one in block.split(";") if one.strip()] for block in blocks]


@pytest.fixture
def small_account(postgres_server: Postgres, tmp_path: Path, clock: FrozenClock) -> Iterator[World]:
    """The portal's parts, on a database made as the page says, with the account that uses it."""
    on_the_server, in_the_database, afterwards = steps()
    addresses = {
        name: postgres_server.address("portal").replace("//postgres@", f"//{name}@")
        for name in ("postgres", "portal_owner", "portal")
    }

    def type_in(statements: list[str]) -> None:
        engine = connect(addresses["postgres"])
        with writing(engine) as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)
        engine.dispose()

    for statement in on_the_server:
        postgres_server.run(statement)
    type_in(in_the_database)
    owner = connect(addresses["portal_owner"])
    schema.upgrade(owner)
    owner.dispose()
    type_in(afterwards)
    with small_world(tmp_path, clock, addresses["portal"]) as world:
        yield world
    postgres_server.run("DROP DATABASE portal WITH (FORCE)")
    for role in ("portal", "portal_owner"):
        postgres_server.run(f"DROP ROLE {role}")


def test_it_does_all_that_is_needed_and_nothing_beside_it(small_account: World) -> None:
    written = WritingSchool(small_account)
    acts_people.revoke_grant(small_account, actor=written.office, reason=WHY, grant_id=written.grant)

    assert schema.is_current(small_account.database)
    assert written.entries()[0].kind == "grant:revoked"
    for statement in (
        "CREATE TABLE another (id int)",
        "ALTER TABLE person ADD COLUMN another int",
        "DROP TRIGGER log_entry_append_only ON log_entry",
        "ALTER TABLE log_entry DISABLE TRIGGER ALL",
        "UPDATE log_entry SET kind = 'x'",
        "DELETE FROM log_entry",
        "TRUNCATE log_entry",
        "DROP TRIGGER log_node_append_only ON log_node",
        "UPDATE log_node SET position = 1",
        "DELETE FROM log_node",
        "UPDATE log_mention SET value = 'x'",
        "CREATE ROLE another",
        "SELECT pg_read_file('/etc/passwd')",
    ):
        with (
            pytest.raises(RecordsUnavailable, match="InsufficientPrivilege"),
            writing(small_account.database) as now,
        ):
            now.exec_driver_sql(statement)
    with pytest.raises(RecordsUnavailable, match="RaiseException"), writing(small_account.database) as now:
        now.exec_driver_sql("DELETE FROM log_mention")
    with reading(small_account.database) as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM log_entry").scalar_one() > 0
