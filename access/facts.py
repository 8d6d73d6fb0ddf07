"""Gather what the records say of one person and one room.

At most six questions in the caller's read transaction, and two more for a room's coverage where
that is not remembered; the school's revision in the first. What follows from the answers is
:mod:`access.policy`'s to say. Every span is clipped to when it was recorded, so nothing written
later opens the past.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection

from access.calendar_days import calendar_of, dates_around, days_by_school
from access.camera_gates import GateKind, gated_spans
from access.coverage_facts import coverage_of
from access.paths import Around, leads_to, paths_to
from access.policy import Stream, ViewingFacts
from access.prepared import Row
from access.readings import (
    CAMERAS,
    CLOSING,
    CURTAIN,
    CURTAINS,
    CUSTODY,
    GRANT,
    HOURS,
    LOAN,
    TIES,
    WHO_AND_WHERE,
)
from access.school_closing import open_spans
from access.spans import ALWAYS, FAR, Span, span_of
from access.stays import not_lent
from access.ways import PATHS_TO_ROOM, days_around


def load_facts(
    connection: Connection,
    *,
    sign_in_id: int,
    now: datetime,
    room_id: int | None = None,
    room_key: str | None = None,
) -> ViewingFacts:
    """Load the facts of one sign-in and one room, named by id or by key.

    An unknown room gives facts without paths, an unknown sign-in none at all.

    Args:
        connection: of a read transaction, so that all of it is of one state.
        sign_in_id: whose device asks.
        now: aware; rows that do not touch the days around it are not read.
        room_id: the room, when it is known by its id,
        room_key: or by the name in its address.
    """
    names = {"sign_in_id": sign_in_id, "room_id": room_id, "room_key": room_key}
    row = WHO_AND_WHERE.row(connection, names)
    if row is None:
        return ViewingFacts()
    facts = ViewingFacts(
        person_id=row.person_id,
        sign_in_id=sign_in_id,
        signed_in=span_of(row.started_at, row.expires_at, row.ended_at, row.started_at),
        person=span_of(row.person_recorded_at, None, row.closed_at, row.person_recorded_at),
    )
    if row.id is None:
        return facts
    days = days_around(now)
    to_room = {"person_id": row.person_id, "room_id": row.id, "school_id": row.school_id}
    paths = PATHS_TO_ROOM.rows(connection, {**to_room, **days})
    if not any(leads_to(path, row, now) for path in paths):
        return replace(facts, **about_room(row))
    return facts_of_rooms(connection, facts, [row], paths, now)[row.id]


def facts_of_rooms(
    connection: Connection,
    person: ViewingFacts,
    rooms: Sequence[Row],
    paths: Sequence[Row],
    now: datetime,
) -> dict[int, ViewingFacts]:
    """Return the facts of each of *rooms*, by room id; four questions, however many rooms.

    Two more where a room's coverage is not remembered of the school's present revision.

    Args:
        connection: of a read transaction.
        person: facts of the person, still without a room.
        rooms: rows with ``ROOM_COLUMNS``.
        paths: rows of ``PATHS_OF_PERSON``.
        now: aware.
    """
    days = days_around(now)
    schools = {"school_ids": sorted({room.school_id for room in rooms})}
    room_ids = {"room_ids": [room.id for room in rooms], **schools}
    class_group_ids = sorted({row.class_group_id for row in paths})
    of_person = {"person_id": person.person_id, **schools, **days}
    of_ties = {
        "guardianship_ids": sorted({row.guardianship_id for row in paths}),
        "child_ids": sorted({row.child_id for row in paths}),
        **of_person,
    }
    tied = TIES.rows(connection, of_ties)
    of_classes = {"class_group_ids": class_group_ids, **schools, "from": days["from"], **dates_around(now)}
    hours = HOURS.rows(connection, of_classes)
    hiding = _by("kind", CURTAINS.rows(connection, {**room_ids, **days}))
    cameras = _by("room_id", CAMERAS.rows(connection, {**room_ids, "from": days["from"], "now": now}))
    coverage = coverage_of(connection, rooms, now)
    calendars = days_by_school(row for row in hours if row.kind is not None)
    around = Around(
        person,
        ties=_by("tie_id", (row for row in tied if row.kind in {GRANT, CUSTODY})),
        of_children=_by("tie_id", (row for row in tied if row.kind not in {GRANT, CUSTODY})),
        windows=_by("class_group_id", (row for row in hours if row.kind is None)),
        calendars={room.school_id: calendar_of(room, calendars) for room in rooms},
        now=now,
    )
    curtains, loans, closings = (_by("of_id", hiding[kind]) for kind in (CURTAIN, LOAN, CLOSING))
    gates = tuple(row for kind in GateKind for row in hiding[kind])
    return {
        room.id: replace(
            person,
            **about_room(room),
            **_spans_of_room(
                room.room_kind,
                room.room_kind_since,
                cameras=tuple(cameras[room.id]),
                curtains=tuple(curtains[room.id]),
                loans=tuple(loans[room.id]),
                closings=tuple(closings[room.school_id]),
                gates=gates,
            ),
            paths=paths_to(room, paths, around),
            covered=coverage[room.id].at(room.level),
            expected_classes=coverage[room.id].class_group_ids,
            stream=_stream(cameras[room.id], now),
        )
        for room in rooms
    }


def about_room(room: Row) -> dict[str, Any]:
    """Return what a room's row says, as fields of the facts."""
    return {
        "school_id": room.school_id,
        "revision": room.revision,
        "room_id": room.id,
        "level": room.level,
        "level_asked": (Span(room.level_since, FAR),) if room.level_since else (ALWAYS,),
        "answer_within": None if room.viewing_minutes is None else timedelta(minutes=room.viewing_minutes),
    }


@lru_cache(maxsize=1024)  # of a pure function: the same rows
def _spans_of_room(
    kind: str | None,
    kind_since: datetime | None,
    *,
    cameras: tuple[Row, ...],
    curtains: tuple[Row, ...],
    loans: tuple[Row, ...],
    closings: tuple[Row, ...],
    gates: tuple[Row, ...],
) -> Mapping[str, Any]:
    """Return when a room may be seen, whoever looks, as fields of the facts."""
    return {
        "not_lent": not_lent(loans),
        "activated": _activated(cameras),
        "gated": gated_spans(kind, kind_since, cameras, gates),
        "curtain_open": _union(span_of(row.starts_at, None, row.ends_at, row.starts_at) for row in curtains),
        "school_open": open_spans((row.starts_at, row.ends_at) for row in closings),
    }


def _activated(cameras: Iterable[Row]) -> tuple[Span, ...]:
    return _union(span_of(row.activated_at, None, row.ended_at, row.activated_at) for row in cameras)


def _stream(cameras: Sequence[Row], now: datetime) -> Stream | None:
    """Return the newest epoch of a camera that is still the room's."""
    for row in sorted(cameras, key=lambda camera: camera.epoch_id or 0, reverse=True):
        if row.epoch_id is not None and (row.ended_at is None or now < row.ended_at):
            return Stream(row.room_id, row.key, row.epoch_id, row.level, row.ordinal)
    return None


def _union(spans: Iterable[tuple[Span, ...]]) -> tuple[Span, ...]:
    return tuple(sorted({span for some in spans for span in some}))


def _by(column: str, rows: Iterable[Row]) -> defaultdict[Any, list[Row]]:
    grouped: defaultdict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        grouped[getattr(row, column)].append(row)
    return grouped
