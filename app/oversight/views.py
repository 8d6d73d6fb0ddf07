"""The page of the access log: newest first, filtered, and its reading recorded first."""

from dataclasses import dataclass
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

from flask import redirect, render_template
from flask_babel import gettext
from flask_login import current_user
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from access.database import reading
from access.log.choices import offered
from access.log.entry import INSTALLATION, read_numbered
from access.log.finding import Found
from access.log.kinds import Log
from access.log_views import own_views
from access.roster import StaffSchool
from app import words
from app.guard import audience
from app.office.words import reason_words
from app.oversight import bp
from app.oversight.asked import ACCOUNTS, FILTERS, Asked, Filters, Source
from app.oversight.kinds import offered_in, words_of
from app.oversight.looking import found_page, reader_of, record_look
from app.oversight.named import sought_here
from app.oversight.ready import months_of, ready_views
from app.oversight.words import REASONS
from app.services import services
from app.working import school_here

#: Entries on one page.
PAGE = 50

READERS = ("administrator",)


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter that is on."""

    name: str
    value: str
    #: The address without it.
    without: str


@bp.get("/oversight")
@audience(*READERS)
def log() -> str | Response:
    """Show one page of the log of the reader's school, or of its people's sign-ins and accounts."""
    world = services().world
    asked = Asked.here()
    with reading(world.database) as connection:
        school = school_here(connection, READERS)
        source = Source.of(school, asked.of)
        filters = Filters.found(connection, school, asked)
        sought = sought_here(connection, school, asked)
    if sought.only:
        return redirect(sought.only, code=303)
    record_look(school, filters.as_subject(source, asked), again=asked.before is not None)
    with reading(world.database) as connection:
        found = found_page(connection, school, asked, filters, limit=PAGE)
        shown = reader_of(connection, school, asked, source, found.entries).days(found.entries)
        looked_back = _looked_back(connection, source, found, ZoneInfo(school.zone))
        kept = _views_kept(connection, school)
        choices = offered(connection, school.id, accounts=bool(asked.of))
    return render_template(
        "oversight/log.html",
        choices={what: [(one.key, one.name) for one in some] for what, some in choices.items()},
        kinds=offered_in(Log.INSTALLATION if source.log == INSTALLATION else Log.SCHOOL),
        reasons=sorted(((code, str(said)) for code, said in REASONS.items()), key=lambda one: one[1]),
        chips=chips_of(asked, filters),
        kept=kept,
        ready=ready_views(),
        months=months_of(asked, world.clock.now().astimezone(ZoneInfo(school.zone)).date()),
        sought=sought,
        school=school,
        asked=asked,
        days=shown,
        tabs=[(gettext("This school"), ""), (gettext("Sign-ins and accounts"), ACCOUNTS)],
        older=None if found.go_on_before is None else asked.page(found.go_on_before),
        looked_back=looked_back,
        newest=asked.page(None) if asked.before is not None else None,
    )


def chips_of(asked: Asked, filters: Filters) -> list[Chip]:
    """Return the filters that are on, as people read them."""
    names = {
        "person": gettext("Person"),
        "child": gettext("Child"),
        "class": gettext("Class"),
        "room": gettext("Room"),
        "device": gettext("Device"),
        "kind": gettext("Kind"),
        "reason": gettext("Reason"),
        "network": gettext("Network"),
        "day": gettext("Day"),
        "from": gettext("From"),
        "until": gettext("Until"),
    }
    said = {**asked.fields, **{name: found.name for name, found in filters.records.items()}}
    said |= {name: said[name].replace("T", " ") for name in ("from", "until") if name in said}
    if "kind" in said:
        said["kind"] = words_of(said["kind"])
    if "reason" in said:
        code = said["reason"]
        said["reason"] = str(REASONS[code]) if code in REASONS else reason_words(code)
    return [Chip(names[name], said[name], asked.without(name)) for name in FILTERS if name in said]


def _looked_back(connection: Connection, source: Source, found: Found, zone: ZoneInfo) -> str:
    """Return until when a page that is not full has looked back; nothing of one that looked at all."""
    if found.go_on_before is None or len(found.entries) == PAGE:
        return ""
    entries = read_numbered(connection, source.log, [found.go_on_before])
    return "".join(
        f"{words.calendar_day(one.at, zone=zone)} {words.clock_time(one.at, zone=zone)}" for one in entries
    )


def _views_kept(connection: Connection, school: StaffSchool) -> list[tuple[str, str, str]]:
    """Return key, name and address of the reader's own views."""
    found = own_views(connection, school.id, current_user.person_id)
    return [(view.key, view.name, Asked.of_fields(dict(parse_qsl(query))).address) for view, query in found]
