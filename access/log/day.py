"""One day of a school's rooms, read out of its log: who watched when, and when nothing could be seen."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection

from access.log.entry import INSTALLATION, Entry
from access.log.finding import Filter, find, find_all, find_between
from access.log.mentions import What

OPENED, CLOSED = "viewing:opened", "viewing:closed"
CURTAINS = ("curtain:drawn", "curtain:opened")
OUTAGES = ("camera:lost", "camera:back")
PORTAL = ("portal:started", "portal:stopped")
#: Entries of one day that are read; a day has a few thousand.
MOST = 10_000
#: Entries before the day among which the last of each room is looked for first.
MOST_BEFORE = 300


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of the day, and the entry that began it; None where that lies before the day."""

    start: datetime
    end: datetime
    entry: Entry | None


@dataclass(frozen=True, slots=True)
class Lane:
    """What the log says of one room."""

    viewings: Sequence[Stretch]
    curtain: Sequence[Stretch]
    lost: Sequence[Stretch]


@dataclass(frozen=True, slots=True)
class LoggedDay:
    """The rooms of a school on one day."""

    lanes: Mapping[int, Lane]
    #: While the portal was not there.
    down: Sequence[Stretch]
    #: There was more than is read: the morning may be missing.
    is_cut: bool


def logged_day(
    connection: Connection, school_id: int, rooms: Sequence[int], since: datetime, until: datetime
) -> LoggedDay:
    """Return what the log says of the rooms of a school in ``[since, until)``.

    Args:
        connection: in a read transaction.
        school_id: whose log and whose rooms.
        rooms: their ids.
        since: the first instant of the day; aware.
        until: the first after it, or now.
    """
    kinds = (OPENED, CLOSED, *CURTAINS, *OUTAGES)
    found = find_between(connection, school_id, kinds, since=since, until=until, most=MOST)
    by_room: defaultdict[int, list[Entry]] = defaultdict(list)
    for entry in reversed(found.entries):
        by_room[_room(entry)].append(entry)
    lanes = {}
    curtain, camera = (_before(connection, school_id, rooms, kinds, since) for kinds in (CURTAINS, OUTAGES))
    for room in rooms:
        entries = by_room[room]
        curtains = [curtain.get(room), *_of(entries, CURTAINS)]
        outages = [camera.get(room), *_of(entries, OUTAGES)]
        lanes[room] = Lane(
            viewings_among(entries, since, until),
            _between(curtains, "curtain:drawn", since, until),
            _between(outages, "camera:lost", since, until),
        )
    return LoggedDay(lanes, _down(connection, since, until), found.go_on_before is not None)


def viewings_among(entries: Iterable[Entry], since: datetime, until: datetime) -> list[Stretch]:
    """Return the viewings that some entries tell of, oldest first; what did not end, to the end.

    Args:
        entries: in the order in which they were written.
        since: where a viewing begins that was open before.
        until: where one ends that was still open.
    """
    began: dict[Any, Entry] = {}
    stretches = []
    for entry in entries:
        if entry.erased is not None:
            continue
        viewing = (entry.body.get("subject") or {}).get("viewing")
        if entry.kind == OPENED:
            began[viewing] = entry
        elif entry.kind == CLOSED:
            opened = began.pop(viewing, None)
            start = since if opened is None else opened.at
            stretches.append(Stretch(start, max(start, ended_at(entry)), opened or entry))
    stretches += [Stretch(entry.at, until, entry) for entry in began.values()]
    return sorted(stretches, key=lambda one: one.start)


def ended_at(closed: Entry) -> datetime:
    """Return when a viewing ended, which may be a little before its entry."""
    try:
        return datetime.fromisoformat(str(closed.body.get("ended_at"))).astimezone(UTC)
    except ValueError:
        return closed.at


def _before(
    connection: Connection, school_id: int, rooms: Sequence[int], kinds: tuple[str, ...], before: datetime
) -> dict[int, Entry]:
    """Return the last entry of each room before a day: among the newest few, else by itself."""
    newest = find_all(connection, school_id, [Filter(What.KIND, kinds)], until=before, most=MOST_BEFORE)
    found = {_room(entry): entry for entry in reversed(newest.entries)}
    for room in rooms if newest.go_on_before is not None else ():
        if room not in found:
            asked = [Filter(What.ROOM, (str(room),)), Filter(What.KIND, kinds)]
            for entry in find(connection, school_id, asked, until=before, limit=1).entries:
                found[room] = entry
    return found


def _of(entries: Iterable[Entry], kinds: tuple[str, ...]) -> list[Entry]:
    return [entry for entry in entries if entry.kind in kinds]


def _between(entries: Iterable[Entry | None], begins: str, since: datetime, until: datetime) -> list[Stretch]:
    """Return the stretches that begin with an entry of one kind and end with one of the other."""
    stretches: list[Stretch] = []
    began: Entry | None = None
    for entry in entries:
        if entry is not None and entry.kind == begins:
            began = began or entry
        elif entry is not None and began is not None:
            stretches.append(Stretch(max(since, began.at), entry.at, began))
            began = None
    if began is not None:
        stretches.append(Stretch(max(since, began.at), until, began))
    return [one for one in stretches if since <= one.start < one.end]


def _down(connection: Connection, since: datetime, until: datetime) -> list[Stretch]:
    """Return while the portal was not there: from its stop, or its last sign of life, to its start."""
    asked = [Filter(What.KIND, PORTAL)]
    entries = find_all(connection, INSTALLATION, asked, since=since, until=until, most=MOST).entries
    stretches: list[Stretch] = []
    for entry in reversed(entries):
        if entry.kind == "portal:started":
            before = entry.body.get("since" if entry.body.get("before") == "portal:stopped" else "last_entry")
            start = datetime.fromisoformat(str(before)).astimezone(UTC) if before else entry.at
            stretches.append(Stretch(max(since, start), entry.at, entry))
    if entries and entries[0].kind == "portal:stopped":
        stretches.append(Stretch(entries[0].at, until, entries[0]))
    return [one for one in stretches if one.start < one.end]


def _room(entry: Entry) -> int:
    room = (entry.body.get("subject") or {}).get("room")
    return room if isinstance(room, int) else -1
