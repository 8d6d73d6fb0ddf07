"""A copy of what a school keeps about somebody, as a ZIP file: a page to read, and the same as JSON.

The page needs nothing beside itself: no script, no picture, no address. The same copy makes the same
bytes. The names in the archive are ours and fixed.
"""

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext, lazy_gettext
from flask_babel.speaklater import LazyString
from markupsafe import Markup
from sqlalchemy import Connection, select

from access.checked import find_one
from access.people import Person, School
from access.subject_copy import Copy, copy_about
from access.subject_dropped import erased_so_far
from access.subject_records import SubjectExport
from app.language import CATALOGUES, spoken
from app.oversight.sentences import sentence

PAGE, DATA = "index.html", "data.json"
#: The first instant that a ZIP file can have: when it was made is said inside.
_EPOCH = (1980, 1, 1, 0, 0, 0)

SECTIONS: dict[str, LazyString] = {
    "account": lazy_gettext("Account"),
    "places": lazy_gettext("Places on the staff"),
    "guardianships": lazy_gettext("Guardian of"),
    "enrolments": lazy_gettext("Children in classes"),
    "permissions": lazy_gettext("Permissions to watch"),
    "consents": lazy_gettext("Consents"),
    "custody_rules": lazy_gettext("Custody rules upon you"),
    "relatives": lazy_gettext("Relatives whom you proposed"),
    "delegations": lazy_gettext("Watching for a guardian of"),
    "devices": lazy_gettext("Devices"),
    "viewings": lazy_gettext("What you watched"),
    "entries": lazy_gettext("What the access log says of you"),
}
COLUMNS: dict[str, LazyString] = {
    "name": lazy_gettext("Name"),
    "sign_in_name": lazy_gettext("Sign-in name"),
    "language": lazy_gettext("Language"),
    "child": lazy_gettext("Child"),
    "class_group": lazy_gettext("Class"),
    "room": lazy_gettext("Room"),
    "role": lazy_gettext("Role"),
    "purpose": lazy_gettext("Purpose"),
    "version": lazy_gettext("Version"),
    "level": lazy_gettext("Answer"),
    "how": lazy_gettext("How"),
    "kind": lazy_gettext("Kind"),
    "weekdays": lazy_gettext("Weekdays"),
    "device": lazy_gettext("Device"),
    "starts_at": lazy_gettext("From"),
    "ends_at": lazy_gettext("Until"),
    "recorded_at": lazy_gettext("Written down"),
    "verified_at": lazy_gettext("Verified"),
    "verified_until": lazy_gettext("Verified until"),
    "verified_document": lazy_gettext("Kind of document"),
    "approved_at": lazy_gettext("Agreed"),
    "counts_from": lazy_gettext("Counts from"),
    "revoked_at": lazy_gettext("Ended"),
    "ended_at": lazy_gettext("Ended"),
    "closed_at": lazy_gettext("Closed"),
    "started_at": lazy_gettext("Signed in"),
    "seen_at": lazy_gettext("Used last"),
    "expires_at": lazy_gettext("Until"),
    "opened_at": lazy_gettext("Opened"),
    "at": lazy_gettext("Time"),
    "what": lazy_gettext("What happened"),
    "reason": lazy_gettext("Reason"),
}
_STYLE = Markup(
    "body{font:1.0625rem/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;"
    "color:#1b1b1b;background:#fffdf8}h2{margin:2rem 0 .5rem}table{border-collapse:collapse;width:100%}"
    "th,td{text-align:left;vertical-align:top;padding:.35rem .6rem;border-bottom:1px solid #ccc4b4;"
    "overflow-wrap:anywhere}"
    "@media print{body{margin:0}}"
)


@dataclass(frozen=True, slots=True)
class MadeCopy:
    """A file, and how far erasing had come when it was read out of the records."""

    content: bytes
    erased: tuple[int | None, int | None]


