"""A room's coverage as the records have it, remembered under the revision it was read with.

Two questions, however many rooms; none for a room whose school has the revision that it had. What
is remembered are spans and no answers, so that it stays right while time passes, and for an hour
at the most, because records far ahead are not read. Marks are not looked at here.
"""

import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine

from access.consent_records import LEVELS, NO, Audience, Purpose
from access.coverage import Coverage, Expected, Tie, cover
from access.coverage_readings import (
    CONSENT,
    DUTY,
    ENROLMENT,
    EXEMPTION,
    EXPECTED,
    GUEST,
    STAYS,
    TEXT,
    TIE,
)
from access.prepared import Row
from access.spans import FAR, Span, common, less, span_of
from access.stays import stays
from access.ways import days_around

#: For so long what was read around one instant is right around another.
REMEMBERED_FOR = timedelta(hours=1)
#: So long does one wait for what another is reading; a reading takes a hundredth of it.
WAITS_SECONDS = 1.0
#: Rooms remembered at once; one more empties the memory.
MOST_REMEMBERED = 4_096


class RoomAsked(NamedTuple):
    """A room of which the coverage is asked, where no row of it is at hand."""

    id: int
    school_id: int
    revision: int
    zone: str


@dataclass(frozen=True, slots=True)
class _Remembered:
    revision: int
    read_at: datetime
    coverage: Coverage


class _Memory:
    """The rooms of one database, by school and room; thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rooms: dict[tuple[int, int], _Remembered] = {}
        self._turns: defaultdict[int, threading.Lock] = defaultdict(threading.Lock)

    def find(self, room: Row, now: datetime) -> Coverage | None:
        """Return what is remembered of a room of a school of just this revision."""
        with self._lock:
            known = self._rooms.get((room.school_id, room.id))
        if known is None or known.revision != room.revision:
            return None
        return known.coverage if known.read_at <= now < known.read_at + REMEMBERED_FOR else None

    def find_all(self, rooms: Sequence[Row], now: datetime) -> tuple[dict[int, Coverage], list[Row]]:
        """Return what is remembered, by room id, and the rooms of which nothing is."""
        found = {room.id: known for room in rooms if (known := self.find(room, now)) is not None}
        return found, [room for room in rooms if room.id not in found]

    def keep(self, room: Row, now: datetime, coverage: Coverage) -> None:
        """Remember a room's coverage, unless it is known of a later revision already."""
        with self._lock:
            known = self._rooms.get((room.school_id, room.id))
            if known is not None and known.revision > room.revision:
                return
            if len(self._rooms) >= MOST_REMEMBERED:
                self._rooms.clear()
            self._rooms[room.school_id, room.id] = _Remembered(room.revision, now, coverage)

    @contextmanager
    def alone(self, rooms: Sequence[Row]) -> Iterator[None]:
        """Let one thread at a time read about these rooms' schools; after a while, whoever still waits too.

        After an act all who watch ask at once, and what the first one reads is what all of them want.
        """
        with ExitStack() as turns:
            for school_id in sorted({room.school_id for room in rooms}):
                with self._lock:
                    turn = self._turns[school_id]
                if turn.acquire(timeout=WAITS_SECONDS):
                    turns.callback(turn.release)
            yield


_memories: WeakKeyDictionary[Engine, _Memory] = WeakKeyDictionary()
_making = threading.Lock()


def coverage_of(connection: Connection, rooms: Sequence[Row], now: datetime) -> dict[int, Coverage]:
    """Return the coverage of each of *rooms*, by room id.

    Args:
        connection: of the transaction in which the rooms' revisions were read, before anything is
            written in it: what is remembered must be what that revision says.
        rooms: rows with ``id``, ``school_id``, ``revision`` and ``zone``.
        now: aware.
    """
    with _making:
        memory = _memories.setdefault(connection.engine, _Memory())
    known, unknown = memory.find_all(rooms, now)
    if not unknown:
        return known
    with memory.alone(unknown):
        meanwhile, unknown = memory.find_all(unknown, now)
        read = _read(connection, unknown, now) if unknown else {}
        for room in unknown:
            memory.keep(room, now, read[room.id])
    return known | meanwhile | read


def unanswered_ties(
    connection: Connection, school_id: int, class_group_ids: Iterable[int], now: datetime
) -> frozenset[int]:
    """Return the guardianships that stay in the way of being shown whole though they are over.

    Of the children of the class groups; also those that two of the staff exempted. One question.

    Args:
        now: aware.
    """
    asked = {
        "room_ids": [],
        "school_ids": [school_id],
        "class_group_ids": sorted(class_group_ids),
        "purpose": Purpose.LIVE_VIEW.value,
        **days_around(now),
    }
    return _Said(EXPECTED.rows(connection, asked)).unanswered_when_over(school_id, now)


def _read(connection: Connection, rooms: Sequence[Row], now: datetime) -> dict[int, Coverage]:
    asked = {
        "room_ids": sorted({room.id for room in rooms}),
        "school_ids": sorted({room.school_id for room in rooms}),
        "purpose": Purpose.LIVE_VIEW.value,
        **days_around(now),
    }
    stays_of: defaultdict[tuple[int, int], list[Row]] = defaultdict(list)
    for row in STAYS.rows(connection, asked):
        stays_of[row.school_id, row.class_group_id].append(row)
    there = {room.id: _there(room, stays_of, now) for room in rooms}
    groups = sorted({group for spans_of in there.values() for group in spans_of})
    said = _Said(EXPECTED.rows(connection, {**asked, "class_group_ids": groups}))
    return {room.id: cover(said.expected(room, there[room.id]), there[room.id]) for room in rooms}


