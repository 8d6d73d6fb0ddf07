"""The verifier that Go's libraries are asked through, and one long log for all who check one."""

import sys
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Connection

from access.database import writing
from access.log.canonical import Json
from access.log.entry import append
from access.log.leaves import parse_leaf
from tests.access.log.outside import GoVerifier, compile_verifier
from tests.access.log.trees import GrownTree, sha256
from tests.access.writing_school import WHY, WritingSchool
from tests.conftest import MORNING

#: Three levels of tiles, each with a partial one.
LONG = 70_001


@pytest.fixture(scope="session")
def go(tmp_path_factory: pytest.TempPathFactory) -> GoVerifier:
    """Compile the program once."""
    if sys.platform != "linux":
        pytest.skip("Go's libraries come as packages of Debian")
    return compile_verifier(tmp_path_factory.mktemp("go"))


#: Written out: to make 70,001 the usual way takes longer than to hash them.
LEAF = '{"h":"%s","k":"viewing:opened","n":%d,"v":1}'


@pytest.fixture(scope="session")
def long_tree() -> GrownTree:
    """Grow the tree of a long log, leaf by leaf."""
    tree = GrownTree([(LEAF % (sha256(b"%d" % number).hex(), number)).encode() for number in range(LONG)])
    assert parse_leaf(tree.leaves[-1]).number == LONG - 1
    return tree


#: Enough that the tree has seven levels, and is not full.
ENTRIES = 77


@pytest.fixture
def in_hand(written: WritingSchool) -> Iterator[Connection]:
    """A connection of somebody whom no trigger stops, and who takes back what they did."""
    with writing(written.world.database) as connection:
        for number in range(ENTRIES):
            at = MORNING + timedelta(seconds=number)
            body: dict[str, Json] = {"reason": WHY, "actor": {"person": written.office.person_id}}
            if number % 2:
                body["subject"] = {"room": written.room, "person": written.guardian}
            append(connection, log=written.id, kind="log:read", at=at, body=body)
    with written.world.database.connect() as connection:
        on_sqlite = connection.dialect.name == "sqlite"
        connection.exec_driver_sql(f"DROP TRIGGER log_erasure_named{'' if on_sqlite else ' ON log_erasure'}")
        if not on_sqlite:
            connection.exec_driver_sql("DROP TRIGGER log_entry_only_erased ON log_entry")
        for table in ("log_entry", "log_mention", "log_node", "log_checkpoint", "log_erasure"):
            if on_sqlite:
                for verb in ("update", "delete"):
                    connection.exec_driver_sql(f"DROP TRIGGER {table}_no_{verb}")
            else:
                connection.exec_driver_sql(f"DROP TRIGGER {table}_append_only ON {table}")
                if table == "log_mention":
                    connection.exec_driver_sql("DROP TRIGGER log_mention_no_delete ON log_mention")
        connection.commit()
        yield connection
