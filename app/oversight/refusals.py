"""The page of refusals by their reason: how many in a week, what each was told, and who they were."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from flask import render_template
from flask_babel import gettext

from access.database import reading
from access.log.choices import choices
from access.log.mentions import What
from access.log.refusal_reasons import OfReason, refusals_by_reason
from app.guard import audience
from app.office.words import reason_words
from app.oversight import bp
from app.oversight.asked import Asked
from app.oversight.views import READERS
from app.oversight.week import Week, asked_week, people_named
from app.oversight.words import REASONS
from app.services import services
from app.words import REASONS as TOLD

#: People and rooms that are named for each reason; the rest are among its entries.
NAMED = 6


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody, or a room, with how often, and where to look."""

    name: str
    times: int
    address: str


@dataclass(frozen=True, slots=True)
class Line:
    """One reason as the page shows it."""

    code: str
    why: str
    #: What the people were told.
    told: str
    times: int
    number: int
    people: list[Named]
    #: How many more there are than are named.
    others: int
    rooms: list[Named]
    address: str


@bp.get("/oversight/refusals")
@audience(*READERS)
def refusals() -> str:
    """Show which refusals there were in seven days of the reader's school, and why."""
    school, week = asked_week("refusals")
    with reading(services().world.database) as connection:
        found = refusals_by_reason(connection, school.id, week.since, week.until)
        shown = {person for one in found.reasons for person in islice(one.people, NAMED)}
        people = people_named(connection, shown)
        rooms = {one.id: (one.key, one.name) for one in choices(connection, school.id, What.ROOM)}
    return render_template(
        "oversight/refusals.html",
        week=week,
        following=week.following,
        lines=[_line(one, week, people, rooms) for one in found.reasons],
        times=sum(one.times for one in found.reasons),
        back_to=week.when(found.back_to),
    )


def _line(
    one: OfReason, week: Week, people: dict[int, tuple[str, str]], rooms: dict[int, tuple[str, str]]
) -> Line:
    asked = Asked("", {"kind": "refused", "reason": one.reason, **week.span})
    return Line(
        one.reason,
        str(REASONS[one.reason]) if one.reason in REASONS else reason_words(one.reason),
        str(TOLD[one.reason]) if one.reason in TOLD else "",
        one.times,
        len(one.people),
        list(_named("person", asked, one.people.items(), people)),
        max(0, len(one.people) - NAMED),
        list(_named("room", asked, one.rooms.items(), rooms)),
        asked.address,
    )


def _named(
    filter_name: str, asked: Asked, counts: Iterable[tuple[int, int]], known: dict[int, tuple[str, str]]
) -> Iterable[Named]:
    for number, times in islice(counts, NAMED):
        key, name = known.get(number, ("", gettext("somebody")))
        yield Named(name, times, asked.narrowed(filter_name, key) if key else asked.address)
