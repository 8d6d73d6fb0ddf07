"""Have each log quote the other, so that whoever rewrites one has to rewrite both.

Once a day the log of a school says how far the installation's had come, and the installation's how
far each school's had. What is quoted is the root under the log's name, which tells nobody
which school it is, and of a school the size; from then on every checkpoint of the one covers
the other's head.
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, select

from access.closings import VIA_PORTAL
from access.database import reading, writing
from access.log import entry
from access.log.canonical import Json
from access.log.entry import INSTALLATION
from access.log.signing import origin_of
from access.log.store import LogEntry, LogEra
from access.log.tree import read_head

KIND = "log:quoted"
EVERY = timedelta(days=1)


def quote_logs(engine: Engine, now: datetime) -> list[int]:
    """Have the logs quote each other where the last time is longer ago than :data:`EVERY`.

    Returns:
        the schools of which that was done.

    Raises:
        LogUnavailable, RecordsUnavailable: nothing was written of the school at which it failed.
    """
    with reading(engine) as connection:
        named = connection.execute(select(LogEra.log).distinct().order_by(LogEra.log)).scalars().all()
        schools = [log for log in named if log != INSTALLATION and _is_due(connection, log, now)]
    if INSTALLATION not in named:
        return []
    for school in schools:
        with writing(engine) as connection:
            of_school, of_all = _head(connection, school), _head(connection, INSTALLATION)
            del of_all["size"]  # how much goes on elsewhere is no school's business
            for log, quoted in ((school, of_all), (INSTALLATION, of_school)):
                entry.append(connection, log=log, kind=KIND, at=now, body=_body(quoted))
    return schools


def _is_due(connection: Connection, log: int, now: datetime) -> bool:
    last = connection.execute(
        select(LogEntry.at)
        .where(LogEntry.log == log, LogEntry.kind == KIND)
        .order_by(LogEntry.number.desc())
        .limit(1)
    ).scalar()
    return last is None or not now - EVERY < last <= now


def _head(connection: Connection, log: int) -> dict[str, Json]:
    head = read_head(connection, log)
    return {"origin": origin_of(connection, log), "size": head.size, "root": head.root.hex()}


def _body(quoted: dict[str, Json]) -> dict[str, Json]:
    return {
        "actor": {"person": None, "via": VIA_PORTAL},
        "reason": "",
        "revision": None,
        "subject": {},
        "quoted": quoted,
    }
