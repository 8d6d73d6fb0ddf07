"""What somebody watched themselves, and the receipt of each viewing.

A receipt proves one entry of the school's log, against the last checkpoint before the school's Monday:
that is the one which families keep. It tells the entry's number, and so how much was written between two
of one's own viewings; while a custody rule concerns the child, or did then, there is none on the page.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, select

from access.acts import Actor, widen
from access.custody_days import children_ever_tied, custody_days
from access.database import reading
from access.disowned_records import DisownedViewing
from access.enrolment import Child
from access.errors import Refused
from access.log.held import weekly_checkpoint
from access.log.mentions import What
from access.log.receipts import prove
from access.log.store import LogEntry, LogMention
from access.people import School, SignIn
from access.places import Room
from access.spans import Span
from access.viewing_records import Viewing
from access.world import World

#: On one page.
PAGE = 50
GIVEN = "receipt:given"


@dataclass(frozen=True, slots=True)
class OwnViewing:
    """One viewing as its own person reads it."""

    id: int
    key: str
    child: str
    room: str
    school: str
    zone: str
    opened_at: datetime
    #: None while it lasts.
    closed_at: datetime | None
    #: Seconds of picture that went out.
    seconds: float
    device: str
    sign_in_id: int
    #: They said that somebody else watched.
    is_disowned: bool


def own_viewings(
    connection: Connection, person_id: int, *, before: str | None = None, limit: int = PAGE
) -> list[OwnViewing]:
    """Return what a person watched, newest first.

    Args:
        connection: of a read transaction.
        person_id: the reader.
        before: the key of the viewing with which the last page ended. No number: from one that may be
            chosen freely the reader would learn how many others watched in between.
        limit: at most so many.
    """
    asked = _of(person_id).order_by(Viewing.id.desc()).limit(limit)
    if before is not None:
        last = select(Viewing.id).where(Viewing.key == before, Viewing.person_id == person_id)
        asked = asked.where(Viewing.id < last.scalar_subquery())
    return [_own(row) for row in connection.execute(asked)]


def receipt_of(world: World, *, actor: Actor, key: str) -> tuple[bytes, OwnViewing]:
    """Return the receipt of one of the actor's own viewings, a C2SP tlog-proof; written down first.

    Raises:
        Refused: ``viewing:unknown``; ``receipt:not_yet`` before the school's next Monday;
            ``receipt:ordered`` where a custody rule concerns the child, or did then.
        RecordsUnavailable, LogUnavailable: nothing was written, so nothing is given.
    """
    with reading(world.database) as connection:
        row = _row(connection, actor, key)

    def apply(connection: Connection, now: datetime) -> bytes:
        children = {row.child_id, *children_ever_tied(connection, row.school_id, row.person_id)}
        rules = custody_days(connection, row.school_id, children, now)
        lasted = Span(row.opened_at, max(row.closed_at or now, row.opened_at + datetime.resolution))
        if rules.is_concerned or rules.held_within(lasted):
            raise Refused("receipt:ordered")
        checkpoint = weekly_checkpoint(connection, row.school_id, row.zone, now)
        number = _entry_of(connection, row)
        if checkpoint is None or number is None or number >= checkpoint.size:
            raise Refused("receipt:not_yet")
        return prove(connection, row.school_id, number, checkpoint.note).encode()

    text = widen(
        world,
        school_id=row.school_id,
        actor=actor,
        reason="own viewing",
        kind=GIVEN,
        subject={"person": row.person_id, "viewing": row.key},
        apply=apply,
        decides=False,
    )
    return text, _own(row)


def _of(person_id: int) -> Select[Any]:
    return (
        select(
            *(Viewing.id, Viewing.key, Viewing.school_id, Viewing.person_id, Viewing.child_id),
            *(Viewing.opened_at, Viewing.closed_at, Viewing.delivered, Viewing.sign_in_id),
            Child.name.label("child"),
            Room.name.label("room"),
            School.name.label("school"),
            School.zone,
            SignIn.device,
            DisownedViewing.id.label("disowned_id"),
        )
        .join(Child, and_(Child.id == Viewing.child_id, Child.school_id == Viewing.school_id))
        .join(Room, and_(Room.id == Viewing.room_id, Room.school_id == Viewing.school_id))
        .join(School, School.id == Viewing.school_id)
        .join(SignIn, and_(SignIn.id == Viewing.sign_in_id, SignIn.person_id == Viewing.person_id))
        .outerjoin(
            DisownedViewing,
            and_(DisownedViewing.viewing_id == Viewing.id, DisownedViewing.school_id == Viewing.school_id),
        )
        .where(Viewing.person_id == person_id)
    )


def find_own(connection: Connection, person_id: int, key: str) -> Any:
    """Return the row of one of a person's own viewings.

    Raises:
        Refused: ``viewing:unknown``: there is none of theirs with that key.
    """
    row = connection.execute(_of(person_id).where(Viewing.key == key)).one_or_none()
    if row is None:
        raise Refused("viewing:unknown")
    return row


def _row(connection: Connection, actor: Actor, key: str) -> Any:
    if actor.person_id is None:
        raise Refused("viewing:unknown")
    return find_own(connection, actor.person_id, key)


def _own(row: Any) -> OwnViewing:
    return OwnViewing(
        *(row.id, row.key, row.child, row.room, row.school, row.zone, row.opened_at, row.closed_at),
        seconds=_seconds(row.delivered),
        device=row.device,
        sign_in_id=row.sign_in_id,
        is_disowned=row.disowned_id is not None,
    )


def _seconds(delivered: Mapping[str, Any]) -> float:
    return sum(int(one["milliseconds"]) for one in delivered.values()) / 1000


def _entry_of(connection: Connection, viewing: Any) -> int | None:
    """Return the number of the entry with which the viewing closed; while it lasts there is none."""
    return connection.execute(
        select(LogEntry.number)
        .join(LogMention, and_(LogMention.log == LogEntry.log, LogMention.number == LogEntry.number))
        .where(
            LogMention.log == viewing.school_id,
            LogMention.what == What.VIEWING.value,
            LogMention.value == viewing.key,
            LogEntry.kind == "viewing:closed",
        )
    ).scalar()
