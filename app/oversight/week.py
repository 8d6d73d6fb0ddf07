"""Seven days of a school, which several pages look through."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from access.people import Person
from app import words

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

    @classmethod
    def until_day(cls, last: date, zone: ZoneInfo, now: datetime) -> "Week":
        """Return the days until *last*, of which what is still to come is left out."""
        first = last - timedelta(days=DAYS - 1)
        since, end = (datetime.combine(day, time(), zone) for day in (first, last + timedelta(days=1)))
        return cls(first, last, since, max(since, min(end, now)), zone)

    @property
    def before(self) -> str:
        """Return the last of the seven days before."""
        return (self.first - timedelta(days=1)).isoformat()

    def following(self, today: date) -> str | None:
        """Return the last of the seven days behind; None where they begin after *today*."""
        return min(today, self.last + timedelta(days=DAYS)).isoformat() if self.last < today else None

    @property
    def span(self) -> Mapping[str, str]:
        """Return the filters for these days."""
        return {"from": f"{self.first}T00:00", "until": f"{self.last + timedelta(days=1)}T00:00"}

    def when(self, at: datetime | None) -> str:
        """Return an instant as people read it; of none nothing."""
        if at is None:
            return ""
        return f"{words.calendar_day(at, zone=self.zone)} {words.clock_time(at, zone=self.zone)}"


def people_named(connection: Connection, ids: set[int]) -> dict[int, tuple[str, str]]:
    """Return key and name of people whom the school's own log names."""
    asked = select(Person.id, Person.key, Person.name).where(Person.id.in_(ids))
    return {row.id: (row.key, row.name) for row in connection.execute(asked)}
