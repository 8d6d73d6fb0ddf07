"""Whether a right that was just decided still stands, by one question instead of the six it rests on.

Whatever may change it moves the school's revision or sets a mark, and by time alone it changes
at its horizon; a camera that begins anew moves neither, and its picture is another. Who opens a
viewing moves neither too, and spends their family's budget: then all of the school are decided
afresh. So the same would be decided again as long as none of these has moved.
"""

from datetime import datetime, timedelta

from sqlalchemy import Engine, bindparam, func, select

from access.database import asking
from access.errors import LogUnavailable, RecordsUnavailable
from access.leave import Leave
from access.look_records import SETUP
from access.people import School
from access.places import Epoch
from access.prepared import Prepared

#: For so long a decision stands: shorter than the promise, in case something moved and nothing said so.
REMEMBERED_FOR = timedelta(seconds=2)

_NEWEST = (
    select(func.max(Epoch.id))
    .where(
        Epoch.school_id == bindparam("school_id"),
        Epoch.room_id == bindparam("room_id"),
        Epoch.ended_at.is_(None),
        Epoch.level != SETUP,
        Epoch.started_at <= bindparam("now"),
    )
    .scalar_subquery()
)
_STANDING = Prepared(
    select(School.revision, _NEWEST.label("epoch")).where(School.id == bindparam("school_id"))
)


def stands(database: Engine, leave: Leave, now: datetime) -> bool:
    """Say whether the school's revision and the room's stream are those that *leave* rests on.

    Raises:
        LogUnavailable: the records do not answer.
    """
    about = {"school_id": leave.school_id, "room_id": leave.room_id, "now": now}
    try:
        with asking(database) as connection:
            found = _STANDING.row(connection, about)
    except RecordsUnavailable as fault:
        raise LogUnavailable("the records do not answer") from fault
    stream = leave.stream.epoch if leave.stream else None
    return found is not None and (found.revision, found.epoch) == (leave.revision, stream)
