"""The lines of the register as people read them, on the page and in a file: plain text, no markup."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext, lazy_gettext
from flask_babel.speaklater import LazyString

from access.log.entry import Entry
from access.register import OF_LOGS, WATCHED, Register, look_of
from app.office.words import reason_words
from app.oversight.words import erased_words, nobody

#: What was looked up, by kind of entry.
CONTENT: dict[str, LazyString] = {
    "look:opened": lazy_gettext("live picture of the camera %(camera)s in %(room)s"),
    WATCHED: lazy_gettext("live picture of %(room)s, for %(child)s"),
    "explanation:read": lazy_gettext("why %(person)s can see %(room)s, or not"),
    "unwatched:read": lazy_gettext("who could not watch this month"),
    "subject_export:made": lazy_gettext("all that is kept about %(person)s, to make a copy"),
    "subject_export:downloaded": lazy_gettext("the copy of all that is kept about %(person)s"),
    "register:read": lazy_gettext("this register, %(from)s to %(to)s"),
}
#: The same, by log.
LOGS: dict[str, LazyString] = {
    "school": lazy_gettext("access log of the school"),
    "installation": lazy_gettext("log of sign-ins and accounts"),
}
#: What pages of ours write as the reason where they ask for none.
REASONS: dict[str, LazyString] = {
    "oversight page": lazy_gettext("oversight"),
    "office page": lazy_gettext("work of the office"),
    "asked": lazy_gettext("a question was asked"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line: when, who, of which unit, why, and what was looked up."""

    at: datetime
    name: str
    unit: str
    reason: str
    content: str


def headings() -> Mapping[str, str]:
    """Return what each column is called, in their order."""
    return {
        "time": gettext("Time"),
        "name": gettext("Name"),
        "unit": gettext("Unit"),
        "reason": gettext("Reason given"),
        "content": gettext("Content"),
    }


def lines_of(register: Register, *, school: str, zone: ZoneInfo) -> list[Line]:
    """Return the lines of a register, oldest first, in school time.

    Args:
        school: its name, which is the unit of its staff.
    """
    return [_line(register, entry, school, zone) for entry in register.entries]


def _line(register: Register, entry: Entry, school: str, zone: ZoneInfo) -> Line:
    at = entry.at.astimezone(zone)
    content = "" if entry.erased is not None else _content(register, entry)
    if register.is_by_stranger(entry):
        return Line(at, gettext("Somebody outside this school"), "", "", content)
    if entry.erased is not None:
        return Line(at, "", school, erased_words(entry.erased, zone), "")
    family = entry.kind == WATCHED
    return Line(
        at=at,
        name=register.names.actor(entry) or nobody(entry),
        unit=gettext("family") if family else school,
        reason=gettext("watches for a guardian") if family else _reason(register, entry),
        content=content,
    )


def _reason(register: Register, entry: Entry) -> str:
    look = look_of(entry)
    if look is not None:
        return register.looks.get(look, "")
    reason = str(entry.body.get("reason") or "")
    return str(REASONS[reason]) if reason in REASONS else reason_words(reason)


def _content(register: Register, entry: Entry) -> str:
    subject = entry.body.get("subject") or {}
    names = register.names.about(entry)
    if entry.kind not in OF_LOGS:
        said = {"person": "", "room": "", "camera": "", "child": "", "from": "", "to": ""}
        said |= {name: str(value) for name, value in subject.items() if name in {"from", "to"}}
        told: str = str(CONTENT[entry.kind]) % {**said, **names}
        return told
    narrowed = [names[name] for name in ("person", "room") if name in names]
    if subject.get("day"):
        narrowed.append(str(subject["day"]))
    which = str(LOGS[subject["log"]])
    if entry.kind == "log:exported":
        days = [str(subject[name]) for name in ("from", "to") if subject.get(name)]
        narrowed = [gettext("carried away as %(format)s", format=subject["format"]), *days]
    return f"{which} ({', '.join(narrowed)})" if narrowed else which
