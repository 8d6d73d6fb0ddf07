"""The database, and endings that still wait for it."""

from collections.abc import Iterator
from pathlib import Path

from flask_babel import lazy_gettext
from sqlalchemy import Engine

from access import schema
from access.database import reading, writing
from access.errors import RecordsUnavailable
from access.journal import Journal
from app.health.finding import Finding, look, well, wrong

MEBIBYTE = 1 << 20
#: It is emptied at every checkpoint; so much of it means that none succeeds.
WAL_LOOK = 64 * MEBIBYTE

NO_ANSWER = lazy_gettext("The database does not answer.")
LOOK_AT_IT = lazy_gettext(
    "Look whether its disk is full or its server is down, and at who may read its file."
)


def file_of(database: str) -> Path | None:
    """Return the file of an SQLite database; None of another kind."""
    kind, _, path = database.partition(":///")
    return Path(path) if kind == "sqlite" else None


def database_findings(engine: Engine | None, file: Path | None, *, thoroughly: bool) -> Iterator[Finding]:
    """Say whether the records can be read and written, and are of this version.

    Args:
        engine: None where there is no database yet.
        file: of SQLite; None of another kind.
        thoroughly: read all of it, to find what a bad disk has done.
    """
    if engine is None:
        yield wrong(
            lazy_gettext("There is no database yet."),
            lazy_gettext("Type ./portal db upgrade; or mend PORTAL_DATA_DIRECTORY or PORTAL_DATABASE_URL."),
            detail=str(file or ""),
        )
        return
    try:
        if not schema.is_current(engine):
            yield wrong(
                lazy_gettext("The database is not of this version."),
                lazy_gettext("Back up, then type ./portal db upgrade (docs/operations/back-up.md)."),
            )
        if thoroughly and file is not None and (damage := _damage(engine)):
            yield wrong(
                lazy_gettext("The database is damaged."),
                lazy_gettext(
                    "Stop the portal, keep the file, restore the newest backup (docs/operations/back-up.md)."
                ),
                detail=damage,
            )
    except RecordsUnavailable as fault:
        yield wrong(NO_ANSWER, LOOK_AT_IT, detail=str(fault))
        return
    yield _writable(engine, file)
    yield from _long_wal(file)


def _damage(engine: Engine) -> str:
    with reading(engine) as connection:
        said = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()
    return "" if said == "ok" else str(said)


def _writable(engine: Engine, file: Path | None) -> Finding:
    """Take the turn to write, and write nothing."""
    try:
        with writing(engine):
            pass
    except RecordsUnavailable as fault:
        return wrong(
            lazy_gettext("The database takes nothing new: no viewing opens. Ending a right still works."),
            lazy_gettext(
                "End what else has the database open (a backup tool, an editor), or make room on its disk."
            ),
            detail=str(fault),
        )
    with reading(engine) as connection:
        if file is None:
            server = str(connection.exec_driver_sql("SHOW server_version").scalar_one())
            return well(lazy_gettext("The database answers: PostgreSQL %(version)s.", version=server))
    return well(lazy_gettext("The database answers and takes what is new."), detail=str(file))


def _long_wal(file: Path | None) -> Iterator[Finding]:
    log = file.with_name(f"{file.name}-wal") if file else None
    if log is not None and log.exists() and log.stat().st_size > WAL_LOOK:
        yield look(
            lazy_gettext(
                "The database's own log has grown to %(size)s MiB.", size=log.stat().st_size // MEBIBYTE
            ),
            lazy_gettext("Something keeps the database open and reads: end it, or restart the portal."),
        )


def journal_findings(path: Path) -> Iterator[Finding]:
    """Say whether endings hold that the records do not know yet."""
    waiting = len(Journal(path).pending()) if path.exists() else 0
    if waiting:
        yield look(
            lazy_gettext("%(number)s endings hold, and wait to be written into the records.", number=waiting),
            lazy_gettext(
                "Nothing for a minute; if they go on waiting, look at the line about the database. Never "
                "remove the journal."
            ),
            detail=str(path),
        )
    else:
        yield well(lazy_gettext("No ending waits to be written into the records."))
