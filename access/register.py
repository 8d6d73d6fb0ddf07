"""The register of who looked up pictures or records of a school, read out of the logs.

China's State Council Order 799 (in force since 1 April 2025), art. 16(3), asks whoever runs such a
system for it: reason, content, unit and name of each time that somebody looked up or copied. A
guardian's own viewing is what the system is for, and is no line of it, nor is a copy about oneself; that
of a delegate is, and so is every look of the staff at a picture, at the log and at what the portal
explains or keeps of somebody.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, and_, exists, or_, select

from access.acts import Actor, widen
from access.delegations import Delegation
from access.log.accounts import concerns
from access.log.entry import INSTALLATION, Entry, read_entries
from access.log.names import Names, actor_id, names_in
from access.log.store import LogEntry
from access.look_records import SetupLook
from access.people import School
from access.world import World

KIND = "register:read"
DOWNLOADED = "subject_export:downloaded"
#: What the staff, and whoever is named at the machine, looks up.
OF_STAFF = (
    *("look:opened", "log:read", "log:exported", "explanation:read", "unwatched:read", KIND),
    *("subject_export:made", DOWNLOADED),
)
#: What of it may have been done to the installation's log.
OF_LOGS = ("log:read", "log:exported")
WATCHED = "viewing:opened"


@dataclass(frozen=True, slots=True)
class Register:
    """The lines of some days, oldest first."""

    entries: Sequence[Entry]
    names: Names
    #: What each setup look was asked for, by its record.
    looks: Mapping[int, str]
    #: Entries of the installation's log whose actor is no business of this school.
    by_strangers: frozenset[tuple[int, int]]
    #: There are more than were asked for; these are the newest.
    has_more: bool

    def is_by_stranger(self, entry: Entry) -> bool:
        """Say whether the school may not know who this was."""
        return (entry.log, entry.number) in self.by_strangers


def record_reading(
    world: World, *, actor: Actor, reason: str, school_id: int, first: date, last: date
) -> None:
    """Write that somebody reads or prints the register of these days, before they do.

    Raises:
        Refused: no reason was given.
        RecordsUnavailable, LogUnavailable: nothing was written, so nothing may be shown.
    """
    widen(
        world,
        school_id=school_id,
        actor=actor,
        reason=reason,
        kind=KIND,
        subject={"school": school_id, "from": first.isoformat(), "to": last.isoformat()},
        apply=lambda _connection, _at: None,
    )


def read_register(
    connection: Connection, school_id: int, since: datetime, until: datetime, *, most: int
) -> Register:
    """Return what was looked up in ``[since, until)``.

    Args:
        connection: in a read transaction.
        most: at most so many lines.
    """
    ours = read_entries(
        connection, school_id, since=since, until=until, only=_looked_up(school_id), limit=most + 1
    )
    of_all = read_entries(
        connection,
        INSTALLATION,
        since=since,
        until=until,
        only=LogEntry.kind.in_(OF_LOGS),
        limit=most + 1,
    )
    theirs = [entry for entry in of_all if _may_concern(connection, school_id, entry)]
    of_ours = [entry for entry in ours if not _is_own(entry)]
    found = sorted([*of_ours, *theirs], key=lambda entry: (entry.at, entry.log, entry.number))
    strangers = {(entry.log, entry.number) for entry in theirs if _is_stranger(connection, school_id, entry)}
    shown = found[-most:]
    return Register(
        entries=shown,
        names=names_in(connection, school_id, shown),
        looks=_asked_for(connection, school_id, shown),
        by_strangers=frozenset(strangers),
        has_more=max(len(ours), len(of_all), len(found)) > most,
    )


def look_of(entry: Entry) -> int | None:
    """Return the record of the setup look that an entry is about."""
    look = (entry.body.get("subject") or {}).get("look")
    return look if isinstance(look, int) else None


def _is_own(entry: Entry) -> bool:
    """Say whether somebody saw what is theirs to see: their own child, or the copy about themself."""
    if entry.kind == WATCHED:
        return "delegation" not in entry.body
    subject = entry.body.get("subject") or {}
    return entry.kind == DOWNLOADED and actor_id(entry) == subject.get("person")


def _looked_up(school_id: int) -> ColumnElement[bool]:
    delegates = select(Delegation.person_id).where(
        Delegation.school_id == school_id, Delegation.person_id.is_not(None)
    )
    return or_(LogEntry.kind.in_(OF_STAFF), and_(LogEntry.kind == WATCHED, LogEntry.person_id.in_(delegates)))


def _may_concern(connection: Connection, school_id: int, entry: Entry) -> bool:
    """Say whether what was read of the installation's log may have been about this school's people."""
    person = (entry.body.get("subject") or {}).get("person")
    return person is None or concerns(connection, school_id, person, entry.at)


def _is_stranger(connection: Connection, school_id: int, entry: Entry) -> bool:
    actor, person = actor_id(entry), (entry.body.get("subject") or {}).get("person")
    if actor is None:  # the machine's keeper: what they looked for may be another school's business
        return person is None and _has_neighbours(connection, school_id)
    return not concerns(connection, school_id, actor, entry.at)


def _has_neighbours(connection: Connection, school_id: int) -> bool:
    return bool(connection.execute(select(exists().where(School.id != school_id))).scalar())


def _asked_for(connection: Connection, school_id: int, entries: Sequence[Entry]) -> dict[int, str]:
    looks = {look_of(entry) for entry in entries} - {None}
    if not looks:
        return {}
    asked = select(SetupLook.id, SetupLook.words).where(
        SetupLook.school_id == school_id, SetupLook.id.in_(looks)
    )
    return {row.id: row.words for row in connection.execute(asked)}
