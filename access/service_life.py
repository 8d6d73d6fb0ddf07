"""That the portal began and ended, in the log of the installation.

A start without an end before it is a power cut or a kill: the entry says so, and when the last
entry was written in any log, after which nothing is known.
"""

from sqlalchemy import select

from access.closings import VIA_PORTAL
from access.database import now_utc_text, writing
from access.log import entry
from access.log.store import LogEntry
from access.world import World

STARTED, STOPPED = "portal:started", "portal:stopped"

_BEFORE = (
    select(LogEntry.kind, LogEntry.at)
    .where(LogEntry.log == entry.INSTALLATION, LogEntry.kind.in_((STARTED, STOPPED)))
    .order_by(LogEntry.number.desc())
    .limit(1)
)
#: Of any log: the machine stopped once for all of them.
_LAST = select(LogEntry.at).order_by(LogEntry.id.desc()).limit(1)


def record_start(world: World) -> None:
    """Record that the portal starts, and whether it was stopped in order before.

    Raises:
        RecordsUnavailable, LogUnavailable: nothing was written.
    """
    _record(world, STARTED)


def record_stop(world: World) -> None:
    """Record that the portal was stopped in order.

    Raises:
        RecordsUnavailable, LogUnavailable: nothing was written.
    """
    _record(world, STOPPED)


def _record(world: World, kind: str) -> None:
    with writing(world.database) as connection:
        before = connection.execute(_BEFORE).one_or_none()
        last = connection.execute(_LAST).scalar_one_or_none()
        entry.append(
            connection,
            log=entry.INSTALLATION,
            kind=kind,
            at=world.clock.now(),
            body={
                "actor": {"person": None, "via": VIA_PORTAL},
                "reason": "",
                "revision": None,
                "subject": {},
                "before": before.kind if before else None,
                "since": now_utc_text(before.at) if before else None,
                "last_entry": now_utc_text(last) if last else None,
            },
        )
