"""Which cameras of all schools are due: somebody may watch their room now. No other is connected."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, or_, select

from access.calendar import Calendar, opening_spans
from access.calendar_days import CALENDAR, calendar_of, dates_around, days_by_school
from access.camera_sources import COLUMNS, OF_ITS_RECORDER, CameraSource, open_source
from access.facts import span_of
from access.hours import Window
from access.people import School
from access.places import Camera, CurtainOpening, Recorder, Room, RoomUse, ViewingWindow
from access.policy import CLEAR
from access.school_closing import is_closed
from access.stops import EVERYTHING, Mark, Scope, StopMarks
from access.vault import Vault


@dataclass(frozen=True, slots=True)
class DueCamera:
    """A camera to be connected now."""

    source: CameraSource
    masks: list[Any]
    level: str
    delay_allowance_seconds: float
    room_id: int


#: The marks that a whole school can carry.
OF_A_SCHOOL = (Scope.SCHOOL, Scope.CALENDAR)

_CAMERAS = (
    select(
        *COLUMNS,
        Camera.room_id,
        Camera.school_id,
        Camera.masks,
        Camera.delay_allowance_seconds,
        Room.level,
        School.zone,
        School.country,
        School.country_since,
    )
    .join(Room, and_(Room.id == Camera.room_id, Room.school_id == Camera.school_id))
    .join(School, School.id == Room.school_id)
    .outerjoin(Recorder, OF_ITS_RECORDER)
    .where(
        Room.level == CLEAR,
        Camera.activated_at <= bindparam("now"),
        or_(Camera.ended_at.is_(None), Camera.ended_at > bindparam("now")),
        select(CurtainOpening.id)
        .where(
            CurtainOpening.room_id == Room.id,
            CurtainOpening.school_id == Room.school_id,
            CurtainOpening.opened_at <= bindparam("now"),
            or_(CurtainOpening.drawn_at.is_(None), CurtainOpening.drawn_at > bindparam("now")),
        )
        .exists(),
        ~is_closed(),
    )
    .order_by(Camera.id)
)
_HOURS_OF_ROOMS = (
    select(
        RoomUse.room_id,
        RoomUse.class_group_id,
        RoomUse.starts_at,
        RoomUse.ends_at,
        RoomUse.ended_at.label("use_ended_at"),
        RoomUse.recorded_at.label("use_recorded_at"),
        ViewingWindow.weekday,
        ViewingWindow.starts_minute,
        ViewingWindow.ends_minute,
        ViewingWindow.recorded_at,
        ViewingWindow.ended_at,
    )
    .outerjoin(  # a class without weekly hours may have a one-off opening
        ViewingWindow,
        and_(
            ViewingWindow.class_group_id == RoomUse.class_group_id,
            ViewingWindow.school_id == RoomUse.school_id,
            or_(ViewingWindow.ended_at.is_(None), ViewingWindow.ended_at > bindparam("now")),
        ),
    )
    .where(
        RoomUse.room_id.in_(bindparam("room_ids", expanding=True)),
        RoomUse.starts_at <= bindparam("now"),
        or_(RoomUse.ends_at.is_(None), RoomUse.ends_at > bindparam("now")),
        or_(RoomUse.ended_at.is_(None), RoomUse.ended_at > bindparam("now")),
    )
)


def due_cameras(connection: Connection, vault: Vault, now: datetime, stops: StopMarks) -> list[DueCamera]:
    """Return the cameras to be connected at *now*; three questions.

    Due is a camera that is activated, in a room at level clear with an open curtain
    and no mark, of a school that is not closed, while a class that uses the room is in its
    viewing hours, as its school's calendar has them.
    """
    cameras = connection.execute(_CAMERAS, {"now": now}).all()
    room_ids = sorted({row.room_id for row in cameras})
    if not room_ids:
        return []
    hours = defaultdict(list)
    for row in connection.execute(_HOURS_OF_ROOMS, {"room_ids": room_ids, "now": now}):
        hours[row.room_id].append(row)
    school_ids = sorted({row.school_id for row in cameras})
    days = days_by_school(
        connection.execute(CALENDAR, {"school_ids": school_ids, "from": now, **dates_around(now)})
    )
    stopped = stops.stopped(
        [
            EVERYTHING,
            *(Mark(Scope.ROOM, room_id) for room_id in room_ids),
            *(Mark(scope, school_id) for school_id in school_ids for scope in OF_A_SCHOOL),
        ]
    )
    return [
        DueCamera(
            source=open_source(vault, row),
            masks=row.masks,
            level=row.level,
            delay_allowance_seconds=row.delay_allowance_seconds,
            room_id=row.room_id,
        )
        for row in cameras
        if not stopped.intersection(_marks_on(row))
        and _is_open(hours[row.room_id], calendar_of(row, days), now)
    ]


def _marks_on(row: Any) -> tuple[Mark, ...]:
    return (
        EVERYTHING,
        *(Mark(scope, row.school_id) for scope in OF_A_SCHOOL),
        Mark(Scope.ROOM, row.room_id),
    )


def _is_open(rows: Sequence[Any], calendar: Calendar, now: datetime) -> bool:
    return any(
        now in span
        for class_group_id, windows in _using(rows, now)
        for span in opening_spans(windows, calendar.of_class(class_group_id), now)
    )


def _using(rows: Sequence[Any], now: datetime) -> Iterable[tuple[int, list[Window]]]:
    """Return the class groups that use a room now, each with its weekly windows."""
    using: dict[int, list[Window]] = {}
    for row in rows:
        uses = span_of(row.starts_at, row.ends_at, row.use_ended_at, row.use_recorded_at)
        if any(now in use for use in uses):
            windows = using.setdefault(row.class_group_id, [])
            if row.weekday is not None:
                windows.append(_window(row))
    return using.items()


def _window(row: Any) -> Window:
    return Window(row.weekday, row.starts_minute, row.ends_minute, row.recorded_at, row.ended_at)
