"""Where somebody works: their places on the staff of schools, and the one they work in now.

Whoever is on the staff of two schools works in one at a time. Which one is kept with the
sign-in and counts only while a place there holds, so every request asks for both. A
guardian chooses nothing: whose guardian they are does not depend on where they work.
"""

from collections.abc import Collection
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import TypeAlias

from sqlalchemy import Connection, bindparam, literal, or_, select, union_all, update

from access.acts import Actor, widen
from access.delegations import Delegation
from access.enrolment import Guardianship
from access.errors import Refused
from access.living import stopped_itself
from access.people import Membership, Role, SignIn
from access.prepared import Prepared
from access.stops import Mark, Scope, StopMarks
from access.world import World

GUARDIAN, DELEGATE = "guardian", "delegate"
#: Roles that do not depend on where one works.
FAMILY = frozenset({GUARDIAN, DELEGATE})
#: Who keeps the records of a school's people: on pages "the office".
KEEPING = (Role.OFFICE, Role.DIRECTOR)

#: What a mark on each names; of any other role a membership.
SCOPES_OF = {GUARDIAN: Scope.GUARDIANSHIP, DELEGATE: Scope.DELEGATION}

#: Role, and the school in which it is held.
Place: TypeAlias = tuple[str, int]

# Asked on every request, so built once; of one person, in whatever school.
_PLACES = Prepared(
    union_all(
        select(Membership.role, Membership.school_id, Membership.id).where(
            Membership.person_id == bindparam("person_id"),
            Membership.starts_at <= bindparam("now"),
            or_(Membership.ends_at.is_(None), Membership.ends_at > bindparam("now")),
        ),
        select(literal(GUARDIAN), Guardianship.school_id, Guardianship.id).where(
            Guardianship.person_id == bindparam("person_id"),
            Guardianship.starts_at <= bindparam("now"),
            or_(Guardianship.ends_at.is_(None), Guardianship.ends_at > bindparam("now")),
            or_(Guardianship.ended_at.is_(None), Guardianship.ended_at > bindparam("now")),
        ),
        select(literal(DELEGATE), Delegation.school_id, Delegation.id).where(
            Delegation.person_id == bindparam("person_id"),
            Delegation.approved_at <= bindparam("now"),
            Delegation.ends_at > bindparam("now"),
            or_(Delegation.ended_at.is_(None), Delegation.ended_at > bindparam("now")),
        ),
    )
)


def places_held(connection: Connection, person_id: int, now: datetime, stops: StopMarks) -> frozenset[Place]:
    """Return what a person is at *now*, and where: a role of staff, or ``guardian``.

    A place whose end could not be recorded yet is over all the same: its mark says so.
    """
    marks = {
        Mark(SCOPES_OF.get(role, Scope.MEMBERSHIP), tie): (role, school_id)
        for role, school_id, tie in _PLACES.rows(connection, {"person_id": person_id, "now": now})
    }
    stopped = stopped_itself(stops, marks)
    return frozenset(place for mark, place in marks.items() if mark not in stopped)


def family_schools_in(places: AbstractSet[Place]) -> frozenset[int]:
    """Return the schools in which somebody with these places is a guardian or a delegate."""
    return frozenset(school_id for role, school_id in places if role in FAMILY)


def staff_schools_in(places: AbstractSet[Place]) -> frozenset[int]:
    """Return the schools on whose staff somebody with these places is."""
    return frozenset(school_id for role, school_id in places if role not in FAMILY)


def works_in(places: AbstractSet[Place], chosen: int | None) -> int | None:
    """Return the school somebody works in: the only one, or of several the one they chose.

    None where there is none, and where of several none that still holds was chosen.
    """
    schools = staff_schools_in(places)
    if len(schools) == 1:
        return next(iter(schools))
    return chosen if chosen in schools else None


def roles_at(places: AbstractSet[Place], school_id: int | None) -> frozenset[str]:
    """Return what somebody may be now: of a family wherever, and of staff what they are at one school."""
    return frozenset(role for role, school in places if role in FAMILY or school == school_id)


def check_works_here(
    connection: Connection, person_id: int, school_id: int, now: datetime, stops: StopMarks
) -> None:
    """Let somebody act in a school who is on its staff, or on none.

    Raises:
        Refused: ``actor:elsewhere``, where they work in other schools only.
    """
    schools = staff_schools_in(places_held(connection, person_id, now, stops))
    if schools and school_id not in schools:
        raise Refused("actor:elsewhere", "who acts is on the staff of another school")


def works_beside(connection: Connection, person_id: int, other_id: int, now: datetime) -> bool:
    """Say whether somebody is office or director now in a school to which the other belongs.

    That is where the other is on the staff or will be; of somebody on no staff, where they are a guardian.
    """
    on_staff = select(Membership.school_id).where(
        Membership.person_id == other_id, or_(Membership.ends_at.is_(None), Membership.ends_at > now)
    )
    tied = select(Guardianship.school_id).where(
        Guardianship.person_id == other_id,
        Guardianship.ended_at.is_(None),
        or_(Guardianship.ends_at.is_(None), Guardianship.ends_at > now),
    )
    theirs = set(connection.execute(on_staff).scalars()) or set(connection.execute(tied).scalars())
    return keeps(connection, person_id, theirs, now)


def keeps(connection: Connection, person_id: int, school_ids: Collection[int], now: datetime) -> bool:
    """Say whether somebody is office or director now in one of these schools."""
    mine = select(Membership.id).where(
        Membership.person_id == person_id,
        Membership.role.in_(KEEPING),
        Membership.starts_at <= now,
        or_(Membership.ends_at.is_(None), Membership.ends_at > now),
        Membership.school_id.in_(school_ids),
    )
    return connection.execute(mine.limit(1)).first() is not None


def choose_school(world: World, *, actor: Actor, school_id: int) -> None:
    """Let the actor's device work in a school from now on; written in that school's log.

    Raises:
        Refused: ``school:unknown``, where the actor is not on its staff now;
            ``sign_in:ended``, where the device was signed out meanwhile.
        RecordsUnavailable: nothing happened.
        LogUnavailable: nothing happened.
    """
    if actor.person_id is None or actor.sign_in_id is None:
        raise ValueError("a school is chosen by a person, for a sign-in")
    person_id = actor.person_id

    def apply(connection: Connection, now: datetime) -> None:
        if school_id not in staff_schools_in(places_held(connection, person_id, now, world.stops)):
            raise Refused("school:unknown")
        this_device = (SignIn.id == actor.sign_in_id, SignIn.person_id == person_id)
        chosen = update(SignIn).where(*this_device, SignIn.ended_at.is_(None)).values(school_id=school_id)
        if connection.execute(chosen).rowcount != 1:
            raise Refused("sign_in:ended")

    widen(
        world,
        school_id=school_id,
        actor=actor,
        reason="works here now",
        kind="school:chosen",
        subject={"person": person_id, "sign_in": actor.sign_in_id},
        apply=apply,
    )
