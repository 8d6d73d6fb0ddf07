"""What is written when hours are taken away from a class group."""

from datetime import datetime

from sqlalchemy import Connection, insert, update

from access.checked import find_one
from access.enrolment import ClassGroup
from access.places import ViewingWindow
from access.recorded import Recorded, Target
from access.week import WeekWindow, less
from access.weekly_hours import load_hours, standing_rows, window_of


def hours_narrowed(connection: Connection, target: Target, at: datetime) -> Recorded:
    """Take minutes of the week away from whatever hours stand; nothing is opened by it.

    What is left of a window is a record of its own, which follows the former without a break.
    """
    group = find_one(connection, ClassGroup, target["class_group"])
    taken = _week(target["taken"])
    for row in standing_rows(connection, group.school_id, group.id):
        window = window_of(row)
        left = less([window], taken)
        if left == [window]:
            continue
        this = (ViewingWindow.id == row.id, ViewingWindow.school_id == group.school_id)
        connection.execute(update(ViewingWindow).where(*this).values(ended_at=at))
        for weekday, starts_minute, ends_minute in left:
            connection.execute(
                insert(ViewingWindow).values(
                    school_id=group.school_id,
                    class_group_id=group.id,
                    weekday=weekday,
                    starts_minute=starts_minute,
                    ends_minute=ends_minute,
                    recorded_at=max(at, row.recorded_at),
                )
            )
    stands = load_hours(connection, group.school_id, group.id)
    return Recorded(
        group.school_id,
        {
            "class_group": group.id,
            "taken": [list(window) for window in taken],
            "windows": [list(window) for window in stands],
        },
    )


def _week(windows: list[list[int]]) -> list[WeekWindow]:
    return [(weekday, first, after) for weekday, first, after in windows]
