"""Finding somebody by name, however many there are: typed on the page of the log, on a phone too."""

from dataclasses import dataclass

from flask import request
from flask_babel import gettext
from sqlalchemy import Connection

from access.log.choices import find_named, known_by
from access.log.mentions import What
from access.roster import StaffSchool
from app.oversight.asked import LONGEST, Asked

#: Of each sort so many are offered.
MOST = 20


@dataclass(frozen=True, slots=True)
class Match:
    """Somebody who is called so."""

    name: str
    what: str
    #: Tells them apart: their children, or a child's classes.
    beside: list[str]
    address: str


@dataclass(frozen=True, slots=True)
class Sought:
    """A name that was typed, and who has it; empty where none was."""

    name: str
    matches: list[Match]

    @property
    def only(self) -> str | None:
        """Return where to go where there is no doubt: one alone is called so."""
        just_so = [one for one in self.matches if one.name == self.name]
        certain = just_so or self.matches
        return certain[0].address if len(certain) == 1 else None


def sought_here(connection: Connection, school: StaffSchool, asked: Asked) -> Sought:
    """Return who of the school is called as somebody typed into the page."""
    name = " ".join(request.args.get("name", "").split())[:LONGEST]
    matches: list[Match] = []
    whats = {"person": (What.PERSON, gettext("Person"))}
    if not asked.of:
        whats["child"] = (What.CHILD, gettext("Child"))
    for filter_name, (what, word) in whats.items():
        found = find_named(connection, school.id, what, name, limit=MOST)
        beside = known_by(connection, school.id, what, [one.id for one in found])
        matches += [
            Match(one.name, word, beside.get(one.id, []), asked.narrowed(filter_name, one.key))
            for one in found
        ]
    return Sought(name, matches)
