"""Entries as the page shows them: sentences under their day, in school time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask_babel import gettext
from markupsafe import Markup

from access.log.entry import Entry
from access.log.erasures import Erased
from access.log.incidents import WITHDRAWN
from access.log.mentions import What, mentions_of
from access.log.names import Names, actor_id, device_id, subject_ids
from app import words
from app.oversight.asked import Asked
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
#: Records in a sentence that lead anywhere, with the name of their filter.
LINKED = {"person": "person", "child": "child", "class_group": "class", "room": "room"}


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing beside an entry's sentence: what it is called, what it is, and where it leads."""

    name: str
    value: str
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One entry as the page shows it."""

    number: int
    kind: str
    at_iso: str
    day: str
    time: str
    sentence: Markup
    about: list[Fact]
    address: str


@dataclass(frozen=True, slots=True)
class Day:
    """The entries of one day at school."""

    name: str
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class Reader:
    """What the lines of one page have in common."""

    #: Of everything the entries mention.
    names: Names
    #: The school's.
    zone: ZoneInfo
    #: Under which filters the page is; a name in it adds itself to them.
    asked: Asked = field(default_factory=Asked)
    #: By the number of an entry, what whoever acted is called instead of by name;
    #: why they did it is not told either.
    outsiders: Mapping[int, str] = field(default_factory=dict)

    def days(self, entries: Iterable[Entry]) -> list[Day]:
        """Return the entries under their days, in their order."""
        lines = [self.line(entry) for entry in entries]
        return [Day(name, list(of_day)) for name, of_day in groupby(lines, key=lambda line: line.day)]

    def line(self, entry: Entry) -> Line:
        """Return one entry as people read it; of one that was erased, when it was and what is left."""
        if entry.erased is not None:
            return self._line_of_erased(entry, entry.erased)
        outsider = self.outsiders.get(entry.number)
        subject = entry.body.get("subject") or {}
        said = self.names.about(entry)
        said["who"] = outsider or self.names.actor(entry) or nobody(entry)
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
            day=words.weekday(entry.at, zone=self.zone),
            time=words.clock_time(entry.at, zone=self.zone, seconds=True),
            sentence=sentence(
                entry.kind,
                said,
                of_oneself=by_the_browser or acted == concerned,
                links={} if outsider else self._links(entry),
            ),
            about=self._about(entry, said, of_ours=outsider is None),
            address=address_of(entry.number, self.asked.of),
        )

    def _line_of_erased(self, entry: Entry, erased: Erased) -> Line:
        return Line(
            number=entry.number,
            kind=entry.kind,
            at_iso=entry.at.isoformat(),
            day=words.weekday(entry.at, zone=self.zone),
            time=words.clock_time(entry.at, zone=self.zone, seconds=True),
            sentence=Markup("{} <code>{}</code>").format(erased_words(erased, self.zone), entry.kind),
            about=[],
            address=address_of(entry.number, self.asked.of),
        )

    def _links(self, entry: Entry) -> dict[str, str]:
        """Return where the names of an entry lead: to the entries about each."""
        ids = subject_ids(entry)
        acted = actor_id(entry)
        found = {name: (name, ids[name]) for name in LINKED if name in ids}
        if acted is not None:
            found["who"] = ("person", acted)
        return {
            name: self.asked.narrowed(LINKED[record[0]], self.names.keys[record])
            for name, record in found.items()
            if record in self.names.keys and not (self.asked.of and record[0] != "person")
        }

    def _about(self, entry: Entry, said: Mapping[str, str], *, of_ours: bool) -> list[Fact]:
        """Return what else there is to say; of strangers neither why nor from where."""
        about = [
            Fact(str(RECORDS[kind]), said[kind]) for kind in NAMED_BESIDE.get(entry.kind, ()) if kind in said
        ]
        day = (entry.body.get("subject") or {}).get("day")
        if day:
            about.append(Fact(gettext("Day"), str(day)))
        if entry.kind == WITHDRAWN:
            asked = Fact(
                gettext("Afterwards"), gettext("Did anybody watch after it?"), address_of(entry.number, "")
            )
            about.append(asked)
        about.append(Fact(gettext("Right"), right_words(entry)))
        about.append(Fact(gettext("Seen"), seconds_words(entry)))
        if of_ours:
            about[-2:-2] = [Fact(gettext("Reason"), why_words(entry), self._reason_address(entry))]
            device, network = device_id(entry), (entry.body.get("actor") or {}).get("from")
            key = None if device is None else self.names.keys.get(("sign_in", device))
            about.append(
                Fact(
                    gettext("Device"),
                    device_words(entry, self.names),
                    self.asked.narrowed("device", key) if key else None,
                )
            )
            here = self.asked.narrowed("network", network) if isinstance(network, str) and network else None
            about.append(Fact(gettext("Came from"), place_words(entry), here))
        return [fact for fact in about if fact.value]

    def _reason_address(self, entry: Entry) -> str | None:
        mentions = mentions_of(entry.kind, entry.body)
        reason = next((value for what, value in mentions if what == What.REASON), None)
        return self.asked.narrowed("reason", reason) if reason else None


def address_of(number: int, of: str) -> str:
    """Return the address of the page of one entry."""
    return "/oversight/entry?" + urlencode({**({"of": of} if of else {}), "number": number})