def made_copy(connection: Connection, school_id: int, export_id: int, *, now: datetime) -> MadeCopy:
    """Make the copy that somebody asked for, in their language.

    Args:
        connection: in a read transaction.

    Raises:
        Refused: ``subject_export:unknown``.
    """
    asked = find_one(connection, SubjectExport, export_id, school_id=school_id)
    person = connection.execute(
        select(Person.id, Person.name, Person.language).where(Person.id == asked.person_id)
    ).one()
    school = connection.execute(
        select(School.name, School.zone, School.language).where(School.id == school_id)
    ).one()
    language = person.language if person.language in CATALOGUES else school.language
    copy = copy_about(connection, school_id, person.id)
    with spoken(language):
        content = zipped(
            copy,
            school=school.name,
            person=person.name,
            made_at=now,
            zone=ZoneInfo(school.zone),
            language="zh-CN" if language == "zh" else "en",
        )
    return MadeCopy(content, erased_so_far(connection, school_id))


def zipped(
    copy: Copy, *, school: str, person: str, made_at: datetime, zone: ZoneInfo, language: str
) -> bytes:
    """Return the copy as a ZIP file, in the language that is spoken now.

    Args:
        copy: of :func:`access.subject_copy.copy_about`.
        school: its name.
        person: whose copy it is, by name.
        zone: the school's; instants on the page are in it, those in the data in UTC.
        language: as a tag of the page.
    """
    told: dict[str, Any] = {"school": school, "person": person, "made_at": made_at.isoformat(), **copy}
    files = {
        PAGE: str(_page(copy, school, person, made_at, zone, language=language)).encode(),
        DATA: json.dumps(told, ensure_ascii=False, indent=1).encode(),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            one = zipfile.ZipInfo(name, _EPOCH)
            one.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(one, data)
    return out.getvalue()


def _page(
    copy: Copy, school: str, person: str, made_at: datetime, zone: ZoneInfo, *, language: str
) -> Markup:
    title = gettext("What %(school)s keeps about %(person)s", school=school, person=person)
    when = gettext("Made on %(time)s. Times are the school's.", time=_time(made_at, zone))
    others = gettext(
        "Other people are not named in it. Whatever the log says of you that somebody else did is told as "
        "done by the school. What was erased on schedule is not in it."
    )
    body = Markup("").join(_section(name, copy[name], person, zone) for name in SECTIONS)
    return Markup(
        '<!doctype html>\n<html lang="{}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<title>{}</title><style>{}</style></head>\n<body><h1>{}</h1><p>{}</p><p>{}</p>\n{}</body></html>\n"
    ).format(language, title, _STYLE, title, when, others, body)


def _section(name: str, rows: Any, person: str, zone: ZoneInfo) -> Markup:
    heading = Markup("<h2>{}</h2>").format(SECTIONS[name])
    shown = [_shown(row, person) if name == "entries" else row for row in rows]
    if not shown:
        return heading + Markup("<p>{}</p>\n").format(gettext("Nothing."))
    columns = [column for column in COLUMNS if any(row.get(column) not in (None, "") for row in shown)]
    head = Markup("").join(Markup('<th scope="col">{}</th>').format(COLUMNS[one]) for one in columns)
    lines = Markup("").join(
        Markup("<tr>{}</tr>\n").format(
            Markup("").join(Markup("<td>{}</td>").format(_cell(one, row.get(one), zone)) for one in columns)
        )
        for row in shown
    )
    return heading + Markup("<table><thead><tr>{}</tr></thead><tbody>\n{}</tbody></table>\n").format(
        head, lines
    )


def _shown(entry: Mapping[str, Any], person: str) -> dict[str, Any]:
    """Return an entry as people read it: a sentence in place of its kind."""
    who = {"oneself": person, "portal": gettext("The portal"), "school": gettext("The school")}[entry["by"]]
    said = {"who": who, "person": person}
    what = sentence(entry["kind"], said, of_oneself=entry["by"] == "oneself")
    rest = {name: entry[name] for name in ("at", "reason", "device") if name in entry}
    return {**rest, "what": what}


def _cell(column: str, value: Any, zone: ZoneInfo) -> Any:
    if value is None:
        return ""
    return (
        _time(datetime.fromisoformat(value), zone) if column.endswith("_at") or column in _INSTANTS else value
    )


_INSTANTS = frozenset({"at", "verified_until", "counts_from"})


def _time(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"
