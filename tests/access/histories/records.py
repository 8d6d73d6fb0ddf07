"""What the slow model keeps: records that hold from a moment to a moment."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
FAR = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass
class Record:
    """Something that holds from a moment to a moment; before it was written it did not."""

    starts_at: datetime
    recorded_at: datetime
    ends_at: datetime = FAR
    ended_at: datetime = FAR
    #: Its number in the portal's records.
    number: int = 0

    def holds(self, at: datetime) -> bool:
        """Say whether it holds at an instant."""
        return self.starts_at <= at and self.recorded_at <= at < min(self.ends_at, self.ended_at)

    def last(self, at: datetime) -> datetime | None:
        """Return the latest instant until *at* at which it held; None where it never did."""
        until = min(self.ends_at, self.ended_at) - timedelta.resolution
        last = min(at, until)
        return last if self.holds(last) else None

    def end(self, now: datetime) -> None:
        """Let it hold no longer, if it still does."""
        self.ended_at = min(self.ended_at, now)


@dataclass
class Rule(Record):
    """A custody rule: which days it leaves."""

    leaves: Callable[[date], bool] = lambda _: False


@dataclass
class Window(Record):
    """Hours of one weekday (0 is Monday), in minutes after midnight; of a date, where one is named."""

    weekday: int = 0
    starts: int = 0
    ends: int = 0
    on: date | None = None


@dataclass
class Place(Record):
    """A child in a class, or a class in a room."""

    of: str = ""
    where: str = ""


@dataclass
class Day(Record):
    """A day that is closed."""

    on: date = date.min


@dataclass
class Consent(Record):
    """An answer to one version of what the school asks."""

    version: int = 1


@dataclass
class Look(Record):
    """Somebody watches a child's room, by a tie, on a device."""

    device: int = 0
    tie: str = ""
    child: str = ""

    @property
    def until(self) -> datetime:
        """Return when it is over."""
        return min(self.ends_at, self.ended_at)


@dataclass(frozen=True)
class Way:
    """How somebody comes to a child: by a tie, and for the guardian where there is a delegation."""

    tie: str
    child: str
    delegation: str | None = None
    guardian: str | None = None


def some_holds(records: Iterable[Record], at: datetime) -> bool:
    """Say whether one of them holds."""
    return any(record.holds(at) for record in records)


def local(at: datetime) -> datetime:
    """Return an instant as the school's clocks show it."""
    return at.astimezone(ZONE)


def midnight(day: date) -> datetime:
    """Return the instant at which a day begins at the school."""
    return datetime.combine(day, datetime.min.time(), ZONE).astimezone(UTC)
