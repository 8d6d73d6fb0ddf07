"""Who watched which class in which hour of a day, read out of the log."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection

from access.log.day import CLOSED, OPENED, Stretch, viewings_among
from access.log.finding import Filter, find_all
from access.log.mentions import What
from access.log.unusual import subject_of

HOUR = timedelta(hours=1)
#: Entries about one class on one day.
MOST = 4_000


def by_class_and_hour(viewings: Iterable[Stretch], midnight: datetime) -> Mapping[int, Mapping[int, int]]:
    """Return class → hour → how many viewings there were in it, of those that some entries began.

    Args:
        viewings: of one day.
        midnight: when the day began; hours are counted from there.
    """
    found: dict[int, Counter[int]] = {}
    for one in viewings:
        group = subject_of(one.entry).get("class_group")
        if isinstance(group, int):
            found.setdefault(group, Counter()).update(_hours(one, midnight))
    return found


def _hours(one: Stretch, midnight: datetime) -> Iterator[int]:
    first, last = (one.start - midnight) // HOUR, (one.end - midnight) / HOUR
    yield first
    yield from (hour for hour in range(first + 1, int(last) + 1) if hour < last)


def viewings_of_class(
    connection: Connection, school_id: int, class_group: int, midnight: datetime, until: datetime
) -> tuple[list[Stretch], bool]:
    """Return the viewings of a class on a day, oldest first, and whether there are more than are read.

    Args:
        connection: in a read transaction.
        school_id: whose log.
        class_group: its id.
        midnight: when the day began.
        until: when it ended, or now.
    """
    asked = [Filter(What.CLASS_GROUP, (str(class_group),)), Filter(What.KIND, (OPENED, CLOSED))]
    found = find_all(connection, school_id, asked, since=midnight, until=until, most=MOST)
    viewings = viewings_among(found.entries[::-1], midnight, until)
    return viewings, found.go_on_before is not None


def in_hour(viewings: Iterable[Stretch], start: datetime) -> list[Stretch]:
    """Return the viewings of which some lies in the hour that begins at *start*."""
    return [one for one in viewings if one.start < start + HOUR and (one.end > start or one.start >= start)]
