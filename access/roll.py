"""The children of a class, with who of them was noted as in or out today."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from access.attendance import Attendance, is_in
from access.people import School
from access.roster import children_in
from access.ways import LOOKING_BACK


@dataclass(frozen=True, slots=True)
class RollLine:
    """One child."""

    key: str
    name: str
    #: None where nothing was noted today.
    is_in: bool | None


def attendance_of(connection: Connection, school_id: int) -> str:
    """Return what the school does about attendance."""
    return str(connection.execute(select(School.attendance).where(School.id == school_id)).scalar_one())


def roll(
    connection: Connection, school_id: int, class_group_id: int, zone: str, now: datetime
) -> list[RollLine]:
    """Return the children enrolled in a class, by name."""
    children = children_in(connection, school_id, class_group_id, now)
    rows_of: defaultdict[int, list[Any]] = defaultdict(list)
    for row in connection.execute(
        select(
            Attendance.id, Attendance.child_id, Attendance.what, Attendance.at, Attendance.recorded_at
        ).where(
            Attendance.child_id.in_([child.id for child in children]),
            Attendance.school_id == school_id,
            Attendance.recorded_at > now - LOOKING_BACK,
        )
    ):
        rows_of[row.child_id].append(row)
    return [RollLine(child.key, child.name, is_in(rows_of[child.id], zone, now)) for child in children]
