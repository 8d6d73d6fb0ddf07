"""In which room each class group is at an instant, for those who move one."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, union_all

from access.people import School
from access.places import RoomChange, RoomUse
from access.stays import room_at
from access.ways import CHANGE_COLUMNS, STAY_COLUMNS

_STAYS = union_all(
    *(
        select(*columns, record.class_group_id).where(
            record.class_group_id.in_(bindparam("class_group_ids", expanding=True)),
            record.school_id == bindparam("school_id"),
            record.starts_at <= bindparam("at"),
            # A change without a room says only that it is not recorded yet where the class went.
            record.room_id.is_not(None),
        )
        for record, columns in ((RoomUse, STAY_COLUMNS), (RoomChange, CHANGE_COLUMNS))
    )
)


def rooms_at(
    connection: Connection, school_id: int, class_group_ids: Collection[int], at: datetime
) -> dict[int, int | None]:
    """Return the room in which each class group is at an instant; None unless it is exactly one.

    Args:
        connection: of a transaction.
        school_id: the school of the class groups.
        class_group_ids: whom it is about.
        at: aware.
    """
    zone = connection.execute(select(School.zone).where(School.id == school_id)).scalar_one()
    rows_of: defaultdict[int, list[Any]] = defaultdict(list)
    asked = {"class_group_ids": list(class_group_ids), "school_id": school_id, "at": at}
    for row in connection.execute(_STAYS, asked):
        rows_of[row.class_group_id].append(row)
    return {group: room_at(rows_of[group], zone, at) for group in class_group_ids}
