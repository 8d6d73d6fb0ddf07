"""The page of one class in one hour of a day: who watched it, from when until when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from babel.dates import format_date
from flask import abort, render_template, request
from flask_babel import get_locale

from access.database import reading
from access.log.choices import Choice
from access.log.day import Stretch
from access.log.hours import HOUR, in_hour, viewings_of_class
from access.log.names import names_in
from access.roster import StaffSchool
from app import words
from app.oversight.asked import Asked
from app.oversight.lines import address_of
from app.oversight.looking import record_look
from app.services import services

HOURS = range(24)
DAYS = 7


@dataclass(frozen=True, slots=True)
class DayLink:
    """A day that leads to its page."""

    weekday: str
    day: str
    address: str
    is_here: bool


@dataclass(frozen=True, slots=True)
class Watched:
    """Somebody who watched in the hour."""

    start: str
    end: str
    who: str
    child: str
    room: str
    address: str


def hour_address(shown: date, class_group: str, hour: int) -> str:
    """Return the address of one class in one hour."""
    said = {"day": shown.isoformat(), "class": class_group, "hour": str(hour)}
    return f"/oversight/day?{urlencode(said)}"


def days_around(shown: date, today: date) -> list[DayLink]:
    """Return seven days, the last of them today where it is near."""
    last = today if timedelta() <= today - shown < timedelta(days=DAYS) else shown
    days = [last - timedelta(days=nth) for nth in reversed(range(DAYS))]
    return [
        DayLink(
            format_date(day, "EEE", locale=get_locale()),
            format_date(day, "d", locale=get_locale()),
            f"/oversight/day?day={day.isoformat()}",
            day == shown,
        )
        for day in days
    ]


def hour_page(school: StaffSchool, groups: Sequence[Choice], shown: date, now: datetime) -> str:
    """Show who watched one class in one hour; looking is an entry."""
    group = next((one for one in groups if one.key == request.args.get("class")), None)
    hour = request.args.get("hour", -1, type=int)
    if group is None or hour not in HOURS:
        abort(404)
    zone = ZoneInfo(school.zone)
    midnight, after = (datetime.combine(day, time(), zone) for day in (shown, shown + timedelta(days=1)))
    start = midnight + timedelta(hours=hour)
    looked_at = {"page": "day", "day": shown.isoformat(), "class_group": group.id, "hour": hour}
    record_look(school, {"log": "school", **looked_at})
    with reading(services().world.database) as connection:
        until = max(midnight, min(after, now))
        viewings, is_cut = viewings_of_class(connection, school.id, group.id, midnight, until)
        meanwhile = in_hour(viewings, start)
        names = names_in(connection, school.id, [one.entry for one in meanwhile if one.entry])

    def told(one: Stretch) -> Watched:
        about = names.about(one.entry) if one.entry else {}
        return Watched(
            words.clock_time(one.start, zone=zone),
            words.clock_time(one.end, zone=zone),
            about.get("person", ""),
            about.get("child", ""),
            about.get("room", ""),
            address_of(one.entry.number, "") if one.entry else "",
        )

    lines = [told(one) for one in meanwhile]
    span = {"from": f"{start:%Y-%m-%dT%H:%M}", "until": f"{start + HOUR:%Y-%m-%dT%H:%M}"}
    return render_template(
        "oversight/hour.html",
        name=group.name,
        weekday=words.weekday(start, zone=zone),
        hours=f"{words.clock_time(start, zone=zone)}–{words.clock_time(start + HOUR, zone=zone)}",
        day=shown.isoformat(),
        viewings=lines,
        people=len({one.entry.person_id for one in meanwhile if one.entry}),
        several=len({one.room for one in lines}) > 1,
        before=hour_address(shown, group.key, hour - 1) if hour - 1 in HOURS else None,
        following=hour_address(shown, group.key, hour + 1) if hour + 1 in HOURS else None,
        entries=Asked("", {"class": group.key, "kind": "viewings", **span}).address,
        is_cut=is_cut,
    )
