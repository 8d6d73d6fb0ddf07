"""Put the rows of a person's ways to a room together: one path for each guardianship, class and delegation.

Pure. What time changes of a path is its budgets and which ways have begun; all else is of the
school's day, and is remembered for the rows and the day that it follows from.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from access.attendance import present
from access.budgets import day_of
from access.calendar import Calendar, opening_spans
from access.custody import Restriction, allowed_spans
from access.hours import Window
from access.policy import Dated, Path, ViewingFacts
from access.prepared import Row
from access.readings import ATTENDANCE, CUSTODY, GRANT
from access.spans import ALWAYS, FAR, Span, common, span_of
from access.spending import spending
from access.stays import USE, stays


@dataclass(frozen=True, slots=True)
class Around:
    """What the paths of one person share."""

    person: ViewingFacts
    #: By guardianship: its grants and custody rules.
    ties: Mapping[int, Sequence[Row]]
    #: By child: who came and went, and what its family watched.
    of_children: Mapping[int, Sequence[Row]]
    windows: Mapping[int, Sequence[Row]]
    calendars: Mapping[int, Calendar]
    now: datetime


def leads_to(way: Row, room: Row, now: datetime) -> bool:
    """Say whether a way ends in the room; of a change that is still to come nothing is told."""
    has_begun = way.kind == USE or way.used_from <= now
    return bool(way.room_id == room.id and way.school_id == room.school_id and has_begun)


def paths_to(room: Row, ways: Sequence[Row], around: Around) -> tuple[Path, ...]:
    """Return the paths that lead to a room.

    Args:
        room: with ``ROOM_COLUMNS``.
        ways: rows of ``PATHS_OF_PERSON``: one for each combination of enrolment and stay.
        around: what else the records say of the person.
    """
    by_path: defaultdict[tuple[int, int, int], list[Row]] = defaultdict(list)
    for way in ways:
        by_path[way.guardianship_id, way.class_group_id, way.delegation_id or 0].append(way)
    return tuple(
        _path(by_path[path], room, around)
        for path in sorted(by_path)
        if any(leads_to(way, room, around.now) for way in by_path[path])
    )


def custody_of(rows: Iterable[Row], zone: str, now: datetime) -> tuple[Span, ...]:
    """Return when the custody rules of one guardianship let it watch.

    Args:
        rows: of ``TIES``; those of other kinds are left out.
        zone: IANA name of the school's zone.
        now: aware; only its local day matters.
    """
    return allowed_spans(
        [
            Restriction(row.what, row.weekdays, span)
            for row in rows
            if row.kind == CUSTODY
            for span in span_of(row.at, row.ends_at, row.ended_at, row.recorded_at)
        ],
        zone,
        now,
    )


def _path(ways: Sequence[Row], room: Row, around: Around) -> Path:
    """Return one path from the ways that differ only in enrolment and stay."""
    tie = ways[0]
    of_child = around.of_children[tie.child_id]
    of_the_day = _path_of_the_day(
        tuple(ways),
        _Place(room.id, room.zone, room.attendance, room.attendance_since),
        ties=tuple(around.ties[tie.guardianship_id]),
        attendance=tuple(row for row in of_child if row.kind == ATTENDANCE),
        windows=tuple(around.windows[tie.class_group_id]),
        calendar=around.calendars[room.school_id],
        day=day_of(around.now, room.zone),
    )
    return replace(
        of_the_day,
        **spending(
            of_child,
            room,
            guardian_id=tie.guardian_id or around.person.person_id,
            sign_in_id=around.person.sign_in_id,
            now=around.now,
        ),
    )


class _Place(NamedTuple):
    """What of a room and its school a path rests on."""

    room_id: int
    zone: str
    attendance: str
    attendance_since: datetime | None


@lru_cache(maxsize=1024)  # of a pure function: the same rows on the same day
def _path_of_the_day(
    ways: tuple[Row, ...],
    place: _Place,
    *,
    ties: tuple[Row, ...],
    attendance: tuple[Row, ...],
    windows: tuple[Row, ...],
    calendar: Calendar,
    day: Span,
) -> Path:
    """Return a path as it is on one day of the school, still without budgets."""
    tie, noon = ways[0], day.start  # any instant of the day is as good as another
    return Path(
        guardianship_id=tie.guardianship_id,
        child_id=tie.child_id,
        class_group_id=tie.class_group_id,
        delegation_id=tie.delegation_id,
        guardian_id=tie.guardian_id,
        guardian=span_of(tie.starts_at, tie.ends_at, tie.ended_at, tie.recorded_at),
        delegated=_delegated(tie),
        verified=_verified(tie),
        enrolled=_enrolled(ways),
        custody=custody_of(ties, place.zone, noon),
        child_in=present(attendance, place.attendance, place.attendance_since, place.zone),
        used=stays(ways, place.room_id, place.zone, noon),
        hours=opening_spans(
            [
                Window(row.weekday, row.starts_minute, row.ends_minute, row.recorded_at, row.ended_at)
                for row in windows
            ],
            calendar.of_class(tie.class_group_id),
            noon,
        ),
        granted=tuple(
            Dated(row.id, span)
            for row in ties
            if row.kind == GRANT
            for span in span_of(row.at, row.ends_at, row.ended_at, row.recorded_at)
        ),
    )


def _enrolled(ways: Iterable[Row]) -> tuple[Dated, ...]:
    enrolled = {
        (way.enrolment_id, span)
        for way in ways
        for span in span_of(
            way.enrolled_from, way.enrolled_until, way.enrolment_ended_at, way.enrolment_recorded_at
        )
    }
    return tuple(Dated(record_id, span) for record_id, span in sorted(enrolled))


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
