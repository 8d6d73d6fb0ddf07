"""Whether anybody watched after a consent was taken back: said on the page of its entry."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import request
from flask_babel import gettext
from sqlalchemy import Connection

from access.log.entry import Entry
from access.log.incident_days import in_force, incidents_after
from access.log.incidents import WITHDRAWN
from access.roster import StaffSchool
from app import words
from app.oversight.asked import entry_number
from app.oversight.lines import address_of
from app.oversight.week import people_named


@dataclass(frozen=True, slots=True)
class Afterwards:
    """What came after, as far as it was looked at."""

    #: When, who, and the address of the entry; the newest first.
    incidents: list[tuple[str, str, str]]
    #: Viewings that were looked at.
    viewings: int
    since: str
    until: str
    #: The consent was given again, or not asked for any more.
    is_over: bool
    #: Where to go on; None where all was looked at.
    further: str | None


def afterwards_of(
    connection: Connection, school: StaffSchool, entry: Entry, now: datetime
) -> Afterwards | None:
    """Return what came after a consent was taken back; None of any other entry, or of staff."""
    if entry.kind != WITHDRAWN or entry.erased is not None:
        return None
    forces = in_force(connection, school.id, [entry], now)
    if not forces:
        return None
    zone, end = ZoneInfo(school.zone), forces[0].until
    before = entry_number(request.args.get("before", ""))
    searched = incidents_after(connection, school.id, [entry], since=entry.at, until=end, before=before)
    people = people_named(connection, {one.person_id for one in searched.found})
    further = {"number": str(entry.number), "before": str(searched.go_on_before)}

    def when(at: datetime) -> str:
        return f"{words.calendar_day(at, zone=zone)} {words.clock_time(at, zone=zone)}"

    return Afterwards(
        [
            (
                when(one.since),
                people.get(one.person_id, ("", gettext("somebody")))[1],
                address_of(one.amount, ""),
            )
            for one in searched.found
        ],
        searched.viewings,
        when(searched.back_to or entry.at),
        when(end),
        bool(forces[0].agreed),
        None if searched.go_on_before is None else f"/oversight/entry?{urlencode(further)}",
    )
