"""The page of the register of looking up, made to be printed; that it was read is a line of it."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import render_template, request
from flask_login import current_user

from access.database import reading
from access.register import read_register, record_reading
from app import words
from app.day_fields import near_day
from app.guard import audience
from app.oversight import bp
from app.oversight.register_words import headings, lines_of
from app.oversight.views import READERS
from app.services import services
from app.working import school_here

#: On one page; whoever has more takes fewer days, or the command.
MOST = 500


@dataclass(frozen=True, slots=True)
class Days:
    """From which day of the school to which, both whole."""

    first: date
    last: date

    @classmethod
    def asked_for(cls, today: date) -> "Days":
        """Return the days in the address; else this month so far, which is also what makes no sense."""
        first, last = (near_day(request.args.get(name, "")) for name in ("from", "to"))
        if first is None or last is None or first > last:
            return cls(today.replace(day=1), today)
        return cls(first, last)

    def span(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Return their first instant, and the first after them."""
        after = self.last + timedelta(days=1)
        return datetime.combine(self.first, time(), zone), datetime.combine(after, time(), zone)


@bp.get("/oversight/register")
@audience(*READERS)
def register() -> str:
    """Show the register of the reader's school."""
    world = services().world
    with reading(world.database) as connection:
        school = school_here(connection, READERS)
    zone, now = ZoneInfo(school.zone), world.clock.now()
    days = Days.asked_for(now.astimezone(zone).date())
    record_reading(
        world,
        actor=current_user.actor,
        reason="oversight page",
        school_id=school.id,
        first=days.first,
        last=days.last,
    )
    with reading(world.database) as connection:
        found = read_register(connection, school.id, *days.span(zone), most=MOST)
    shown = [
        (words.calendar_day(line.at, zone=zone), words.clock_time(line.at, zone=zone, seconds=True), line)
        for line in lines_of(found, school=school.name, zone=zone)
    ]
    return render_template(
        "oversight/register.html",
        school=school,
        days=days,
        headings=headings(),
        lines=shown,
        has_more=found.has_more,
        most=MOST,
    )
