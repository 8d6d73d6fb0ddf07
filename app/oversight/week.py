"""Seven days of a school, which several pages look through."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import request
from sqlalchemy import Connection, select

from access.database import reading
from access.people import Person
from access.roster import StaffSchool
from app import words
from app.day_fields import near_day
from app.oversight.looking import record_look
from app.oversight.views import READERS
from app.services import services
from app.working import school_here

DAYS = 7


@dataclass(frozen=True, slots=True)
class Week:
    """The seven days until one of them, by the school's clock."""

    first: date
    last: date
    since: datetime
    #: The first instant after the days, or now.
    until: datetime
    zone: ZoneInfo
    today: date

    @classmethod
    def until_day(cls, last: date, zone: ZoneInfo, now: datetime) -> "Week":
        """Return the days until *last*, of which what is still to come is left out."""
        first = last - timedelta(days=DAYS - 1)
        since, end = (datetime.combine(day, time(), zone) for day in (first, last + timedelta(days=1)))
        return cls(first, last, since, max(since, min(end, now)), zone, now.astimezone(zone).date())

    @property
    def before(self) -> str:
        """Return the last of the seven days before."""
        return (self.first - timedelta(days=1)).isoformat()

    @property
    def following(self) -> str | None:
        """Return the last of the seven days behind; None where they begin after today."""
        if self.last >= self.today:
            return None
        return min(self.today, self.last + timedelta(days=DAYS)).isoformat()

    @property
    def span(self) -> Mapping[str, str]:
        """Return the filters for these days."""
        return {"from": f"{self.first}T00:00", "until": f"{self.last + timedelta(days=1)}T00:00"}

    def when(self, at: datetime | None) -> str:
        """Return an instant as people read it; of none nothing."""
        if at is None:
            return ""
        return f"{words.calendar_day(at, zone=self.zone)} {words.clock_time(at, zone=self.zone)}"


def asked_week(page: str) -> tuple[StaffSchool, Week]:
    """Return the reader's school and the days that the address asks for; that they look is written first."""
    world = services().world
    with reading(world.database) as connection:
        school = school_here(connection, READERS)
    zone, now = ZoneInfo(school.zone), world.clock.now()
    last = near_day(request.args.get("day", "")) or now.astimezone(zone).date()
    week = Week.until_day(last, zone, now)
    record_look(school, {"log": "school", "page": page, "day": week.last.isoformat()})
    return school, week


def people_named(connection: Connection, ids: set[int]) -> dict[int, tuple[str, str]]:
    """Return key and name of people whom the school's own log names."""
    asked = select(Person.id, Person.key, Person.name).where(Person.id.in_(ids))
    return {row.id: (row.key, row.name) for row in connection.execute(asked)}
