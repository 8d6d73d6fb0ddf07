"""The record of a school's calendar: terms, holidays, closures, make-up workdays, openings, and years."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from access.database import Base
from access.keys import KEY_LENGTH


class CalendarDays(Base):
    """What a school's calendar says of the local days ``[starts_on, ends_on)``.

    Never changed but for its end: what was so at an instant can always be said.
    """

    __tablename__ = "calendar_days"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('term','holiday','closure','make_up','opening','prepared','confirmed')", name="kind"
        ),
        CheckConstraint("ends_on > starts_on", name="ends_after_start"),
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint("(kind = 'make_up') = (weekday IS NOT NULL)", name="weekday_followed"),
        CheckConstraint(
            "starts_minute >= 0 AND starts_minute < ends_minute AND ends_minute <= 1440", name="minutes"
        ),
        CheckConstraint(
            "(kind = 'opening') = (starts_minute IS NOT NULL AND ends_minute IS NOT NULL)",
            name="minutes_of_opening",
        ),
        # A decision asks for the days of one school that are not over, and there is no narrower key.
        Index("ix_calendar_days_school_id_ends_on", "school_id", "ends_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    key: Mapped[str] = mapped_column(String(KEY_LENGTH), unique=True)
    #: Of :class:`access.calendar.DaysKind`.
    kind: Mapped[str] = mapped_column(String(12))
    #: Of the school's zone, as every date and minute here.
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    #: Of an opening: whose; None is every class group.
    class_group_id: Mapped[int | None] = mapped_column(ForeignKey("class_group.id"))
    #: Of a make-up workday: whose hours hold; 0 is Monday.
    weekday: Mapped[int | None]
    #: Of an opening, after local midnight.
    starts_minute: Mapped[int | None]
    ends_minute: Mapped[int | None]
    #: What people call the days; of a prepared year, where its holidays come from.
    name: Mapped[str] = mapped_column(String(200), default="")
    #: Written by preparing a year and not by hand: preparing it anew writes it anew.
    prefilled: Mapped[bool] = mapped_column(default=False)
    recorded_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
