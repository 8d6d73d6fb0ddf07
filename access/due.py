"""Which cameras of all schools are due: somebody may watch their room now. No other is connected."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, bindparam, or_, select, union_all

from access.calendar import opening_spans
from access.calendar_days import CALENDAR, calendar_of, dates_around, days_by_school
from access.camera_gates import gates_hold
from access.camera_sources import COLUMNS, OF_ITS_RECORDER, CameraSource, open_source
from access.coverage import Coverage
from access.coverage_facts import RoomAsked, coverage_of
from access.hours import Window
from access.people import School
from access.places import (
    Camera,
    CurtainOpening,
    Recorder,
    Room,
    RoomChange,
    RoomLoan,
    RoomUse,
    ViewingWindow,
)
from access.policy import CLEAR
from access.school_closing import is_closed
from access.stays import stays
from access.stops import EVERYTHING, Mark, Scope, StopMarks
from access.vault import Vault
from access.ways import CHANGE_COLUMNS, STAY_COLUMNS


@dataclass(frozen=True, slots=True)
class DueCamera:
    """A camera to be connected now."""

    source: CameraSource
    masks: list[Any]
    level: str
    delay_allowance_seconds: float
    room_id: int
    #: The class groups that are in the room: with others of them another epoch begins.
    used_by: tuple[int, ...]

    @property
    def marks(self) -> tuple[Mark, ...]:
        """Return the marks on its room, which may be newer than what the records say."""
        return (*_marks_on_room(self.room_id), *(Mark(Scope.COVERAGE, group) for group in self.used_by))


def _marks_on_room(room_id: int) -> tuple[Mark, ...]:
    return tuple(Mark(scope, room_id) for scope in (Scope.ROOM, Scope.ROOM_LOAN, Scope.GUEST))


def _in_force(record: type[RoomUse] | type[RoomChange] | type[RoomLoan]) -> tuple[ColumnElement[bool], ...]:
    """Say that *record* may hold now, as far as its own dates tell."""
    return (
        record.starts_at <= bindparam("now"),
        or_(record.ends_at.is_(None), record.ends_at > bindparam("now")),
        or_(record.ended_at.is_(None), record.ended_at > bindparam("now")),
    )


#: The marks that a whole school can carry.
OF_A_SCHOOL = (Scope.SCHOOL, Scope.CALENDAR)
#: The marks that a class group can carry.
OF_CLASS_GROUP = (Scope.CLASS_GROUP, Scope.HOURS)

_CAMERAS = (
    select(
        *COLUMNS,
        Camera.room_id,
        Camera.school_id,
        Camera.masks,
        Camera.delay_allowance_seconds,
        Room.level,
        School.revision,
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
        ~select(RoomLoan.id)
        .where(RoomLoan.room_id == Room.id, RoomLoan.school_id == Room.school_id, *_in_force(RoomLoan))
        .exists(),
        ~is_closed(),
        gates_hold(),
    )
    .order_by(Camera.id)
)
#: Regular uses of the rooms, and every change of the schools' class groups, that may hold now.
_STAYS = union_all(
    select(*STAY_COLUMNS, RoomUse.class_group_id).where(
        RoomUse.room_id.in_(bindparam("room_ids", expanding=True)), *_in_force(RoomUse)
    ),
    select(*CHANGE_COLUMNS, RoomChange.class_group_id).where(
        RoomChange.school_id.in_(bindparam("school_ids", expanding=True)), *_in_force(RoomChange)
    ),
)
_WINDOWS = select(
    ViewingWindow.class_group_id,
    ViewingWindow.weekday,
    ViewingWindow.starts_minute,
    ViewingWindow.ends_minute,
    ViewingWindow.recorded_at,
    ViewingWindow.ended_at,
).where(
    ViewingWindow.class_group_id.in_(bindparam("class_group_ids", expanding=True)),
    or_(ViewingWindow.ended_at.is_(None), ViewingWindow.ended_at > bindparam("now")),
)


def due_cameras(connection: Connection, vault: Vault, now: datetime, stops: StopMarks) -> list[DueCamera]:
    """Return the cameras to be connected at *now*; four questions, six where coverage is not remembered.

    Due is a camera that is activated and whose gates hold, in a room of a kind that may be shown,
    at level clear with an open curtain, not lent and with no mark, of a school that is not closed,
    while everybody expected in the room has agreed and a class that is in it is in its viewing
    hours, as its school's calendar has them.
    """
    cameras = connection.execute(_CAMERAS, {"now": now}).all()
    if not cameras:
        return []
    stays_of = defaultdict(list)
    which = {name: sorted({getattr(row, f"{name}_id") for row in cameras}) for name in ("room", "school")}
    asked = {"room_ids": which["room"], "school_ids": which["school"], "now": now}
    for row in connection.execute(_STAYS, asked):
        stays_of[row.class_group_id].append(row)
    windows = defaultdict(list)
    for row in connection.execute(_WINDOWS, {"class_group_ids": sorted(stays_of), "now": now}):
        windows[row.class_group_id].append(_window(row))
    days = days_by_school(
        connection.execute(CALENDAR, {"school_ids": which["school"], "from": now, **dates_around(now)})
    )
    stopped = stops.stopped(
        [
            *(mark for row in cameras for mark in _marks_on(row)),
            *(
                Mark(scope, class_group_id)
                for class_group_id in stays_of
                for scope in (*OF_CLASS_GROUP, Scope.COVERAGE)
            ),
        ]
    )
    coverage = _coverage(connection, cameras, now)
    due = []
    for row in cameras:
        used_by = _used_by(row, stays_of, now)
        watched = [
            group for group in used_by if stopped.isdisjoint(Mark(scope, group) for scope in OF_CLASS_GROUP)
        ]
        calendar = calendar_of(row, days)
        is_open = any(
            now in span
            for group in watched
            for span in opening_spans(windows[group], calendar.of_class(group), now)
        )
        marks = (*_marks_on(row), *(Mark(Scope.COVERAGE, group) for group in used_by))
        covered = any(now in span for span in coverage[row.room_id].at(row.level))
        if is_open and covered and not stopped.intersection(marks):
            due.append(_due(row, vault, used_by))
    return due


def _due(row: Any, vault: Vault, used_by: tuple[int, ...]) -> DueCamera:
    return DueCamera(
        source=open_source(vault, row),
        masks=row.masks,
        level=row.level,
        delay_allowance_seconds=row.delay_allowance_seconds,
        room_id=row.room_id,
        used_by=used_by,
    )


def _used_by(camera: Any, stays_of: Mapping[int, Sequence[Any]], now: datetime) -> tuple[int, ...]:
    """Return the class groups that are in the camera's room now; their ids are of one school."""
    return tuple(
        class_group_id
        for class_group_id, rows in sorted(stays_of.items())
        if any(now in span for span in stays(rows, camera.room_id, camera.zone, now))
    )


def _coverage(connection: Connection, cameras: Sequence[Any], now: datetime) -> dict[int, Coverage]:
    """Return the coverage of the cameras' rooms, by room."""
    rooms = {row.room_id: RoomAsked(row.room_id, row.school_id, row.revision, row.zone) for row in cameras}
    return coverage_of(connection, list(rooms.values()), now)


def _marks_on(row: Any) -> tuple[Mark, ...]:
    return (
        EVERYTHING,
        *(Mark(scope, row.school_id) for scope in OF_A_SCHOOL),
        *_marks_on_room(row.room_id),
    )


def _window(row: Any) -> Window:
    return Window(row.weekday, row.starts_minute, row.ends_minute, row.recorded_at, row.ended_at)
