"""The page of the access log: newest first, filtered, and its reading recorded first."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from flask import render_template
from flask_babel import gettext
from flask_login import current_user
from sqlalchemy import Connection

from access.acts import widen
from access.database import reading
from access.log.accounts import REFUSED, concerns
from access.log.entry import INSTALLATION, Entry, read_entries
from access.log.names import actor_id, names_in, people_in
from access.roster import StaffSchool, rooms_of
from app.guard import audience
from app.oversight import bp
from app.oversight.asked import ACCOUNTS, Asked, Filters, Source
from app.oversight.lines import days
from app.services import services
from app.working import school_here

#: Entries on one page.
PAGE = 50

READERS = ("administrator",)


@bp.get("/oversight")
@audience(*READERS)
def log() -> str:
    """Show one page of the log of the reader's school, or of its people's sign-ins and accounts."""
    world = services().world
    asked = Asked.here()
    with reading(world.database) as connection:
        school = school_here(connection, READERS)
        source = Source.of(school, asked)
        filters = Filters.found(connection, school, source, asked)
    _record_reading(school, source, filters, asked)
    with reading(world.database) as connection:
        entries = _read(connection, source, filters, asked)
        shown = days(
            entries[:PAGE],
            names_in(connection, school.id, entries),
            ZoneInfo(school.zone),
            _outsiders(connection, school, source, entries),
        )
        people = people_in(connection, source.log, source.people)
        rooms = [] if asked.of == ACCOUNTS else rooms_of(connection, school.id)
    return render_template(
        "oversight/log.html",
        people=people,
        rooms=rooms,
        school=school,
        asked=asked,
        days=shown,
        tabs=[(gettext("This school"), ""), (gettext("Sign-ins and accounts"), ACCOUNTS)],
        older=asked.page(entries[PAGE - 1].number) if len(entries) > PAGE else None,
        newest=asked.page(None) if asked.before is not None else None,
    )


def _record_reading(school: StaffSchool, source: Source, filters: Filters, asked: Asked) -> None:
    """Write which log is read into the school's own, before any of it is shown."""
    widen(
        services().world,
        school_id=school.id,
        actor=current_user.actor,
        reason="oversight page",
        kind="log:read",
        subject=filters.as_subject(source, asked),
        apply=lambda _connection, _at: None,
    )


def _read(connection: Connection, source: Source, filters: Filters, asked: Asked) -> list[Entry]:
    """Return the page's entries, and one more where there is an older page."""
    return read_entries(
        connection,
        source.log,
        person_id=filters.person_id,
        room_id=filters.room_id,
        since=filters.since,
        until=filters.until,
        only=source.only,
        before=asked.before,
        limit=PAGE + 1,
    )


def _outsiders(
    connection: Connection, school: StaffSchool, source: Source, entries: Iterable[Entry]
) -> dict[int, str]:
    """Return what to call whoever acted and is no business of this school.

    That is who acted upon an account of somebody of ours, or asked for a room of ours.
    """
    acted = [(entry, actor_id(entry)) for entry in entries]
    return {
        entry.number: gettext("Somebody outside this school")
        for entry, actor in acted
        if actor is not None
        and (actor != entry.person_id if source.log == INSTALLATION else entry.kind == REFUSED)
        and not concerns(connection, school.id, actor, entry.at)
    }
