"""The page of one day: how often each class was watched in each hour, and a lane for each room."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import render_template, request

from access.database import reading
from access.log.choices import Choice, choices
from access.log.day import LoggedDay, Stretch, logged_day
from access.log.hours import by_class_and_hour
from access.log.mentions import What
from access.log.names import Names, names_in
from access.roster import RoomCurtain, rooms_of
from app import words
from app.day_fields import near_day
from app.guard import audience
from app.oversight import bp
from app.oversight.asked import Asked
from app.oversight.day_hours import days_around, hour_address, hour_page
from app.oversight.lines import address_of
from app.oversight.looking import record_look
from app.oversight.views import READERS
from app.oversight.words import why_words
from app.services import services
from app.working import school_here

#: What is shown of a day at least, by the school's clock; more where something happened.
FIRST_HOUR, AFTER_HOUR = 7, 18
#: Viewings that are listed one by one; of more, the page of a class in an hour says who it was.
MOST_LISTED = 200
#: Pixels from the left of a lane to its right.
WIDTH = 1000


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch in a lane, in pixels."""

    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Watched:
    """A viewing in the table."""

    start: str
    end: str
    who: str
    child: str
    address: str


@dataclass(frozen=True, slots=True)
class Lane:
    """One room as the page shows it."""

    name: str
    #: The entries about it on that day.
    address: str
    number: int
    #: While anybody watched.
    viewings: list[Bar]
    curtain: list[Bar]
    lost: list[Bar]
    #: The same in words, from when until when; and why the camera was off.
    curtains: list[str]
    losses: list[tuple[str, str]]
    #: Each viewing, on a day that has not too many.
    table: list[Watched]


@dataclass(frozen=True, slots=True)
class Hour:
    """How often a class was watched in an hour, and where it says by whom."""

    hour: int
    count: int
    address: str


@dataclass(frozen=True, slots=True)
class Frame:
    """From when until when the lanes reach."""

    start: datetime
    end: datetime
    zone: ZoneInfo

    def bars(self, stretches: Sequence[Stretch]) -> list[Bar]:
        """Return where stretches lie, as far as they are in the frame; each is at least seen."""
        whole = (self.end - self.start).total_seconds()
        found = []
        for one in stretches:
            start, end = max(one.start, self.start), min(one.end, self.end)
            if start < end or self.start <= one.start < self.end:
                x = (start - self.start).total_seconds() / whole * WIDTH
                width = max((end - start).total_seconds() / whole * WIDTH, 2.0)
                found.append(Bar(round(x, 1), round(width, 1)))
        return found

    def said(self, one: Stretch) -> str:
        """Return from when until when a stretch lasted."""
        return f"{_clock(one.start, self.zone)}–{_clock(one.end, self.zone)}"

    def hours(self) -> list[str]:
        """Return the beginning, the end and three times between."""
        step = (self.end - self.start) / 4
        return [words.clock_time(self.start + step * nth, zone=self.zone) for nth in range(5)]


@bp.get("/oversight/day")
@audience(*READERS)
def day() -> str:
    """Show who watched which room of the reader's school on one day, or one class in one hour of it."""
    world = services().world
    with reading(world.database) as connection:
        school = school_here(connection, READERS)
        groups = choices(connection, school.id, What.CLASS_GROUP)
    zone, now = ZoneInfo(school.zone), world.clock.now()
    today = now.astimezone(zone).date()
    shown = near_day(request.args.get("day", "")) or today
    if request.args.get("class"):
        return hour_page(school, groups, shown, now)
    record_look(school, {"log": "school", "page": "day", "day": shown.isoformat()})
    since, until = _midnight(shown, zone), _midnight(shown + timedelta(days=1), zone)
    with reading(world.database) as connection:
        rooms = rooms_of(connection, school.id)
        logged = logged_day(
            connection, school.id, [room.id for room in rooms], since, max(since, min(until, now))
        )
        viewings = [one for lane in logged.lanes.values() for one in lane.viewings if one.entry]
        is_listed = len(viewings) <= MOST_LISTED
        listed = [one.entry for one in viewings if one.entry] if is_listed else []
        names = names_in(connection, school.id, listed)
    frame = _frame(logged, shown, zone)
    return render_template(
        "oversight/day.html",
        school=school,
        heading=words.weekday(since, zone=zone),
        day=shown,
        days=days_around(shown, today),
        previous=(shown - timedelta(days=1)).isoformat(),
        following=(shown + timedelta(days=1)).isoformat() if shown < today else None,
        classes=_classes(groups, by_class_and_hour(viewings, since), shown),
        lanes=[_lane(room, logged, frame, names if is_listed else None, shown) for room in rooms],
        down=frame.bars(logged.down),
        downs=[frame.said(one) for one in logged.down],
        hours=frame.hours(),
        is_cut=logged.is_cut,
        is_listed=is_listed,
        width=WIDTH,
    )


def _classes(
    groups: Sequence[Choice], counts: Mapping[int, Mapping[int, int]], shown: date
) -> list[tuple[str, list[Hour]]]:
    """Return each class that was watched, with its hours."""
    return [
        (
            group.name,
            [Hour(hour, count, hour_address(shown, group.key, hour)) for hour, count in sorted(of.items())],
        )
        for group in groups
        if (of := counts.get(group.id))
    ]


def _lane(room: RoomCurtain, logged: LoggedDay, frame: Frame, names: Names | None, shown: date) -> Lane:
    lane = logged.lanes[room.id]
    return Lane(
        room.name,
        Asked("", {"room": room.key, "day": shown.isoformat()}).address,
        len(lane.viewings),
        frame.bars(joined(lane.viewings)),
        frame.bars(lane.curtain),
        frame.bars(lane.lost),
        [frame.said(one) for one in lane.curtain],
        [(frame.said(one), why_words(one.entry) if one.entry else "") for one in lane.lost],
        [
            Watched(
                _clock(one.start, frame.zone),
                _clock(one.end, frame.zone),
                names.about(one.entry).get("person", ""),
                names.about(one.entry).get("child", ""),
                address_of(one.entry.number, ""),
            )
            for one in lane.viewings
            if one.entry is not None and names is not None
        ],
    )


def joined(stretches: Sequence[Stretch]) -> list[Stretch]:
    """Return when anybody watched: stretches that touch, as one."""
    found: list[Stretch] = []
    for one in stretches:
        if found and one.start <= found[-1].end:
            found[-1] = Stretch(found[-1].start, max(found[-1].end, one.end), found[-1].entry)
        else:
            found.append(one)
    return found


def _frame(logged: LoggedDay, shown: date, zone: ZoneInfo) -> Frame:
    """Return the usual hours, and more where somebody watched outside of them."""
    start, end = (datetime.combine(shown, time(hour), zone) for hour in (FIRST_HOUR, AFTER_HOUR))
    for lane in logged.lanes.values():
        for one in lane.viewings:
            start, end = min(start, one.start), max(end, one.end)
    return Frame(start, end, zone)


def _clock(at: datetime, zone: ZoneInfo) -> str:
    return words.clock_time(at, zone=zone)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)
