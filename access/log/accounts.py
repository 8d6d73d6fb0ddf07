"""Which entries of the installation's log are one school's business: its own people's accounts.

A person has one account in the installation, so sign-ins stand in no school's log.
The wall between schools stands all the same. An entry about a person is a school's
business if the school knew the person when it was written, and the person was not
by then another school's only: somebody who moved on signs in unseen by the first.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Connection, SelectBase, and_, exists, literal, not_, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from access.delegations import Delegation
from access.enrolment import Guardianship
from access.log.store import LogEntry
from access.people import Membership

#: What is told of accounts. An entry about the installation itself is no school's business.
KINDS = (
    "sign_in:began",
    "sign_in:failed",
    "sign_in:proven",
    "sign_in:ended",
    "sign_in:every_ended",
    "passphrase:set",
    "passphrase:wrong",
    "factor:added",
    "factor:removed",
    "factor:reset",
    "factor:used",
    "factor:refused",
    "recovery_codes:made",
    "pin:set",
    "pin:wrong",
    "person:added",
    "person:closed",
    "person:sign_in_name_changed",
)

#: Whoever has the address of a room may have asked for it, and who has moved on has viewings of before.
OF_STRANGERS = ("viewing:refused", "viewing:disowned", "receipt:given")

PersonId: TypeAlias = InstrumentedAttribute[int | None] | ColumnElement[int]
Tie: TypeAlias = Any  # the class of a record that ties a person to a school
Instant: TypeAlias = InstrumentedAttribute[datetime] | ColumnElement[datetime]

#: An account that was made for a school, before the person is tied to it.
_Added = aliased(LogEntry)


def about_people_of(school_id: int) -> ColumnElement[bool]:
    """Return the condition on :class:`LogEntry` that an entry is about this school's people."""
    return and_(
        LogEntry.kind.in_(KINDS),
        LogEntry.person_id.in_(ever_known(school_id)),
        _concerns(school_id, LogEntry.person_id, LogEntry.at),
    )


def strangers_in(connection: Connection, school_id: int, start: int, end: int) -> set[int]:
    """Return which of the entries ``[start, end)`` of a school's log are about somebody else's people."""
    asked = select(LogEntry.number).where(
        LogEntry.log == school_id,
        LogEntry.number >= start,
        LogEntry.number < end,
        LogEntry.kind.in_(OF_STRANGERS),
        not_(_concerns(school_id, LogEntry.person_id, LogEntry.at)),
    )
    return set(connection.execute(asked).scalars())


def strangers_among(connection: Connection, school_id: int, numbers: Collection[int]) -> set[int]:
    """Return which of some entries of a school's log are about somebody else's people.

    Strangers come into it in two ways: they asked for a room that is none of theirs, or what they watched
    before they moved on. One that was erased names nobody.
    """
    asked = select(LogEntry.number).where(
        LogEntry.log == school_id,
        LogEntry.number.in_(numbers),
        LogEntry.kind.in_(OF_STRANGERS),
        LogEntry.body.is_not(None),
        not_(_concerns(school_id, LogEntry.person_id, LogEntry.at)),
    )
    return set(connection.execute(asked).scalars()) if numbers else set()


def concerns(connection: Connection, school_id: int, person_id: int, at: datetime) -> bool:
    """Say whether a person was this school's business at *at*."""
    asked = select(_concerns(school_id, literal(person_id), literal(at, LogEntry.at.type)))
    return bool(connection.execute(asked).scalar_one())


def _concerns(school_id: int, person: PersonId, at: Instant) -> ColumnElement[bool]:
    here_added = exists().where(
        _Added.log == school_id, _Added.kind == "person:added", _Added.person_id == person, _Added.at <= at
    )
    known = or_(
        here_added,
        exists().where(Membership.school_id == school_id, *_recorded(Membership, person, at)),
        exists().where(Guardianship.school_id == school_id, *_recorded(Guardianship, person, at)),
        exists().where(Delegation.school_id == school_id, *_recorded(Delegation, person, at)),
    )
    holds_here = or_(
        exists().where(Membership.school_id == school_id, *_holds(Membership, person, at)),
        exists().where(Guardianship.school_id == school_id, *_holds(Guardianship, person, at)),
        exists().where(Delegation.school_id == school_id, *_holds(Delegation, person, at)),
    )
    holds_elsewhere = or_(
        exists().where(Membership.school_id != school_id, *_holds(Membership, person, at)),
        exists().where(Guardianship.school_id != school_id, *_holds(Guardianship, person, at)),
        exists().where(Delegation.school_id != school_id, *_holds(Delegation, person, at)),
    )
    return and_(known, or_(holds_here, not_(holds_elsewhere)))


def _recorded(tie: Tie, person: PersonId, at: Instant) -> tuple[ColumnElement[bool], ...]:
    since = tie.approved_at if tie is Delegation else tie.recorded_at
    return tie.person_id == person, since <= at


def _holds(tie: Tie, person: PersonId, at: Instant) -> tuple[ColumnElement[bool], ...]:
    """Return that *tie* holds: from when it was recorded, since a tie to come makes it the school's own."""
    ends = [tie.ends_at] if tie is Membership else [tie.ends_at, tie.ended_at]
    return *_recorded(tie, person, at), *(or_(end.is_(None), end > at) for end in ends)


def ever_known(school_id: int) -> SelectBase:
    """Return the people that a school ever knew, whatever has become of them."""
    return (
        select(Membership.person_id)
        .where(Membership.school_id == school_id)
        .union(
            select(Guardianship.person_id).where(Guardianship.school_id == school_id),
            select(Delegation.person_id).where(
                Delegation.school_id == school_id, Delegation.person_id.is_not(None)
            ),
            select(_Added.person_id).where(_Added.log == school_id, _Added.kind == "person:added"),
        )
    )
