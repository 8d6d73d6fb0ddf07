"""What is decided about how long a school keeps what entries say, for the page and the command."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.orm import aliased

from access.enrolment import Child
from access.erasing_due import setting_of
from access.log.entry import Entry, read_entries
from access.log.erasures import KIND
from access.log.store import LogEntry
from access.people import Person
from access.places import Room
from access.retention import DEFAULTS, Group
from access.retention_records import ErasureRequest, LogHold, RetentionSetting

#: So many of what is over are shown.
LAST = 10


@dataclass(frozen=True, slots=True)
class Setting:
    """How many months each group is kept, and who said so."""

    id: int
    key: str
    months: Mapping[Group, int]
    proposed_by: str
    proposed_at: datetime
    #: None while it waits for a second person.
    approved_by: str | None
    approved_at: datetime | None
    proposer_id: int


@dataclass(frozen=True, slots=True)
class Hold:
    """One hold that stands; what it is about by its name, or nothing where it is everything."""

    id: int
    key: str
    about: tuple[str, ...]
    since: datetime | None
    until: datetime | None
    words: str
    placed_by: str
    placed_at: datetime
    #: Who asked for its end, which waits for another.
    end_asked_by: str | None
    asker_id: int | None


@dataclass(frozen=True, slots=True)
class Request:
    """What is said of one person is to be erased."""

    id: int
    key: str
    person: str
    before: datetime
    asked_by: str
    asked_at: datetime
    agreed_by: str | None
    done_at: datetime | None
    asker_id: int


@dataclass(frozen=True, slots=True)
class Retention:
    """All of it."""

    #: None where two people never decided: then nothing is erased.
    in_force: Setting | None
    proposal: Setting | None
    holds: tuple[Hold, ...]
    requests: tuple[Request, ...]
    #: The last erasures, newest first.
    erasures: tuple[Entry, ...]

    @property
    def suggested(self) -> Mapping[Group, int]:
        """Return what a new proposal begins with."""
        return DEFAULTS if self.in_force is None else self.in_force.months


def load_retention(connection: Connection, school_id: int) -> Retention:
    """Return what a school has decided, and what was erased."""
    row = setting_of(connection, school_id)
    newest = connection.execute(
        select(*RetentionSetting.__table__.columns)
        .where(RetentionSetting.school_id == school_id)
        .order_by(RetentionSetting.id.desc())
        .limit(1)
    ).one_or_none()
    waits = newest if newest is not None and newest.approved_at is None else None
    return Retention(
        None if row is None else _setting(connection, row),
        None if waits is None else _setting(connection, waits),
        _holds(connection, school_id),
        _requests(connection, school_id),
        tuple(read_entries(connection, school_id, only=LogEntry.kind == KIND, limit=LAST)),
    )


def _setting(connection: Connection, row: Any) -> Setting:
    people = select(Person.id, Person.name).where(Person.id.in_((row.proposed_by, row.approved_by)))
    names = {one.id: one.name for one in connection.execute(people)}
    return Setting(
        row.id,
        row.key,
        {group: getattr(row, group.value) for group in Group},
        names[row.proposed_by],
        row.proposed_at,
        names.get(row.approved_by),
        row.approved_at,
        row.proposed_by,
    )


def _holds(connection: Connection, school_id: int) -> tuple[Hold, ...]:
    placer, asker, person = aliased(Person), aliased(Person), aliased(Person)
    asked = (
        select(
            *(LogHold.id, LogHold.key, LogHold.since, LogHold.until, LogHold.words, LogHold.placed_at),
            *(LogHold.end_asked_by, placer.name.label("placed_by"), asker.name.label("asked_by")),
            *(person.name.label("person"), Child.name.label("child"), Room.name.label("room")),
        )
        .join(placer, placer.id == LogHold.placed_by)
        .outerjoin(asker, asker.id == LogHold.end_asked_by)
        .outerjoin(person, person.id == LogHold.person_id)
        .outerjoin(Child, (Child.id == LogHold.child_id) & (Child.school_id == LogHold.school_id))
        .outerjoin(Room, (Room.id == LogHold.room_id) & (Room.school_id == LogHold.school_id))
        .where(LogHold.school_id == school_id, LogHold.ended_at.is_(None))
        .order_by(LogHold.id)
    )
    return tuple(
        Hold(
            r.id,
            r.key,
            tuple(name for name in (r.person, r.child, r.room) if name is not None),
            r.since,
            r.until,
            r.words,
            r.placed_by,
            r.placed_at,
            r.asked_by,
            r.end_asked_by,
        )
        for r in connection.execute(asked)
    )


def _requests(connection: Connection, school_id: int) -> tuple[Request, ...]:
    whose, asker, second = aliased(Person), aliased(Person), aliased(Person)
    asked = (
        select(
            *(ErasureRequest.id, ErasureRequest.key, ErasureRequest.before, ErasureRequest.asked_at),
            *(ErasureRequest.done_at, ErasureRequest.asked_by.label("asker_id")),
            *(whose.name, asker.name.label("asked_by"), second.name.label("agreed_by")),
        )
        .join(whose, whose.id == ErasureRequest.person_id)
        .join(asker, asker.id == ErasureRequest.asked_by)
        .outerjoin(second, second.id == ErasureRequest.agreed_by)
        .where(ErasureRequest.school_id == school_id)
        .order_by(ErasureRequest.id.desc())
        .limit(LAST)
    )
    return tuple(
        Request(r.id, r.key, r.name, r.before, r.asked_by, r.asked_at, r.agreed_by, r.done_at, r.asker_id)
        for r in connection.execute(asked)
    )
