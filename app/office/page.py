"""The one page of the office: rooms first, families below.

A teacher sees every curtain and by how many each room is watched, by name only where a class is with
which they work; only the office and the director see families. Which school, and which role in it,
is asked of the records each time.
"""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import render_template, request
from flask_login import current_user
from sqlalchemy import Connection

from access.calendar_view import waiting_years
from access.custody_desk import custody_tasks
from access.database import reading
from access.delegates_seen import proposed
from access.expected_seen import rooms_on_duty
from access.people import Role
from access.roster import (
    Named,
    RoomCurtain,
    StaffSchool,
    Tie,
    children_in,
    classes_of,
    rooms_of,
    ties_of,
)
from access.stops import Mark, Scope
from access.subject_seen import waiting_exports
from access.viewing import watching
from app.guard import audience
from app.office import bp
from app.office.alerts import AlertLine, alert_lines
from app.office.closing import CLOSERS, ClosedBanner, closed_banner
from app.office.custody import TaskLine, task_lines
from app.office.here import FAMILY_ROLES
from app.office.words import KINDS, WARNINGS, curtain_words, tie_dates
from app.services import services
from app.words import clock_time
from app.working import school_here

#: Who may touch a curtain.
CURTAIN_ROLES = ("teacher", "office", "director")


@dataclass(frozen=True, slots=True)
class Watcher:
    """Somebody who watches now."""

    person: str
    child: str
    since: str


@dataclass(frozen=True, slots=True)
class RoomCard:
    """A room as the page shows it."""

    key: str
    name: str
    curtain_open: bool
    words: str
    watched_by: int
    #: By name; empty where it is told by number only.
    watching: list[Watcher]


@dataclass(frozen=True, slots=True)
class TieLine:
    """Something that can be ended, in words."""

    path: str
    key: str
    kind: str
    who: str
    dates: str
    warning: str


@dataclass(frozen=True, slots=True)
class ChildCard:
    """A child and what ties it."""

    key: str
    name: str
    ties: list[TieLine]


@dataclass(frozen=True, slots=True)
class SchoolCard:
    """One school as this person may see it."""

    name: str
    #: None while it is open.
    closed: ClosedBanner | None
    #: Close it, or take back a proposal to open it.
    may_close: bool
    rooms: list[RoomCard]
    may_end: bool
    #: Years of the calendar that wait to be confirmed.
    unconfirmed: tuple[int, ...]
    classes: list[Named]
    chosen: Named | None
    children: list[ChildCard]
    alerts: list[AlertLine]
    to_do: list[TaskLine]
    #: How many relatives wait for the school to agree.
    proposed: int
    #: How many wait for a copy of what is kept about them, and for how many of them that is late.
    copies: int
    copies_late: int
    #: And sees who could not watch.
    chooses_budgets: bool


@bp.get("/office")
@audience(*CURTAIN_ROLES)
def rooms() -> str:
    """Show the rooms, and to the office the families of one class."""
    world = services().world
    now = world.clock.now()
    with reading(world.database) as connection:
        card = _school(connection, school_here(connection, CURTAIN_ROLES), now)
    return render_template("office/rooms.html", school=card)


def _school(connection: Connection, school: StaffSchool, now: datetime) -> SchoolCard:
    zone = ZoneInfo(school.zone)
    may_end = bool(FAMILY_ROLES & school.roles)
    classes = classes_of(connection, school.id) if may_end else []
    asked = request.args.get("class", "")
    chosen = next((group for group in classes if group.key == asked), classes[0] if classes else None)
    closed = closed_banner(connection, school, now)
    copies, late = waiting_exports(connection, school.id, now) if may_end else (0, 0)
    return SchoolCard(
        name=school.name,
        closed=closed,
        may_close=closed.may_close if closed else bool(school.roles.intersection(CLOSERS)),
        rooms=_rooms(connection, school, now, zone),
        may_end=may_end,
        unconfirmed=waiting_years(connection, school.id, now) if may_end else (),
        classes=classes,
        chosen=chosen,
        children=_children(connection, school, chosen, now) if chosen else [],
        alerts=alert_lines(connection, school) if may_end else [],
        to_do=task_lines(custody_tasks(connection, school.id, school.zone, now)) if may_end else [],
        proposed=proposed(connection, school.id, now) if may_end else 0,
        copies=copies,
        copies_late=late,
        chooses_budgets=Role.DIRECTOR in school.roles,
    )


def _rooms(connection: Connection, school: StaffSchool, now: datetime, zone: ZoneInfo) -> list[RoomCard]:
    found = rooms_of(connection, school.id)
    viewers: dict[int, list[Watcher]] = {}
    for viewer in watching(connection, school.id, now):
        watcher = Watcher(viewer.person_name, viewer.child_name, clock_time(viewer.opened_at, zone=zone))
        viewers.setdefault(viewer.room_id, []).append(watcher)
    all_of_them = bool(FAMILY_ROLES & school.roles)
    mine = () if all_of_them else rooms_on_duty(connection, school.id, current_user.person_id, now)
    return [
        _room(room, viewers.get(room.id, []), now, zone, by_name=all_of_them or room.id in mine)
        for room in found
    ]


def _room(
    room: RoomCurtain, viewers: list[Watcher], now: datetime, zone: ZoneInfo, *, by_name: bool
) -> RoomCard:
    stopped = bool(services().world.stops.stopped([Mark(Scope.ROOM, room.id)]))
    return RoomCard(
        key=room.key,
        name=room.name,
        curtain_open=room.opened_at is not None and not stopped,
        words=curtain_words(room, stopped=stopped, now=now, zone=zone),
        watched_by=len(viewers),
        watching=viewers if by_name else [],
    )


def _children(connection: Connection, school: StaffSchool, group: Named, now: datetime) -> list[ChildCard]:
    children = children_in(connection, school.id, group.id, now)
    ties: dict[int, list[Tie]] = {child.id: [] for child in children}
    for tie in ties_of(connection, school.id, list(ties), now):
        ties[tie.child_id].append(tie)
    zone = ZoneInfo(school.zone)
    return [
        ChildCard(child.key, child.name, [_line(tie, zone) for tie in ties[child.id]]) for child in children
    ]


def _line(tie: Tie, zone: ZoneInfo) -> TieLine:
    return TieLine(
        path=tie.kind.value,
        key=tie.key,
        kind=str(KINDS[tie.kind]),
        who=tie.who,
        dates=tie_dates(tie, zone=zone),
        warning=str(WARNINGS[tie.kind]),
    )
