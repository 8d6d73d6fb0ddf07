"""The database's shape, brought up and down by Alembic's migrations.

SQLite alters no constraint in place, so migrations run in Alembic's batch mode,
which needs every constraint to have a name, and rebuilds whole tables. Dropping
the old table would delete its rows first, so foreign keys are off meanwhile and are
checked before the commit (https://sqlite.org/lang_altertable.html, section 7).
Triggers are written by hand in the migrations: nothing can generate them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from access.database import connect, reading, writing
from access.errors import RecordsUnavailable, Refused
from access.losses import count_everything, lost
from access.records import Base

MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the database up to *revision*, in one transaction.

    Raises:
        RecordsUnavailable: the database did not answer, or a foreign key would be left
            without its record; nothing was changed.
    """
    with _rebuilding(engine) as connection:
        command.upgrade(_settings(connection), revision)


def downgrade(engine: Engine, revision: str = "base", *, may_lose: bool = True) -> None:
    """Bring the database down to *revision*, in one transaction.

    Args:
        may_lose: False: refuse where something that is kept now would be kept no longer.

    Raises:
        RecordsUnavailable: as :func:`upgrade`.
        Refused: it would lose what it may not; nothing was changed.
    """
    with _rebuilding(engine) as connection:
        before = None if may_lose else count_everything(connection)
        command.downgrade(_settings(connection), revision)
        if before and (gone := lost(before, count_everything(connection))):
            raise Refused("schema:would_lose", ", ".join(gone))


def revision_of(engine: Engine) -> str | None:
    """Return which revision the database has; None where it has no shape yet."""
    with reading(engine) as connection:
        return MigrationContext.configure(connection).get_current_revision()


def revisions() -> list[str]:
    """Return the revisions there are, newest first."""
    return [script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()]


def is_known(revision: str | None) -> bool:
    """Say whether this version has heard of *revision*; of a newer version's it has not."""
    return revision is None or revision in revisions()


def is_below(revision: str, other: str | None) -> bool:
    """Say whether *revision* comes before *other*; both are known."""
    order = revisions()
    return other is not None and order.index(revision) > order.index(other)


def is_current(engine: Engine) -> bool:
    """Say whether the database has the newest migration."""
    return revision_of(engine) == revisions()[0]


def difference(engine: Engine) -> list[object]:
    """Return what the records' classes say and the database has not, or the other way round."""
    with reading(engine) as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        return list(compare_metadata(context, Base.metadata))


@contextmanager
def _rebuilding(engine: Engine) -> Iterator[Connection]:
    """Open one write transaction in which tables may be rebuilt."""
    if engine.dialect.name != "sqlite":
        with writing(engine) as connection:
            yield connection
        return
    rebuilder = connect(str(engine.url), foreign_keys=False)
    try:
        with writing(rebuilder) as connection:
            yield connection
            if connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                raise RecordsUnavailable("a foreign key without its record")
    finally:
        rebuilder.dispose()


def _settings(connection: Connection) -> Config:
    settings = Config()
    settings.set_main_option("script_location", str(MIGRATIONS))
    settings.attributes["connection"] = connection
    return settings
