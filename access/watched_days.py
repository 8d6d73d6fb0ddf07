"""Who watched the room that a child was in: relations and roles, by whole days that are over.

Never a name, a number or an hour, and never today. While a custody rule concerns a child of the
reader's, no day is told of any of their children at that school: from which days somebody watched,
whoever the rule is about could work out when the other parent did. Days on which such a rule held are
not told afterwards either.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Select, and_, or_, select, union_all

from access.budgets import day_of
from access.custody_days import CustodyDays, children_ever_tied, custody_days
from access.enrolment import Child, Enrolment, Guardianship
from access.living import stopped_itself
from access.look_records import LookOpening, SetupLook
from access.memberships import DELEGATE, GUARDIAN
from access.people import Membership, School
from access.places import RoomChange, RoomUse
from access.spans import FAR, Span, common, span_of
from access.stays import stays
from access.stops import Mark, Scope, StopMarks
from access.viewing_records import Viewing
from access.ways import CHANGE_COLUMNS, STAY_COLUMNS

#: Days before today of which is told.
DAYS_TOLD = 30
#: No viewing and no look lasts as long.
LONGEST = timedelta(days=1)
#: A look of somebody who is on the staff no more, or was not then.
STAFF = "staff"


@dataclass(frozen=True, slots=True, order=True)
class StaffLook:
    """In which role somebody of the staff looked, and what for."""

    role: str
    #: One of :class:`access.look_records.LookKind`.
    kind: str


@dataclass(frozen=True, slots=True)
class WatchedDay:
    """A day on which somebody watched."""

    day: date
    #: ``guardian`` or ``delegate``: of whichever child of the room.
    family: frozenset[str]
    staff: frozenset[StaffLook]


@dataclass(frozen=True, slots=True)
class WatchedChild:
    """One child of the reader's."""

    child: str
    school: str
    zone: str
    #: Newest first; None where no day may be told.
    days: tuple[WatchedDay, ...] | None


@dataclass(frozen=True, slots=True)
class _Seen:
    """Somebody who watched a room for a while."""

    room_id: int
    span: Span
    who: str | StaffLook


def watched_days(
    connection: Connection, person_id: int, now: datetime, stops: StopMarks
) -> tuple[WatchedChild, ...]:
    """Return who watched, for each child whose verified guardian the person is now.

    Args:
        connection: of a read transaction.
        person_id: the reader; a delegate is told nothing here.
        now: aware.
        stops: marked guardianships are over.
    """
    of_school: defaultdict[int, list[Any]] = defaultdict(list)
    for tie in _ties(connection, person_id, now, stops):
        of_school[tie.school_id].append(tie)
    told = (
        child
        for school_id, there in of_school.items()
        for child in _children(connection, there, children_ever_tied(connection, school_id, person_id), now)
    )
    return tuple(sorted(told, key=lambda one: (one.school, one.child)))


def _ties(connection: Connection, person_id: int, now: datetime, stops: StopMarks) -> list[Any]:
    rows = connection.execute(
        select(
            Guardianship.id,
            Guardianship.school_id,
            Guardianship.child_id,
            Guardianship.starts_at,
            Guardianship.verified_at,
            Child.name,
            School.name.label("school"),
            School.zone,
        )
        .join(Child, and_(Child.id == Guardianship.child_id, Child.school_id == Guardianship.school_id))
        .join(School, School.id == Guardianship.school_id)
        .where(
            Guardianship.person_id == person_id,
            Guardianship.starts_at <= now,
            or_(Guardianship.ends_at.is_(None), Guardianship.ends_at > now),
            Guardianship.ended_at.is_(None),
            Guardianship.verified_at <= now,
            Guardianship.verified_until > now,
        )
        .order_by(Guardianship.id)
    ).all()
    marks = {Mark(Scope.GUARDIANSHIP, row.id): row for row in rows}
    stopped = stopped_itself(stops, marks)
    return [row for mark, row in marks.items() if mark not in stopped]


def _children(
    connection: Connection, ties: Sequence[Any], ever_tied: Collection[int], now: datetime
) -> list[WatchedChild]:
    school_id, zone = ties[0].school_id, ties[0].zone
    days = _days(now, zone)
    ordered = custody_days(connection, school_id, ever_tied, now)
    if ordered.is_concerned:
        return [WatchedChild(tie.name, tie.school, zone, None) for tie in ties]
    stretches = _stretches(connection, school_id, {tie.child_id for tie in ties}, days, zone)
    seen = _seen(connection, school_id, {room for of in stretches.values() for room, _ in of}, days)
    return [
        WatchedChild(tie.name, tie.school, zone, _told(stretches[tie.child_id], seen, days, tie, ordered))
        for tie in ties
    ]


def _days(now: datetime, zone: str) -> list[tuple[date, Span]]:
    """Return the days that are told, newest first: none of them is today."""
    today = now.astimezone(ZoneInfo(zone)).date()
    days = (today - timedelta(days=back) for back in range(1, DAYS_TOLD + 1))
    noon = timedelta(hours=12)
    return [
        (day, day_of(datetime.combine(day, datetime.min.time(), ZoneInfo(zone)) + noon, zone)) for day in days
    ]


