"""The questions by which ways a person comes to a room, built once: whose guardian, in which class, where.

Column rows only, as in :mod:`access.readings`; one row for each combination of records, which
:mod:`access.facts` puts together again.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    and_,
    bindparam,
    literal,
    null,
    or_,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute

from access.calendar import DAYS_AHEAD
from access.consent_records import StaffDuty
from access.database import UtcDateTime
from access.delegations import Delegation
from access.enrolment import Enrolment, Guardianship
from access.grants import Grant
from access.people import Person
from access.places import RoomChange, RoomLoan, RoomUse
from access.prepared import Prepared
from access.stays import CHANGE, USE

#: What lies further back cannot reach a picture that is still in the ring.
LOOKING_BACK = timedelta(days=2)
LOOKING_AHEAD = timedelta(days=DAYS_AHEAD + 2)


def days_around(now: datetime) -> dict[str, datetime]:
    """Return the parameters that bound which records are read."""
    return {"from": now - LOOKING_BACK, "to": now + LOOKING_AHEAD}


def touches_the_days(
    record: type[Enrolment]
    | type[Guardianship]
    | type[StaffDuty]
    | type[RoomUse]
    | type[RoomChange]
    | type[RoomLoan]
    | type[Grant],
) -> ColumnElement[bool]:
    """Say that *record* overlaps ``[:from, :to)``, as far as its own dates tell."""
    begins, ends_later = record.starts_at < bindparam("to"), record.ends_at > bindparam("from")
    if not record.__table__.c.ends_at.nullable:  # SQLite looks up no OR, and of these there are years
        return and_(begins, ends_later)
    return and_(begins, or_(record.ends_at.is_(None), ends_later))


def not_ended(column: InstrumentedAttribute[datetime | None]) -> ColumnElement[bool]:
    return or_(column.is_(None), column > bindparam("from"))


#: Where a class group is: of a regular use, and of a change.
STAY_COLUMNS: tuple[Any, ...] = (
    literal(USE).label("kind"),
    RoomUse.id.label("stay_id"),
    RoomUse.room_id,
    RoomUse.starts_at.label("used_from"),
    RoomUse.ends_at.label("used_until"),
    RoomUse.ended_at.label("use_ended_at"),
    RoomUse.recorded_at.label("use_recorded_at"),
    RoomUse.weekday,
    RoomUse.starts_minute,
    RoomUse.ends_minute,
)
CHANGE_COLUMNS: tuple[Any, ...] = (
    literal(CHANGE).label("kind"),
    RoomChange.id.label("stay_id"),
    RoomChange.room_id,
    RoomChange.starts_at.label("used_from"),
    RoomChange.ends_at.label("used_until"),
    RoomChange.ended_at.label("use_ended_at"),
    RoomChange.recorded_at.label("use_recorded_at"),
    *(literal(None, Integer).label(name) for name in ("weekday", "starts_minute", "ends_minute")),
)

_NO_INSTANT, _NO_ID = type_coerce(null(), UtcDateTime()), type_coerce(null(), Integer())
#: Of a path through the person's own guardianship: nobody delegated anything.
_THEMSELVES = (
    _NO_ID.label("delegation_id"),
    _NO_ID.label("guardian_id"),
    _NO_INSTANT.label("guardian_closed_at"),
    _NO_INSTANT.label("delegated_from"),
    _NO_INSTANT.label("delegated_until"),
    _NO_INSTANT.label("delegation_ended_at"),
    _NO_INSTANT.label("delegate_verified_at"),
    _NO_INSTANT.label("delegate_verified_until"),
)
_FOR_A_GUARDIAN = (
    Delegation.id,
    Guardianship.person_id,
    Person.closed_at,
    Delegation.approved_at,
    Delegation.ends_at,
    Delegation.ended_at,
    Delegation.verified_at,
    Delegation.verified_until,
)


def _ways(stay: type[RoomUse] | type[RoomChange], *columns: Any) -> Select[*tuple[Any, ...]]:
    """Return guardianship → enrolment → *stay*; one row for each combination."""
    return (
        select(
            Guardianship.id.label("guardianship_id"),
            Guardianship.school_id,
            Guardianship.child_id,
            Guardianship.starts_at,
            Guardianship.ends_at,
            Guardianship.ended_at,
            Guardianship.recorded_at,
            Guardianship.verified_at,
            Guardianship.verified_until,
            Enrolment.id.label("enrolment_id"),
            Enrolment.class_group_id,
            Enrolment.starts_at.label("enrolled_from"),
            Enrolment.ends_at.label("enrolled_until"),
            Enrolment.ended_at.label("enrolment_ended_at"),
            Enrolment.recorded_at.label("enrolment_recorded_at"),
            *columns,
        )
        .select_from(Guardianship)
        .join(
            Enrolment,
            and_(Enrolment.child_id == Guardianship.child_id, Enrolment.school_id == Guardianship.school_id),
        )
        .join(
            stay, and_(stay.class_group_id == Enrolment.class_group_id, stay.school_id == Enrolment.school_id)
        )
        .where(touches_the_days(Guardianship), touches_the_days(Enrolment), touches_the_days(stay))
    )


def _by_use(*delegated: Any) -> Select[*tuple[Any, ...]]:
    return _ways(RoomUse, *STAY_COLUMNS, *delegated)


def _by_change(*delegated: Any) -> Select[*tuple[Any, ...]]:
    return _ways(RoomChange, *CHANGE_COLUMNS, *delegated)


def _own(ways: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    return ways.where(Guardianship.person_id == bindparam("person_id"))


def _for_a_guardian(ways: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    of_the_tie = and_(
        Delegation.guardianship_id == Guardianship.id, Delegation.school_id == Guardianship.school_id
    )
    return (
        ways.join(Delegation, of_the_tie)
        .join(Person, Person.id == Guardianship.person_id)
        .where(
            Delegation.person_id == bindparam("person_id"),
            Delegation.approved_at.is_not(None),
            not_ended(Delegation.ends_at),
        )
    )


#: Through the person's own guardianships and through those they are a delegate of.
_BY_USE = _own(_by_use(*_THEMSELVES)), _for_a_guardian(_by_use(*_FOR_A_GUARDIAN))
_BY_CHANGE = _own(_by_change(*_THEMSELVES)), _for_a_guardian(_by_change(*_FOR_A_GUARDIAN))
#: In every school, to all rooms; with every change of the class groups, whatever room it is to.
PATHS_OF_PERSON = Prepared(union_all(*_BY_USE, *_BY_CHANGE))
#: Uses of one room; changes as above, since one to another room takes the class from this.
PATHS_TO_ROOM = Prepared(
    union_all(
        *(
            ways.where(RoomUse.room_id == bindparam("room_id"), RoomUse.school_id == bindparam("school_id"))
            for ways in _BY_USE
        ),
        *(ways.where(RoomChange.school_id == bindparam("school_id")) for ways in _BY_CHANGE),
    )
)
