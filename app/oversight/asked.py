"""Which log is asked for, and which of its entries: from the address to records.

An administrator reads the log of the school they work in, or of the installation's log what
is about that school's people. Whoever is unknown there is the one 404.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import abort, request
from sqlalchemy import ColumnElement, Connection

from access.log.accounts import about_people_of
from access.log.canonical import LARGEST
from access.log.choices import Choice, find_choice
from access.log.entry import INSTALLATION
from access.log.finding import Filter
from access.log.mentions import What
from access.roster import StaffSchool
from app.oversight.kinds import kinds_of

#: The value of ``of`` for sign-ins and accounts.
ACCOUNTS = "accounts"

#: Name in the address → what it asks for by the key of a record.
RECORDS: Mapping[str, What] = {
    "person": What.PERSON,
    "child": What.CHILD,
    "class": What.CLASS_GROUP,
    "room": What.ROOM,
    "device": What.SIGN_IN,
}
#: What has no place in the log of accounts: an account is in no room.
OF_SCHOOLS = ("child", "class", "room")
FILTERS = (*RECORDS, "kind", "reason", "network", "day", "from", "until")
#: Filters by what is not told of strangers: what they did is not found by it either.
TELLING = ("person", "device", "reason", "network")
#: Of the address, what is longer names nothing.
LONGEST = 80


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters, as they stand in the address."""

    of: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    before: int | None = None

    @classmethod
    def here(cls) -> "Asked":
        """Return what this request asks for; what makes no sense is left out."""
        return cls.of_fields(request.args)

    @classmethod
    def of_fields(cls, said: Mapping[str, Any]) -> "Asked":
        """Return what some fields ask for."""
        of = ACCOUNTS if said.get("of") == ACCOUNTS else ""
        fields = {name: str(said.get(name, ""))[:LONGEST].strip() for name in FILTERS}
        for name in OF_SCHOOLS if of else ():
            fields[name] = ""
        for name, reads in (("day", date.fromisoformat), ("from", _instant), ("until", _instant)):
            try:
                reads(fields[name])
            except ValueError:
                fields[name] = ""  # no time: every time
        if not kinds_of(fields["kind"]):
            fields["kind"] = ""
        before = entry_number(str(said.get("before", "")))
        return cls(of, {name: value for name, value in fields.items() if value}, before)

    @property
    def is_narrowed(self) -> bool:
        """Say whether some entries are left out."""
        return bool(self.fields)

    def value(self, name: str) -> str:
        """Return what one filter asks for; empty where it asks for everything."""
        return self.fields.get(name, "")

    def page(self, before: int | None) -> str:
        """Return the address of another page under the same filters."""
        return replace(self, before=before).address

    def whole(self, of: str) -> str:
        """Return the address of the school's log, or of its accounts, without a filter."""
        return Asked(of).address

    def without(self, name: str) -> str:
        """Return the address without one filter."""
        return Asked(self.of, {one: value for one, value in self.fields.items() if one != name}).address

    def narrowed(self, name: str, value: str) -> str:
        """Return the address with one filter more, or another."""
        return Asked(self.of, {**self.fields, name: value}).address

    @property
    def query(self) -> str:
        """Return the address's query, without the page."""
        return urlencode({**({"of": self.of} if self.of else {}), **self.fields})

    @property
    def address(self) -> str:
        """Return the address of this page."""
        query = self.query
        if self.before is not None:
            query += ("&" if query else "") + urlencode({"before": str(self.before)})
        return f"/oversight?{query}" if query else "/oversight"


@dataclass(frozen=True, slots=True)
class Source:
    """A log, and the condition on those of its entries that are this school's business."""

    log: int
    only: ColumnElement[bool] | None

    @classmethod
    def of(cls, school: StaffSchool, of: str) -> "Source":
        """Return where the entries that are asked for stand."""
        if of == ACCOUNTS:
            return cls(INSTALLATION, about_people_of(school.id))
        return cls(school.id, None)


@dataclass(frozen=True, slots=True)
class Filters:
    """The filters, as records."""

    records: Mapping[str, Choice]
    filters: tuple[Filter, ...]
    since: datetime | None
    until: datetime | None

    @classmethod
    def found(cls, connection: Connection, school: StaffSchool, asked: Asked) -> "Filters":
        """Return the records that the filters name."""
        records: dict[str, Choice] = {}
        for name, what in RECORDS.items():
            if key := asked.value(name):
                found = find_choice(connection, school.id, what, key, accounts=bool(asked.of))
                records[name] = abort(404) if found is None else found
        filters = [Filter(RECORDS[name], (str(found.id),)) for name, found in records.items()]
        for name, what in (("reason", What.REASON), ("network", What.FROM)):
            filters += [Filter(what, (asked.value(name),))] if asked.value(name) else []
        if asked.value("kind"):
            filters.append(Filter(What.KIND, kinds_of(asked.value("kind"))))
        return cls(records, tuple(filters), *_span(asked, ZoneInfo(school.zone)))

    def as_subject(self, source: Source, asked: Asked) -> dict[str, Any]:
        """Return what is read, as the entry of the reading says it."""
        said = {name: self.records[name].id if name in self.records else None for name in ("person", "room")}
        more = {RECORDS[name].value: found.id for name, found in self.records.items() if name not in said} | {
            f"only_{name}": asked.value(name)
            for name in ("kind", "reason", "network", "from", "until")
            if asked.value(name)
        }
        which = "installation" if source.log == INSTALLATION else "school"
        return {"log": which, **said, "day": asked.value("day") or None, **more}


def entry_number(text: str) -> int | None:
    """Return the number of an entry; of what can be none, nothing."""
    try:
        number = int(text)
    except ValueError:
        return None
    return number if abs(number) <= LARGEST else None


def _instant(text: str) -> datetime:
    """Return the instant that a field of a form says, without a zone.

    Raises:
        ValueError: it says none.
    """
    return datetime.fromisoformat(text).replace(tzinfo=None)


def _span(asked: Asked, zone: ZoneInfo) -> tuple[datetime | None, datetime | None]:
    """Return from when until when, at school: what the day and both instants have in common."""
    since = [_at_school(_instant(asked.value("from")), zone)] if asked.value("from") else []
    until = [_at_school(_instant(asked.value("until")), zone)] if asked.value("until") else []
    if asked.value("day"):
        first = date.fromisoformat(asked.value("day"))
        since.append(_at_school(datetime.combine(first, time()), zone))
        until.append(_at_school(datetime.combine(first, time()) + timedelta(days=1), zone))
    return max(since, default=None), min(until, default=None)


def _at_school(said: datetime, zone: ZoneInfo) -> datetime:
    if not date.min < said.date() < date.max - timedelta(days=1):
        abort(404)  # in another zone it would lie beyond what can be said
    return said.replace(tzinfo=zone)