def _told(
    stretches: Iterable[tuple[int, Span]],
    seen: Sequence[_Seen],
    days: Sequence[tuple[date, Span]],
    tie: Any,
    ordered: CustodyDays,
) -> tuple[WatchedDay, ...]:
    """Return the days on which somebody watched, from when the reader's own tie was there and verified."""
    since = max(tie.starts_at, tie.verified_at)
    stretches = list(stretches)
    told = []
    for day, whole in days:
        if whole.start < since or ordered.held_within(whole):
            continue
        here = [(room, part) for room, span in stretches for part in common([span], [whole])]
        who: set[str | StaffLook] = set()
        for one in seen:
            if one.who not in who and any(
                room == one.room_id and _meet(part, one.span) for room, part in here
            ):
                who.add(one.who)
        if who:
            family = frozenset(one for one in who if isinstance(one, str))
            staff = frozenset(one for one in who if isinstance(one, StaffLook))
            told.append(WatchedDay(day, family, staff))
    return tuple(told)


def _meet(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def _stretches(
    connection: Connection,
    school_id: int,
    child_ids: Collection[int],
    days: Sequence[tuple[date, Span]],
    zone: str,
) -> Mapping[int, list[tuple[int, Span]]]:
    """Return by child in which room it was when: its class's rooms while it was in the class."""
    first, after = days[-1][1].start, days[0][1].end
    places = connection.execute(
        select(
            Enrolment.child_id,
            Enrolment.class_group_id,
            Enrolment.starts_at,
            Enrolment.ends_at,
            Enrolment.ended_at,
            Enrolment.recorded_at,
        ).where(Enrolment.school_id == school_id, Enrolment.child_id.in_(child_ids))
    ).all()
    uses = _uses(connection, school_id, {place.class_group_id for place in places}, first, after)
    found: defaultdict[int, list[tuple[int, Span]]] = defaultdict(list)
    for place in places:
        enrolled = span_of(place.starts_at, place.ends_at, place.ended_at, place.recorded_at)
        rows = uses[place.class_group_id]
        rooms = {row.room_id for row in rows if row.room_id is not None}
        for _, whole in days if enrolled else ():
            for room in rooms:
                there = stays(rows, room, zone, whole.start + (whole.end - whole.start) / 2)
                found[place.child_id] += [(room, span) for span in common(common(enrolled, there), [whole])]
    return found


def _uses(
    connection: Connection, school_id: int, class_group_ids: Collection[int], first: datetime, after: datetime
) -> Mapping[int, list[Any]]:
    def within(record: type[RoomUse] | type[RoomChange], columns: tuple[Any, ...]) -> Select[Any]:
        return select(*columns, record.class_group_id).where(
            record.school_id == school_id,
            record.class_group_id.in_(class_group_ids),
            record.starts_at < after,
            or_(record.ends_at.is_(None), record.ends_at > first),
        )

    rows = connection.execute(union_all(within(RoomUse, STAY_COLUMNS), within(RoomChange, CHANGE_COLUMNS)))
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.class_group_id].append(row)
    return found


def _seen(
    connection: Connection, school_id: int, room_ids: Collection[int], days: Sequence[tuple[date, Span]]
) -> list[_Seen]:
    first, after = days[-1][1].start, days[0][1].end
    viewings = connection.execute(
        select(
            Viewing.room_id,
            Viewing.opened_at,
            Viewing.closed_at,
            Viewing.lease_until,
            (Viewing.person_id == Guardianship.person_id).label("own"),
        )
        .join(
            Guardianship,
            and_(Guardianship.id == Viewing.guardianship_id, Guardianship.school_id == Viewing.school_id),
        )
        .where(
            Viewing.school_id == school_id,
            Viewing.room_id.in_(room_ids),
            Viewing.opened_at >= first - LONGEST,
            Viewing.opened_at < after,
        )
    )
    seen = [_Seen(row.room_id, _lasted(row), GUARDIAN if row.own else DELEGATE) for row in viewings]
    return seen + _looks(connection, school_id, room_ids, first, after)


def _looks(
    connection: Connection, school_id: int, room_ids: Collection[int], first: datetime, after: datetime
) -> list[_Seen]:
    rows = connection.execute(
        select(
            LookOpening.room_id,
            LookOpening.opened_at,
            LookOpening.closed_at,
            LookOpening.lease_until,
            SetupLook.kind,
            Membership.role,
        )
        .join(SetupLook, and_(SetupLook.id == LookOpening.look_id, SetupLook.school_id == school_id))
        .outerjoin(
            Membership,
            and_(
                Membership.person_id == LookOpening.person_id,
                Membership.school_id == school_id,
                Membership.starts_at <= LookOpening.opened_at,
                or_(Membership.ends_at.is_(None), Membership.ends_at > LookOpening.opened_at),
            ),
        )
        .where(
            LookOpening.school_id == school_id,
            LookOpening.room_id.in_(room_ids),
            LookOpening.opened_at >= first - LONGEST,
            LookOpening.opened_at < after,
        )
    )
    return [_Seen(row.room_id, _lasted(row), StaffLook(row.role or STAFF, row.kind)) for row in rows]


def _lasted(row: Any) -> Span:
    """Return when somebody watched; what was closed as it was opened lasted an instant."""
    end = row.closed_at or row.lease_until or FAR
    return Span(row.opened_at, max(end, row.opened_at + datetime.resolution))