def _there(
    room: Row, stays_of: Mapping[tuple[int, int], Sequence[Row]], now: datetime
) -> dict[int, tuple[Span, ...]]:
    """Return when each class group of the room's school is in it; those that never are, are left out."""
    spans_of = {
        group: stays(rows, room.id, room.zone, now)
        for (school_id, group), rows in stays_of.items()
        if school_id == room.school_id
    }
    return {group: spans for group, spans in spans_of.items() if spans}


class _Said:
    """The rows of one reading, by what they hang on."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._by: defaultdict[str, defaultdict[Any, list[Row]]] = defaultdict(lambda: defaultdict(list))
        for row in rows:
            key = ("staff", row.who_id) if row.kind == CONSENT and row.of_id is None else row.of_id
            self._by[row.kind][key].append(row)
        #: By school: an answer at another one says nothing here.
        self._in_force = {school: _in_force(texts) for school, texts in self._by[TEXT].items()}
        self._asked_from = {school: _asked_from(texts) for school, texts in self._by[TEXT].items()}

    def expected(self, room: Row, there: Mapping[int, Sequence[Span]]) -> list[Expected]:
        """Return everybody who is expected in the room: of its classes, with them, and guests.

        Whether a child was noted as in or out is not asked: a child nobody noted may be in the
        room, and when it opens would tell who has not agreed.
        """
        people = [Expected(tuple(_when(row))) for row in self._by[GUEST][room.id]]
        for group, spans in there.items():
            for child_id, rows in _by_who(self._by[ENROLMENT][group]).items():
                when = common(spans, [span for row in rows for span in _when(row)])
                ties = (self._tie(row, room.school_id, self._exempt(row)) for row in self._by[TIE][child_id])
                people.append(Expected(tuple(when), tuple(ties)))
            for person_id, rows in _by_who(self._by[DUTY][group]).items():
                when = common(spans, [span for row in rows for span in _when(row)])
                agreed = self._agreed(("staff", person_id), room.school_id)
                people.append(Expected(tuple(when), (Tie(tuple(when), agreed),)))
        return people

    def unanswered_when_over(self, school_id: int, now: datetime) -> frozenset[int]:
        """Return the ties that are over and had not agreed to the whole picture; also those exempted."""
        rows = [row for rows in self._by[TIE].values() for row in rows]
        ties = {row.id: self._tie(row, school_id, exempt=()) for row in rows}
        whole = LEVELS[:1]
        return frozenset(
            number
            for number, tie in ties.items()
            if tie.over_from <= now and any(now in span for span in tie.missing(whole))
        )

    def _exempt(self, tie: Row) -> list[Span]:
        return [span for row in self._by[EXEMPTION][tie.id] for span in _when(row)]

    def _tie(self, tie: Row, school_id: int, exempt: Sequence[Span]) -> Tie:
        when = _when(tie)
        over_from = max((span.end for span in when), default=FAR)
        # Who was no guardian any more when the school began to ask could not have answered.
        was_asked = self._asked_from.get(school_id, FAR) <= over_from < FAR
        afterwards = less([Span(over_from, FAR)], exempt) if was_asked else []
        agreed = self._agreed(tie.id, school_id)
        return Tie(tuple(less(when, exempt)), agreed, tuple(afterwards), over_from)

    def _agreed(self, key: Any, school_id: int) -> tuple[tuple[str, Span], ...]:
        return tuple(
            (row.what, span)
            for row in self._by[CONSENT][key]
            if row.what != NO
            for span in self._counting(row, school_id)
        )

    def _counting(self, row: Row, school_id: int) -> list[Span]:
        """Return when an answer counts: while its text is the one in force at the school."""
        in_force = self._in_force.get(school_id, {}).get(row.id)
        return [] if in_force is None else common(_when(row), [in_force])


def _in_force(texts: Sequence[Row]) -> dict[int, Span]:
    """Return when each published text of a school is the one in force, by its id.

    From when it begins, until a later version of the same audience begins.
    """
    in_force: dict[int, Span] = {}
    for text in texts:
        later = [other.at for other in texts if other.what == text.what and other.who_id > text.who_id]
        start, end = max(text.at, text.recorded_at), min(later, default=FAR)
        if start < end:
            in_force[text.id] = Span(start, end)
    return in_force


def _asked_from(texts: Sequence[Row]) -> datetime:
    """Return when a school published the first text that it asks families with."""
    return min((text.recorded_at for text in texts if text.what == Audience.FAMILY), default=FAR)


def _when(row: Row) -> tuple[Span, ...]:
    return span_of(row.at, row.ends_at, row.ended_at, row.recorded_at)


def _by_who(rows: Iterable[Row]) -> dict[int, list[Row]]:
    grouped: defaultdict[int, list[Row]] = defaultdict(list)
    for row in rows:
        grouped[row.who_id].append(row)
    return grouped
