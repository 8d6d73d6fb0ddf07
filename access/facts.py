"""Gather what the records say of one person and one room.

At most six questions in the caller's read transaction, and two more for a room's coverage where
that is not remembered; the school's revision in the first. What follows from the answers is
:mod:`access.policy`'s to say. Every span is clipped to when it was recorded, so nothing written
later opens the past.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from access.attendance import present
from access.calendar import Days, opening_spans
from access.calendar_days import calendar_of, dates_around, days_by_school
from access.camera_gates import GateKind, gated_spans
from access.coverage_facts import coverage_of
from access.custody import Restriction, allowed_spans
from access.hours import Window
from access.policy import Dated, Path, Stream, ViewingFacts
from access.prepared import Row
from access.readings import (
    ATTENDANCE,
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
from access.spans import ALWAYS, FAR, Span, common, span_of
from access.spending import spending
from access.stays import USE, not_lent, stays
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
    if not any(_leads_to(path, row, now) for path in paths):
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
    ties = _by("tie_id", (row for row in tied if row.kind in {GRANT, CUSTODY}))
    of_children = _by("tie_id", (row for row in tied if row.kind not in {GRANT, CUSTODY}))
    of_classes = {"class_group_ids": class_group_ids, **schools, "from": days["from"], **dates_around(now)}
    hours = HOURS.rows(connection, of_classes)
    windows = _by("class_group_id", (row for row in hours if row.kind is None))
    calendars = days_by_school(row for row in hours if row.kind is not None)
    hiding = _by("kind", CURTAINS.rows(connection, {**room_ids, **days}))
    curtains, loans, closings = (_by("of_id", hiding[kind]) for kind in (CURTAIN, LOAN, CLOSING))
    gates = [row for kind in GateKind for row in hiding[kind]]
    cameras = _by("room_id", CAMERAS.rows(connection, {**room_ids, "from": days["from"], "now": now}))
    coverage = coverage_of(connection, rooms, now)
    around = _Around(person, ties, of_children, windows, calendars, now)
    return {
        room.id: replace(
            person,
            **about_room(room),
            paths=_paths(paths, room, around),
            not_lent=not_lent(loans[room.id]),
            activated=_activated(cameras[room.id]),
            gated=gated_spans(room, cameras[room.id], gates),
            curtain_open=_union(
                span_of(row.starts_at, None, row.ends_at, row.starts_at) for row in curtains[room.id]
            ),
            school_open=open_spans((row.starts_at, row.ends_at) for row in closings[room.school_id]),
            covered=coverage[room.id].at(room.level),
            expected_classes=coverage[room.id].class_group_ids,
            stream=_stream(cameras[room.id], now),
        )
        for room in rooms
    }


def _leads_to(path: Row, room: Row, now: datetime) -> bool:
    """Say whether a way ends in the room; of a change that is still to come nothing is told."""
    has_begun = path.kind == USE or path.used_from <= now
    return bool(path.room_id == room.id and path.school_id == room.school_id and has_begun)


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


@dataclass(frozen=True, slots=True)
class _Around:
    """What paths share."""

    person: ViewingFacts
    #: By guardianship: its grants and custody rules.
    ties: Mapping[int, Sequence[Row]]
    #: By child: who came and went, and what its family watched.
    of_children: Mapping[int, Sequence[Row]]
    windows: Mapping[int, Sequence[Row]]
    calendars: Mapping[int, frozenset[Days]]
    now: datetime


def _paths(rows: Sequence[Row], room: Row, around: _Around) -> tuple[Path, ...]:
    ways: defaultdict[tuple[int, int, int], list[Row]] = defaultdict(list)
    for row in rows:
        ways[row.guardianship_id, row.class_group_id, row.delegation_id or 0].append(row)
    return tuple(
        _path(ways[way], room, around)
        for way in sorted(ways)
        if any(_leads_to(row, room, around.now) for row in ways[way])
    )


def _path(rows: Sequence[Row], room: Row, around: _Around) -> Path:
    """Return one path from the rows that differ only in enrolment and stay."""
    tie = rows[0]
    ties, of_child = around.ties[tie.guardianship_id], around.of_children[tie.child_id]
    attendance = [row for row in of_child if row.kind == ATTENDANCE]
    enrolled = {
        (row.enrolment_id, span)
        for row in rows
        for span in span_of(
            row.enrolled_from, row.enrolled_until, row.enrolment_ended_at, row.enrolment_recorded_at
        )
    }
    return Path(
        guardianship_id=tie.guardianship_id,
        child_id=tie.child_id,
        class_group_id=tie.class_group_id,
        delegation_id=tie.delegation_id,
        guardian_id=tie.guardian_id,
        guardian=span_of(tie.starts_at, tie.ends_at, tie.ended_at, tie.recorded_at),
        delegated=_delegated(tie),
        verified=_verified(tie),
        enrolled=tuple(Dated(record_id, span) for record_id, span in sorted(enrolled)),
        custody=custody_of((row for row in ties if row.kind == CUSTODY), room.zone, around.now),
        child_in=present(attendance, room.attendance, room.attendance_since, room.zone),
        used=stays(rows, room.id, room.zone, around.now),
        hours=opening_spans(
            [
                Window(row.weekday, row.starts_minute, row.ends_minute, row.recorded_at, row.ended_at)
                for row in around.windows[tie.class_group_id]
            ],
            calendar_of(room, around.calendars).of_class(tie.class_group_id),
            around.now,
        ),
        granted=tuple(
            Dated(row.id, span)
            for row in ties
            if row.kind == GRANT
            for span in span_of(row.at, row.ends_at, row.ended_at, row.recorded_at)
        ),
        **spending(
            of_child,
            room,
            guardian_id=tie.guardian_id or around.person.person_id,
            sign_in_id=around.person.sign_in_id,
            now=around.now,
        ),
    )


def _delegated(tie: Row) -> tuple[Span, ...]:
    """Return when a delegation holds: no longer than the guardian has an account."""
    if tie.delegation_id is None:
        return (ALWAYS,)
    ended_at = min(tie.delegation_ended_at or FAR, tie.guardian_closed_at or FAR)
    return span_of(tie.delegated_from, tie.delegated_until, ended_at, tie.delegated_from)


def _verified(tie: Row) -> tuple[Span, ...]:
    """Return when whoever watches is verified, and the guardian too where somebody watches for them."""
    guardian = _checked(tie.verified_at, tie.verified_until, tie.recorded_at)
    if tie.delegation_id is None:
        return guardian
    delegate = _checked(tie.delegate_verified_at, tie.delegate_verified_until, tie.delegated_from)
    return tuple(common(guardian, delegate))


def _checked(at: datetime | None, until: datetime | None, recorded_at: datetime) -> tuple[Span, ...]:
    return () if at is None or until is None else span_of(at, until, None, recorded_at)


def custody_of(rows: Iterable[Row], zone: str, now: datetime) -> tuple[Span, ...]:
    """Return when the custody rules of one guardianship let it watch."""
    return allowed_spans(
        [
            Restriction(row.what, row.weekdays, span)
            for row in rows
            for span in span_of(row.at, row.ends_at, row.ended_at, row.recorded_at)
        ],
        zone,
        now,
    )


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
