"""Entries as the page shows them: sentences under their day, in school time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from zoneinfo import ZoneInfo

from flask_babel import gettext
from markupsafe import Markup

from access.log.entry import Entry
from access.log.erasures import Erased
from access.log.names import Names, actor_id, subject_ids
from app import words
from app.oversight.sentences import sentence
from app.oversight.words import (
    RECORDS,
    device_words,
    erased_words,
    nobody,
    place_words,
    right_words,
    seconds_words,
    why_words,
)

#: Filters that an entry of a reading names; in any other entry its sentence does.
NAMED_BESIDE = {"log:read": ("person", "room")}


@dataclass(frozen=True, slots=True)
class Line:
    """One entry as the page shows it."""

    number: int
    kind: str
    at_iso: str
    day: str
    time: str
    sentence: Markup
    about: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Day:
    """The entries of one day at school."""

    name: str
    lines: list[Line]


def days(
    entries: Iterable[Entry], names: Names, zone: ZoneInfo, outsiders: Mapping[int, str] | None = None
) -> list[Day]:
    """Return the entries under their days, in their order.

    Args:
        names: of everything the entries mention.
        zone: the school's.
        outsiders: by the number of an entry, what whoever acted is called instead of by
            name; why they did it is not told either.
    """
    lines = [_line(entry, names, zone, (outsiders or {}).get(entry.number)) for entry in entries]
    return [Day(name, list(of_day)) for name, of_day in groupby(lines, key=lambda line: line.day)]


def _line(entry: Entry, names: Names, zone: ZoneInfo, outsider: str | None) -> Line:
    if entry.erased is not None:
        return _line_of_erased(entry, entry.erased, zone)
    subject = entry.body.get("subject") or {}
    said = names.about(entry)
    said["who"] = outsider or names.actor(entry) or nobody(entry)
    for name in ("role", "log"):
        if isinstance(subject.get(name), str):
            said[name] = subject[name]
    if isinstance(entry.body.get("times"), int):
        said["times"] = str(entry.body["times"])
    said["reason"] = str(entry.body.get("reason") or "")
    acted, concerned = actor_id(entry), subject_ids(entry).get("person")
    by_the_browser = acted is None and entry.body.get("actor", {}).get("via") == "web"
    return Line(
        number=entry.number,
        kind=entry.kind,
        at_iso=entry.at.isoformat(),
        day=words.weekday(entry.at, zone=zone),
        time=words.clock_time(entry.at, zone=zone, seconds=True),
        sentence=sentence(entry.kind, said, of_oneself=by_the_browser or acted == concerned),
        about=_about(entry, said, names, of_ours=outsider is None),
    )


def _line_of_erased(entry: Entry, erased: Erased, zone: ZoneInfo) -> Line:
    return Line(
        number=entry.number,
        kind=entry.kind,
        at_iso=entry.at.isoformat(),
        day=words.weekday(entry.at, zone=zone),
        time=words.clock_time(entry.at, zone=zone, seconds=True),
        sentence=Markup("{} <code>{}</code>").format(erased_words(erased, zone), entry.kind),
        about=[],
    )


def _about(entry: Entry, said: Mapping[str, str], names: Names, *, of_ours: bool) -> list[tuple[str, str]]:
    """Return what else there is to say, each with its name; of strangers neither why nor from where."""
    about = [(str(RECORDS[kind]), said[kind]) for kind in NAMED_BESIDE.get(entry.kind, ()) if kind in said]
    day = (entry.body.get("subject") or {}).get("day")
    if day:
        about.append((gettext("Day"), str(day)))
    for name, value in (
        (gettext("Reason"), why_words(entry) if of_ours else ""),
        (gettext("Right"), right_words(entry)),
        (gettext("Seen"), seconds_words(entry)),
        (gettext("Device"), device_words(entry, names) if of_ours else ""),
        (gettext("Came from"), place_words(entry) if of_ours else ""),
    ):
        if value:
            about.append((name, value))
    return about
