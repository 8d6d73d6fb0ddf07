"""The page of the access log: newest first, filtered, and its reading recorded first."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import abort, render_template, request
from flask_babel import gettext
from flask_login import current_user
from sqlalchemy import Connection

from access.acts import Actor, widen
from access.database import reading
from access.log.entry import Entry, read_entries
from access.log.names import Names, find_person_in, names_in, people_in
from access.roster import StaffSchool, find_room, rooms_of, staff_schools
from app import words
from app.guard import audience
from app.oversight import bp
from app.oversight.words import RECORDS, kind_words, nobody, seconds_words, why_words
from app.services import services

#: Entries on one page.
PAGE = 50

READERS = ("administrator",)


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters, as they stand in the address."""

    log: str
    person: str
    room: str
    day: str
    before: int | None

    def page(self, before: int | None) -> str:
        """Return the address of another page under the same filters."""
        fields = {"log": self.log, "person": self.person, "room": self.room, "day": self.day}
        if before is not None:
            fields["before"] = str(before)
        return "/oversight?" + urlencode({name: value for name, value in fields.items() if value})


@dataclass(frozen=True, slots=True)
class Line:
    """One entry as the page shows it."""

    number: int
    kind: str
    at_iso: str
    day: str
    time: str
    who: str
    what: str
    about: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Filters:
    """The filters, as records."""

    person_id: int | None
    room_id: int | None
    since: datetime | None
    until: datetime | None


@bp.get("/oversight")
@audience(*READERS)
def log() -> str:
    """Show one page of one school's log."""
    world = services().world
    now = world.clock.now()
    asked = _asked()
    with reading(world.database) as connection:
        schools = staff_schools(connection, current_user.person_id, READERS, now)
        school = next((s for s in schools if s.key == asked.log), schools[0] if schools else None)
        if school is None:
            abort(404)
        filters = _filters(connection, school, asked)
    _record_reading(school, filters, asked)
    with reading(world.database) as connection:
        entries = _read(connection, school, filters, asked)
        names = names_in(connection, entries)
        people = [{"key": key, "name": name} for key, name in people_in(connection, school.id)]
        rooms = rooms_of(connection, school.id)
    zone = ZoneInfo(school.zone)
    return render_template(
        "oversight/log.html",
        logs=schools,
        people=people,
        rooms=rooms,
        chosen=Asked(school.key, asked.person, asked.room, asked.day, asked.before),
        entries=[_line(entry, names, zone) for entry in entries[:PAGE]],
        older=asked.page(entries[PAGE - 1].number) if len(entries) > PAGE else None,
        newer=asked.page(None) if asked.before is not None else None,
    )


def _asked() -> Asked:
    fields = {name: request.args.get(name, "") for name in ("log", "person", "room", "day")}
    try:
        date.fromisoformat(fields["day"])
    except ValueError:
        fields["day"] = ""  # not a day: every day
    return Asked(**fields, before=request.args.get("before", type=int))


def _filters(connection: Connection, school: StaffSchool, asked: Asked) -> Filters:
    """Return the records that the filters name; whoever is unknown here is the one 404."""
    person_id = find_person_in(connection, school.id, asked.person) if asked.person else None
    room_id = find_room(connection, asked.room, [school.id]) if asked.room else None
    if (asked.person and person_id is None) or (asked.room and room_id is None):
        abort(404)
    if not asked.day:
        return Filters(person_id, room_id, None, None)
    day, zone = date.fromisoformat(asked.day), ZoneInfo(school.zone)
    if day >= date.max:
        abort(404)
    since, until = (datetime.combine(d, time(), zone) for d in (day, day + timedelta(days=1)))
    return Filters(person_id, room_id, since, until)


def _record_reading(school: StaffSchool, filters: Filters, asked: Asked) -> None:
    """Write that the log is read, before any of it is shown."""
    widen(
        services().world,
        school_id=school.id,
        actor=Actor(current_user.person_id, "web", current_user.sign_in_id),
        reason="oversight page",
        kind="log:read",
        subject={"person": filters.person_id, "room": filters.room_id, "day": asked.day or None},
        apply=lambda _connection, _at: None,
    )


def _read(connection: Connection, school: StaffSchool, filters: Filters, asked: Asked) -> list[Entry]:
    """Return the page's entries, and one more where there is an older page."""
    return read_entries(
        connection,
        school.id,
        person_id=filters.person_id,
        room_id=filters.room_id,
        since=filters.since,
        until=filters.until,
        before=asked.before,
        limit=PAGE + 1,
    )


def _line(entry: Entry, names: Names, zone: ZoneInfo) -> Line:
    about = [(str(RECORDS[kind]), name) for kind, name in names.about(entry)]
    why, seconds = why_words(entry), seconds_words(entry)
    if why:
        about.append((gettext("Reason"), why))
    if seconds:
        about.append((gettext("Seen"), seconds))
    return Line(
        number=entry.number,
        kind=entry.kind,
        at_iso=entry.at.isoformat(),
        day=words.calendar_day(entry.at, zone=zone),
        time=words.clock_time(entry.at, zone=zone, seconds=True),
        who=names.actor(entry) or nobody(entry),
        what=kind_words(entry.kind),
        about=about,
    )
