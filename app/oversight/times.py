"""The page of when families watch: viewings by weekday and hour, and minutes by child, of four weeks."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from babel.dates import get_day_names
from flask import render_template, request
from flask_babel import get_locale

from access.database import reading
from access.viewing_times import ViewingTimes, viewing_times
from app.day_fields import near_day
from app.guard import audience
from app.oversight import bp
from app.oversight.asked import Asked
from app.oversight.looking import record_look
from app.oversight.views import READERS
from app.services import services
from app.working import school_here

DAYS = 28
WEEKDAYS = range(7)
#: Shades of a cell, beside that of nobody.
SHADES = 5
#: Hours that are shown also where nobody watched.
USUAL = range(8, 17)


@dataclass(frozen=True, slots=True)
class Cell:
    """An hour of a weekday."""

    count: int
    #: 0 where nobody watched, else 1 to :data:`SHADES`.
    shade: int


@dataclass(frozen=True, slots=True)
class Hour:
    """An hour of the school's clock, Monday to Sunday."""

    name: str
    cells: list[Cell]


@bp.get("/oversight/times")
@audience(*READERS)
def times() -> str:
    """Show when families of the reader's school watched, in the four weeks until a day."""
    world = services().world
    with reading(world.database) as connection:
        school = school_here(connection, READERS)
    zone, now = ZoneInfo(school.zone), world.clock.now()
    last = near_day(request.args.get("day", "")) or now.astimezone(zone).date()
    first = last - timedelta(days=DAYS - 1)
    record_look(school, {"log": "school", "page": "times", "day": last.isoformat()})
    since, until = (datetime.combine(day, time(), zone) for day in (first, last + timedelta(days=1)))
    with reading(world.database) as connection:
        found = viewing_times(connection, school.id, zone, since, until)
    span = {"kind": "viewings", "from": f"{first}T00:00", "until": f"{last + timedelta(days=1)}T00:00"}
    return render_template(
        "oversight/times.html",
        first=first,
        last=last,
        before=(first - timedelta(days=1)).isoformat(),
        weekdays=_weekdays(),
        hours=_hours(found),
        children=[(one, Asked("", {"child": one.key, **span}).address) for one in found.children],
        is_cut=found.is_cut,
        viewings=sum(found.began.values()),
    )


def _weekdays() -> list[tuple[str, str]]:
    """Return the weekdays from Monday on: as they are shown, and as they are read aloud."""
    short, whole = (
        get_day_names(width, context="stand-alone", locale=get_locale()) for width in ("narrow", "wide")
    )
    return [(short[day], whole[day]) for day in WEEKDAYS]


def _hours(found: ViewingTimes) -> list[Hour]:
    """Return the usual hours, and more where somebody watched outside of them."""
    most = max(found.began.values(), default=0)
    used = {hour for _, hour in found.began} | set(USUAL)
    return [
        Hour(f"{hour:02}", [_cell(found.began.get((day, hour), 0), most) for day in WEEKDAYS])
        for hour in range(min(used), max(used) + 1)
    ]


def _cell(count: int, most: int) -> Cell:
    return Cell(count, -(-count * SHADES // most) if count else 0)
