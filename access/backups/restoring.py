"""Make of a backup the database that is put in place: what was ended since is ended, and all is closed.

Everything is done on the copy, before anybody serves it: the shape of this version, a new era of each log
that quotes how far the log had come, what the journal has since, every way in that was open then, and
every school.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, delete, insert, or_, select, update

from access import schema
from access.backups.closing_more import WHY
from access.backups.manifest import Manifest
from access.backups.replaying import Line, Replayed, replay_lines
from access.closings import VIA_PORTAL
from access.database import connect, now_utc_text, reading, writing
from access.errors import RecordsUnavailable
from access.factor_records import Ceremony, RecoveryCode
from access.invitations import Invitation
from access.journal_file import Since
from access.log import entry
from access.log.eras import RESTORED
from access.log.health import broken_logs
from access.log.signing import HOST, LogKey
from access.log.store import LogEra
from access.log.tree import known_logs, read_head
from access.look_records import DoorDisplay, end_looks
from access.people import School, SignIn
from access.revision import raise_revision
from access.school_closing import SchoolClosing, record_closing
from access.seen import SeenHead
from access.world import World

ERA_BYTES = 4


@dataclass(frozen=True, slots=True)
class Known:
    """What lies outside of the backup."""

    #: The journal's lines after the backup.
    since: Since
    #: How far each log had come when the portal last looked.
    seen: Mapping[int, SeenHead]


@dataclass(frozen=True, slots=True)
class Restored:
    """What was made of a backup."""

    made_at: datetime
    replayed: Replayed
    #: Everything that was ended since is known, and one director may open a school.
    is_whole: bool
    #: Entries that were seen and are not in the backup, by the number of each log.
    lost: Mapping[int, int]


def make_restored(path: Path, manifest: Manifest, known: Known, world: World, key: LogKey) -> Restored:
    """Make the database at *path*, which a backup was opened into, fit to be put in place.

    Args:
        path: an SQLite file that nobody else uses.
        manifest: the backup's.
        known: what lies outside.
        world: whose clock it is; its own records are not looked at.
        key: the installation's, which signs the new eras.

    Raises:
        RecordsUnavailable, LogUnavailable: it could not be made so; *path* is of no use any more.
    """
    engine = connect(f"sqlite:///{path}")
    copy = replace(world, database=engine)
    try:
        schema.upgrade(engine)
        now = world.clock.now()
        lines = _lines(manifest, known.since)
        with writing(engine) as connection:
            lost = {
                log: _begin_era(connection, log, key, now, _told(manifest, known, log, len(lines)))
                for log in known_logs(connection)
            }
        replayed = replay_lines(copy, lines)
        is_whole = known.since.is_whole and not replayed.unsure
        # From the backup on, whatever the clock says now: one that goes ahead must not leave a school open.
        at = min(now, manifest.made_at)
        with writing(engine) as connection:
            _end_ways_in(connection, at)
            _close_schools(connection, at, "whole" if is_whole else "gap")
            raise_revision(connection, None)
        with reading(engine) as connection:
            if broken_logs(connection):
                raise RecordsUnavailable("a log does not hang together")
    finally:
        engine.dispose()
    return Restored(manifest.made_at, replayed, is_whole, lost)


def _lines(manifest: Manifest, since: Since) -> list[Line]:
    """Return what is to be done anew: what waited when the backup was made, then what came after."""
    after = [pending.line for pending in since.lines]
    keys = {line.get("key") for line in after}
    return [*(line for line in manifest.waiting if line.get("key") not in keys), *after]


def _told(manifest: Manifest, known: Known, log: int, lines: int) -> dict[str, object]:
    """Return what the first entry of an era says, but for how far the log has come by itself."""
    seen = known.seen.get(log)
    said = manifest.logs.get(log)
    if seen is not None and seen.root is not None and (said is None or seen.size >= said.size):
        quoted = {"origin": seen.origin, "size": seen.size, "root": seen.root}
    elif said is not None:
        quoted = {"origin": said.origin, "size": said.size, "root": said.root}
    else:
        quoted = {"origin": None, "size": 0, "root": None}
    return {
        "backup": now_utc_text(manifest.made_at),
        "quoted": quoted,
        "is_complete": known.since.is_whole,
        "lines": lines,
    }


def _begin_era(
    connection: Connection, log: int, key: LogKey, now: datetime, told: Mapping[str, object]
) -> int:
    """Begin a new era of *log*, and say so in its first entry; return how many entries are known to be lost.

    Its name has random letters: an era that began after this backup, and is not in it, had the next number.
    """
    head = read_head(connection, log)
    number = 1 + max(connection.execute(select(LogEra.number).where(LogEra.log == log)).scalars(), default=1)
    origin = f"{HOST}/log/{key.name(log)}/{number}-{secrets.token_hex(ERA_BYTES)}"
    connection.execute(
        insert(LogEra).values(log=log, number=number, origin=origin, begins_at=head.size, began_at=now)
    )
    body = {"actor": {"person": None, "via": VIA_PORTAL}, "reason": "", "revision": None, "subject": {}}
    entry.append(connection, log=log, kind=RESTORED, at=now, body={**body, **told})  # type: ignore[dict-item]
    quoted = told["quoted"]
    assert isinstance(quoted, dict)  # noqa: S101  # made above
    return max(0, int(quoted["size"]) - head.size)


def _end_ways_in(connection: Connection, at: datetime) -> None:
    """End what was open when the backup was made and may have been ended since, or used up."""
    connection.execute(update(SignIn).where(SignIn.ended_at.is_(None)).values(ended_at=at))
    still = (Invitation.accepted_at.is_(None), Invitation.ended_at.is_(None))
    connection.execute(update(Invitation).where(*still).values(ended_at=at))
    connection.execute(
        update(DoorDisplay).where(DoorDisplay.ended_at.is_(None)).values(ended_at=at, code_hash=None)
    )
    connection.execute(delete(RecoveryCode))  # some were used since, and would be good again
    connection.execute(delete(Ceremony))


def _close_schools(connection: Connection, at: datetime, after: str) -> None:
    for school_id in connection.execute(select(School.id)).scalars().all():
        record_closing(connection, school_id, at, by=None, reason=WHY)
        end_looks(connection, school_id, at)
        # A gap of an earlier restore, at which nobody has looked yet, stays one.
        no_gap = or_(SchoolClosing.after_restore.is_(None), SchoolClosing.after_restore != "gap")
        this = (SchoolClosing.school_id == school_id, SchoolClosing.opened_at.is_(None), no_gap)
        connection.execute(update(SchoolClosing).where(*this).values(after_restore=after))
