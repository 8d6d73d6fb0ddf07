"""The records of a school that is closed: by whom, why, and how it comes to be opened again.

Closing is one act; opening is a deliberate act of two, and the record keeps what the first
of them proposed until the second agrees. No record, no closing: a school is open.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    Connection,
    ForeignKey,
    String,
    and_,
    bindparam,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Mapped, aliased, mapped_column

from access.database import Base, UtcDateTime
from access.keys import KEY_LENGTH
from access.look_records import end_looks
from access.people import Person
from access.places import Epoch, Room
from access.spans import ALWAYS, FAR, Span, less

#: A proposal that nobody confirmed for so long is over.
PROPOSAL_HOLDS = timedelta(days=1)


class SchoolClosing(Base):
    """A school's cameras are closed over ``[closed_at, opened_at)``, every one of them."""

    __tablename__ = "school_closing"
    __table_args__ = (CheckConstraint("after_restore IN ('whole','gap')", name="after_restore"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    #: When it was asked for; what is recorded late is closed from then on all the same.
    closed_at: Mapped[datetime]
    #: None where nobody was named: closing does not wait for a name.
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    #: Why, in the words of who closed; shown to staff only.
    reason: Mapped[str] = mapped_column(String(500))
    #: Names the proposal that waits, so that nobody confirms another than they read.
    proposal_key: Mapped[str | None] = mapped_column(String(KEY_LENGTH))
    opening_proposed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    opening_proposed_at: Mapped[datetime | None]
    opened_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    opened_at: Mapped[datetime | None] = mapped_column(index=True)
    #: A backup was put back: ``whole`` where everything that was ended since is known, else ``gap``.
    after_restore: Mapped[str | None] = mapped_column(String(8))


@dataclass(frozen=True, slots=True)
class Closed:
    """A school that is closed, as its staff read it."""

    closed_at: datetime
    closed_by: str | None
    reason: str
    #: The proposal to open that waits for a second person, if one does.
    proposal_key: str | None
    proposed_by_id: int | None
    proposed_by: str | None
    proposed_at: datetime | None
    #: As of the record.
    after_restore: str | None = None


def open_spans(closings: Iterable[tuple[datetime, datetime | None]]) -> tuple[Span, ...]:
    """Return when a school was not closed, from the ``(closed_at, opened_at)`` of its closings."""
    spans = ((closed_at, FAR if opened_at is None else opened_at) for closed_at, opened_at in closings)
    return tuple(less([ALWAYS], (Span(start, end) for start, end in spans if start < end)))


def is_closed() -> ColumnElement[bool]:
    """Say that the school of the room in the query around this is closed at ``:now``."""
    at: ColumnElement[datetime] = bindparam("now", type_=UtcDateTime())
    return (
        select(SchoolClosing.id)
        .where(
            SchoolClosing.school_id == Room.school_id,
            SchoolClosing.closed_at <= at,
            or_(SchoolClosing.opened_at.is_(None), SchoolClosing.opened_at > at),
        )
        .correlate(Room)
        .exists()
    )


def standing(connection: Connection, school_id: int) -> Any:
    """Return the closing that nobody has opened yet, as a row; None where the school is open."""
    still = (SchoolClosing.school_id == school_id, SchoolClosing.opened_at.is_(None))
    return connection.execute(
        select(*SchoolClosing.__table__.columns).where(*still).order_by(SchoolClosing.id).limit(1)
    ).one_or_none()


def record_closing(
    connection: Connection, school_id: int, at: datetime, *, by: int | None, reason: str
) -> None:
    """Close a school; where it is closed already, from the earlier on, and with no proposal to open it."""
    closed = standing(connection, school_id)
    if closed is None:
        values = {"school_id": school_id, "closed_at": at, "closed_by": by, "reason": reason}
        connection.execute(insert(SchoolClosing).values(**values))
    else:
        this = (SchoolClosing.id == closed.id, SchoolClosing.school_id == school_id)
        nobody = {"proposal_key": None, "opening_proposed_by": None, "opening_proposed_at": None}
        earlier = min(at, closed.closed_at)
        connection.execute(update(SchoolClosing).where(*this).values(closed_at=earlier, **nobody))
    running = (Epoch.school_id == school_id, Epoch.ended_at.is_(None), Epoch.started_at <= at)
    connection.execute(update(Epoch).where(*running).values(ended_at=at))
    end_looks(connection, school_id, at)


def load_closed(connection: Connection, school_id: int, now: datetime) -> Closed | None:
    """Load what staff are told of the closing of their school; None where it is open.

    A proposal is told only while it can still be confirmed.
    """
    closer, proposer = aliased(Person), aliased(Person)
    row = connection.execute(
        select(
            SchoolClosing.closed_at,
            SchoolClosing.reason,
            SchoolClosing.proposal_key,
            SchoolClosing.opening_proposed_by,
            SchoolClosing.opening_proposed_at,
            SchoolClosing.after_restore,
            closer.name.label("closed_by"),
            proposer.name.label("proposed_by"),
        )
        .outerjoin(closer, closer.id == SchoolClosing.closed_by)
        .outerjoin(proposer, proposer.id == SchoolClosing.opening_proposed_by)
        .where(and_(SchoolClosing.school_id == school_id, SchoolClosing.opened_at.is_(None)))
        .order_by(SchoolClosing.id)
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    told = (row.proposal_key, row.opening_proposed_by, row.proposed_by, row.opening_proposed_at)
    if not still_waits(row.opening_proposed_at, now):
        told = (None, None, None, None)
    return Closed(row.closed_at, row.closed_by, row.reason, *told, row.after_restore)


def still_waits(proposed_at: datetime | None, now: datetime) -> bool:
    """Say whether a proposal made then can be confirmed at *now*."""
    return proposed_at is not None and proposed_at <= now < proposed_at + PROPOSAL_HOLDS
