"""The page of what is out of the usual in a week: incidents first, each line a way to its entries."""

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import render_template, request
from flask_babel import gettext, lazy_gettext
from flask_babel.speaklater import LazyString

from access.database import reading
from access.log.unusual import Sort, Unusual
from access.log.unusual_days import unusual_days
from app import words
from app.guard import audience
from app.oversight import bp
from app.oversight.asked import Asked, entry_number
from app.oversight.lines import address_of
from app.oversight.views import READERS
from app.oversight.week import DAYS, asked_week, people_named
from app.services import services

WORDS: dict[Sort, LazyString] = {
    Sort.INCIDENT: lazy_gettext("A picture was shown after a consent was taken back"),
    Sort.ONE_SIGN_IN: lazy_gettext("Watched on one device from two networks at the same time"),
    Sort.TWO_NETWORKS: lazy_gettext("Watched from two networks at the same time"),
    Sort.MANY_ROOMS: lazy_gettext("Watched %(amount)s rooms in one day"),
    Sort.MANY_HOURS: lazy_gettext("Watched %(amount)s minutes in one day"),
    Sort.BURST: lazy_gettext("Was refused %(amount)s times within ten minutes"),
    Sort.AFTER_HOURS: lazy_gettext("Tried %(amount)s times outside the hours"),
}
#: Which entries a line leads to.
KINDS = {Sort.BURST: "refused", Sort.AFTER_HOURS: "refused"}
WATCHING = "viewings"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing as the page shows it."""

    sort: str
    what: str
    who: str
    when: str
    address: str


@bp.get("/oversight/unusual")
@audience(*READERS)
def unusual() -> str:
    """Show what is out of the usual in seven days of the reader's school."""
    before = entry_number(request.args.get("before", ""))
    school, week = asked_week("unusual")
    with reading(services().world.database) as connection:
        days = unusual_days(connection, school.id, week.zone, week.since, week.until, before=before)
        found = [*days.incidents.found, *days.found]
        people = people_named(connection, {one.person_id for one in found})
    further = {"day": week.last.isoformat(), "before": str(days.incidents.go_on_before)}
    return render_template(
        "oversight/unusual.html",
        week=week,
        following=week.following,
        lines=[_line(one, people, week.zone) for one in found],
        back_to=week.when(days.back_to),
        incidents_back_to=week.when(days.incidents.back_to),
        further=f"/oversight/unusual?{urlencode(further)}",
        number=DAYS,
    )


def _line(one: Unusual, people: dict[int, tuple[str, str]], zone: ZoneInfo) -> Line:
    key, name = people.get(one.person_id, ("", gettext("somebody")))
    start, end = one.since.astimezone(zone), one.until.astimezone(zone)
    if one.sort is Sort.INCIDENT:
        address = address_of(one.amount, "")
    else:
        span = {"from": f"{start:%Y-%m-%dT%H:%M}", "until": f"{end + timedelta(minutes=1):%Y-%m-%dT%H:%M}"}
        kind = KINDS.get(one.sort, WATCHING)
        address = Asked("", {**({"person": key} if key else {}), "kind": kind, **span}).address
    return Line(
        one.sort.value,
        str(WORDS[one.sort]) % {"amount": one.amount},
        name,
        f"{words.calendar_day(start, zone=zone)} {words.clock_time(start, zone=zone)}",
        address,
    )
