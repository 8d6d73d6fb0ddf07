"""Which children are in: the records, and when one is in as far as they were known.

Records are only added. A correction is one more, about an instant that has passed: it counts
from when it was recorded, so it opens nothing in the past. What was noted holds until the
end of that day at the school.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import zip_longest
from typing import Any, Final

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from access.database import Base
from access.hours import midnights_after
from access.spans import ALWAYS, FAR, Span, common, less

IN: Final = "in"
OUT: Final = "out"

#: What a school may do, each stricter than the one before: note nothing; close for children who
#: were noted as out; open only for those in.
OFF: Final = "off"
OPTIONAL: Final = "optional"
REQUIRED: Final = "required"
MODES = (OFF, OPTIONAL, REQUIRED)

Row = Any  # a row with the columns of an attendance


class Attendance(Base):
    """A child came in, or went out."""

    __tablename__ = "attendance"
    __table_args__ = (
        CheckConstraint("what IN ('in','out')", name="what"),
        # Of a child a decision reads some days, and there are years.
        Index("ix_attendance_child_id_recorded_at", "child_id", "recorded_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    child_id: Mapped[int] = mapped_column(ForeignKey("child.id"))
    #: ``in`` or ``out``.
    what: Mapped[str] = mapped_column(String(3))
    #: When it was so; earlier than its recording where somebody corrects, or imports.
    at: Mapped[datetime]
    recorded_at: Mapped[datetime]


def is_stricter(one: str, other: str) -> bool:
    """Say whether of two of :data:`MODES` the first shows less."""
    return MODES.index(one) > MODES.index(other)


def present(rows: Iterable[Row], mode: str, since: datetime | None, zone: str) -> tuple[Span, ...]:
    """Return when a child counts as in, as unbroken stretches.

    Args:
        rows: the child's records around the present day.
        mode: one of :data:`MODES`; any other is read as ``required``, the strictest.
        since: aware; when the school chose it. What a former choice let be seen ends there.
        zone: IANA name of the school's zone.
    """
    chosen = [Span(since, FAR)] if since else [ALWAYS]
    if mode == OFF:
        return tuple(chosen)
    noted = list(_noted(rows, zone))
    if mode == OPTIONAL:
        return tuple(less(chosen, (span for what, span in noted if what == OUT)))
    return tuple(common(chosen, [span for what, span in noted if what == IN]))


def is_in(rows: Iterable[Row], zone: str, now: datetime) -> bool | None:
    """Say whether a child was noted as in or as out today; None where nothing was noted."""
    return next((what == IN for what, span in _noted(rows, zone) if now in span), None)


def _noted(rows: Iterable[Row], zone: str) -> Iterator[tuple[str, Span]]:
    """Yield what was known of the child and over which stretch, in the order in which it came to be known."""
    latest: Row = None
    ordered = sorted(rows, key=lambda row: row.id)
    for row, following in zip_longest(ordered, ordered[1:]):
        known_until = following.recorded_at if following else FAR
        if latest is None or row.at >= latest.at:
            latest = row
        first, last = midnights_after(latest.at, zone)
        end = min(known_until, first if latest.what == IN else last)
        if row.recorded_at < end:
            yield latest.what, Span(row.recorded_at, end)
