"""Which log is asked for, and which of its entries: from the address to records.

An administrator reads the log of the school they work in, or of the installation's log what
is about that school's people. Whoever is unknown there is the one 404.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import abort, request
from sqlalchemy import ColumnElement, Connection

from access.log.accounts import about_people_of, names_its_own
from access.log.canonical import LARGEST
from access.log.entry import INSTALLATION
from access.log.names import find_person_in
from access.roster import StaffSchool, find_room

#: The value of ``of`` for sign-ins and accounts.
ACCOUNTS = "accounts"


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters, as they stand in the address."""

    of: str
    person: str
    room: str
    day: str
    before: int | None

    @classmethod
    def here(cls) -> "Asked":
        """Return what this request asks for; what makes no sense is left out."""
        fields = {name: request.args.get(name, "") for name in ("of", "person", "room", "day")}
        try:
            date.fromisoformat(fields["day"])
        except ValueError:
            fields["day"] = ""  # not a day: every day
        if fields["of"] != ACCOUNTS:
            fields["of"] = ""
        else:
            fields["room"] = ""  # an account is in no room
        return cls(**fields, before=request.args.get("before", type=_entry_number))

    @property
    def is_narrowed(self) -> bool:
        """Say whether some entries are left out."""
        return bool(self.person or self.room or self.day)

    def page(self, before: int | None) -> str:
        """Return the address of another page under the same filters."""
        return replace(self, before=before).address

    def whole(self, of: str) -> str:
        """Return the address of the school's log, or of its accounts, without a filter."""
        return Asked(of, "", "", "", None).address

    @property
    def address(self) -> str:
        """Return the address of this page."""
        fields = {"of": self.of, "person": self.person, "room": self.room, "day": self.day}
        if self.before is not None:
            fields["before"] = str(self.before)
        query = urlencode({name: value for name, value in fields.items() if value})
        return f"/oversight?{query}" if query else "/oversight"


@dataclass(frozen=True, slots=True)
class Source:
    """A log, and the condition on those of its entries that are this school's business."""

    log: int
    only: ColumnElement[bool] | None
    #: The condition on entries whose people the school may know by name.
    people: ColumnElement[bool]

    @classmethod
    def of(cls, school: StaffSchool, asked: Asked) -> "Source":
        """Return where the entries that are asked for stand."""
        if asked.of == ACCOUNTS:
            ours = about_people_of(school.id)
            return cls(INSTALLATION, ours, ours)
        return cls(school.id, None, names_its_own(school.id))


@dataclass(frozen=True, slots=True)
class Filters:
    """The filters, as records."""

    person_id: int | None
    room_id: int | None
    since: datetime | None
    until: datetime | None

    @classmethod
    def found(cls, connection: Connection, school: StaffSchool, source: Source, asked: Asked) -> "Filters":
        """Return the records that the filters name."""
        person_id = (
            find_person_in(connection, source.log, asked.person, source.people) if asked.person else None
        )
        room_id = find_room(connection, asked.room, school.id) if asked.room else None
        if (asked.person and person_id is None) or (asked.room and room_id is None):
            abort(404)
        return cls(person_id, room_id, *_span(asked.day, ZoneInfo(school.zone)))

    def as_subject(self, source: Source, asked: Asked) -> dict[str, Any]:
        """Return what is read, as the entry of the reading says it."""
        return {
            "log": "installation" if source.log == INSTALLATION else "school",
            "person": self.person_id,
            "room": self.room_id,
            "day": asked.day or None,
        }


def _entry_number(text: str) -> int:
    """Return the number of an entry, or raise ``ValueError`` where none can have it."""
    number = int(text)
    if abs(number) > LARGEST:
        raise ValueError("no entry has this number")
    return number


def _span(day: str, zone: ZoneInfo) -> tuple[datetime | None, datetime | None]:
    """Return from when until when it is that day at school."""
    if not day:
        return None, None
    first = date.fromisoformat(day)
    if not date.min < first < date.max:
        abort(404)  # in another zone it would lie beyond what can be said
    since, until = (datetime.combine(d, time(), zone) for d in (first, first + timedelta(days=1)))
    return since, until
