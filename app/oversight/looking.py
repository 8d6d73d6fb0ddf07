"""Looking at a log: recorded before anything of it is shown, and told of strangers no more than may be."""

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext
from flask_login import current_user
from sqlalchemy import Connection

from access.acts import widen
from access.database import reading
from access.log.accounts import concerns, strangers_among
from access.log.entry import INSTALLATION, Entry
from access.log.finding import Filter, Found, find
from access.log.mentions import What
from access.log.names import actor_id, names_in
from access.roster import StaffSchool
from app.oversight.asked import TELLING, Asked, Filters, Source
from app.oversight.lines import Reader
from app.services import services

KIND = "log:read"
#: So long whoever turns the pages of the same look has said so already.
SAME_LOOK = timedelta(minutes=10)
#: Of one's own looks so many are compared.
COMPARED = 20


def record_look(school: StaffSchool, subject: dict[str, Any], *, again: bool = False) -> None:
    """Write what is looked at into the school's own log, before any of it is shown.

    Args:
        school: the reader's.
        subject: what is looked at.
        again: it is another page of what may have been said a moment ago.
    """
    world = services().world
    if again and _was_recorded(school.id, subject):
        return
    widen(
        world,
        school_id=school.id,
        actor=current_user.actor,
        reason="oversight page",
        kind=KIND,
        subject=subject,
        apply=lambda _connection, _at: None,
    )


def _was_recorded(school_id: int, subject: dict[str, Any]) -> bool:
    world, actor = services().world, current_user.actor
    own = (Filter(What.PERSON, (str(actor.person_id),)), Filter(What.KIND, (KIND,)))
    since = world.clock.now() - SAME_LOOK
    with reading(world.database) as connection:
        found = find(connection, school_id, own, since=since, limit=COMPARED)
    return any(
        entry.body.get("subject") == subject and actor_id(entry) == actor.person_id for entry in found.entries
    )


def found_page(
    connection: Connection, school: StaffSchool, asked: Asked, filters: Filters, *, limit: int
) -> Found:
    """Return a page of what is asked for; what strangers did is found by nothing that is not told of them."""
    source = Source.of(school, asked.of)
    return find(
        connection,
        source.log,
        filters.filters,
        since=filters.since,
        until=filters.until,
        only=source.only,
        passes=_unless_of_strangers(connection, school, source, asked),
        before=asked.before,
        limit=limit,
    )


def _unless_of_strangers(
    connection: Connection, school: StaffSchool, source: Source, asked: Asked
) -> Callable[[Sequence[Entry]], Sequence[Entry]]:
    def passes(entries: Sequence[Entry]) -> Sequence[Entry]:
        if not any(asked.value(name) for name in TELLING):
            return entries
        strangers = outsiders_in(connection, school, source, entries)
        return [entry for entry in entries if entry.number not in strangers]

    return passes


def outsiders_in(
    connection: Connection, school: StaffSchool, source: Source, entries: Iterable[Entry]
) -> dict[int, str]:
    """Return what to call whoever acted and is no business of this school, by the number of an entry.

    That is who acted upon an account of somebody of ours, or asked for a room of ours.
    """
    if source.log != INSTALLATION:
        numbers = strangers_among(connection, school.id, [entry.number for entry in entries])
    else:
        numbers = {
            entry.number
            for entry in entries
            if (actor := actor_id(entry)) is not None
            and actor != entry.person_id
            and not concerns(connection, school.id, actor, entry.at)
        }
    return {number: gettext("Somebody outside this school") for number in numbers}


def reader_of(
    connection: Connection, school: StaffSchool, asked: Asked, source: Source, entries: Sequence[Entry]
) -> Reader:
    """Return what shows some entries as people read them."""
    return Reader(
        names_in(connection, school.id, entries),
        ZoneInfo(school.zone),
        asked,
        outsiders_in(connection, school, source, entries),
    )
