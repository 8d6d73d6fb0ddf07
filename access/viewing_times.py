"""When families watch, and for how long: the viewings of some weeks by weekday and hour, and by child.

From the records of viewings, which say the same as their entries and can be counted without reading
each. For administrators; families are told no numbers (:mod:`access.watched_days`).
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from access.enrolment import Child
from access.places import Room
from access.viewing_records import Viewing

#: Viewings that are counted; of more, the newest.
MOST_COUNTED = 50_000
#: Children that are listed; those watched longest.
MOST_LISTED = 200


@dataclass(frozen=True, slots=True)
class ChildMinutes:
    """How much was watched for one child, by whoever of its family."""

    key: str
    name: str
    viewings: int
    #: Minutes of picture that went out.
    minutes: float


@dataclass(frozen=True, slots=True)
class ViewingTimes:
    """The viewings of a span."""

    #: How many began, by weekday (0 is Monday) and hour of the school's clock.
    began: Mapping[tuple[int, int], int]
    #: Most minutes first.
    children: Sequence[ChildMinutes]
    #: There were more than are counted.
    is_cut: bool


def viewing_times(
    connection: Connection, school_id: int, zone: ZoneInfo, since: datetime, until: datetime
) -> ViewingTimes:
    """Count the viewings of a school that were opened in ``[since, until)``.

    Args:
        connection: of a read transaction.
        school_id: the school.
        zone: the school's.
        since: aware.
        until: aware.
    """
    rooms = connection.execute(select(Room.id).where(Room.school_id == school_id)).scalars().all()
    rows = connection.execute(
        select(Viewing.child_id, Viewing.opened_at, Viewing.delivered)
        .where(
            Viewing.school_id == school_id,
            Viewing.room_id.in_(rooms),
            Viewing.opened_at >= since,
            Viewing.opened_at < until,
        )
        .order_by(Viewing.opened_at.desc())
        .limit(MOST_COUNTED + 1)
    ).all()
    began: Counter[tuple[int, int]] = Counter()
    viewings: Counter[int] = Counter()
    milliseconds: defaultdict[int, int] = defaultdict(int)
    for row in rows[:MOST_COUNTED]:
        here = row.opened_at.astimezone(zone)
        began[here.weekday(), here.hour] += 1
        viewings[row.child_id] += 1
        milliseconds[row.child_id] += sum(int(one["milliseconds"]) for one in row.delivered.values())
    longest = sorted(viewings, key=lambda child: (-milliseconds[child], child))[:MOST_LISTED]
    named = {
        row.id: row
        for row in connection.execute(
            select(Child.id, Child.key, Child.name).where(Child.school_id == school_id, Child.id.in_(longest))
        )
    }
    children = [
        ChildMinutes(
            named[child].key, named[child].name, viewings[child], round(milliseconds[child] / 60_000, 1)
        )
        for child in longest
        if child in named
    ]
    return ViewingTimes(began, children, len(rows) > MOST_COUNTED)
