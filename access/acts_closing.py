"""Close a whole school at once, and open it again: a deliberate act of two.

Closing never waits and needs no proof: the school's stop mark first, then the records.
Opening is proposed by somebody who keeps the school's families and confirmed by somebody
else of its staff; each is named, and a proposal falls with the next closing, with its
proposer's place, and after a day.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, update

from access.acts import Actor, Ending, end, widen
from access.checked import find_one
from access.errors import Refused
from access.keys import new_key
from access.people import Role, School
from access.roster import staff_school
from access.school_closing import SchoolClosing, standing, still_waits
from access.stops import Mark, Scope
from access.two_people import may_confirm_opening
from access.world import World

#: Who may propose that a school is opened again, and who may confirm it.
PROPOSERS = (Role.OFFICE, Role.DIRECTOR)
CONFIRMERS = (Role.TEACHER, Role.OFFICE, Role.DIRECTOR)
#: The same after a backup was put back; one of the two is then a director.
AFTER_RESTORE = (Role.OFFICE, Role.DIRECTOR, Role.ADMINISTRATOR)
#: Who may open alone, where everything that was ended since the backup is known and was done anew.
ALONE = (Role.DIRECTOR,)


def close_school(world: World, *, actor: Actor, reason: str, school_id: int) -> bool:
    """Close every camera of a school at once; say whether it is recorded already.

    Done once more while it is closed, it takes back a proposal that waits.
    """
    ending = Ending.now(
        world,
        "school:closed",
        actor=actor,
        reason=reason,
        target={"school": school_id, "by": actor.person_id},
        marks=(Mark(Scope.SCHOOL, school_id),),
    )
    return end(world, ending)


def propose_opening(world: World, *, actor: Actor, reason: str, school_id: int) -> str:
    """Propose that a closed school is opened; opens nothing. Return the proposal's key.

    Raises:
        Refused: ``school:not_closed``; ``school:not_staff``, also for somebody without a
            name; ``opening:waits``: somebody else proposed it already.
    """
    key = new_key()

    def apply(connection: Connection, now: datetime) -> str:
        closing = _closing(connection, school_id)
        if not _has_role(world, connection, actor.person_id, closing, _proposers(closing)):
            raise Refused("school:not_staff")
        if still_waits(closing.opening_proposed_at, now) and closing.opening_proposed_by != actor.person_id:
            raise Refused("opening:waits")
        _write(
            connection,
            closing,
            proposal_key=key,
            opening_proposed_by=actor.person_id,
            opening_proposed_at=now,
        )
        return key

    return widen(
        world,
        school_id=school_id,
        actor=actor,
        reason=reason,
        kind="school:opening_proposed",
        subject={"school": school_id},
        apply=apply,
    )


def confirm_opening(world: World, *, actor: Actor, reason: str, school_id: int, proposal: str) -> None:
    """Open a school that somebody else proposed to open; what was filmed before stays unseen.

    Args:
        proposal: the key of the proposal that was read.

    Raises:
        Refused: ``school:not_closed``, ``school:not_staff``; ``opening:changed``: this
            proposal was taken back, replaced or has lapsed; ``opening:same_person``;
            ``act:overtaken``: the school was closed again meanwhile.
    """
    subject = {"school": school_id}

    def apply(connection: Connection, now: datetime) -> None:
        closing = _closing(connection, school_id)
        confirmers = AFTER_RESTORE if closing.after_restore else CONFIRMERS
        if not _has_role(world, connection, actor.person_id, closing, confirmers):
            raise Refused("school:not_staff")
        if closing.proposal_key != proposal or not still_waits(closing.opening_proposed_at, now):
            raise Refused("opening:changed")
        proposer = closing.opening_proposed_by
        if not may_confirm_opening(actor.person_id, proposed_by=proposer):
            raise Refused("opening:same_person")
        if not _has_role(world, connection, proposer, closing, _proposers(closing)):
            raise Refused("opening:changed")
        both = (actor.person_id, proposer)
        if closing.after_restore and not any(
            _has_role(world, connection, person, closing, ALONE) for person in both
        ):
            raise Refused("opening:no_director")
        subject["person"] = proposer
        _write(connection, closing, opened_by=actor.person_id, opened_at=now)

    widen(
        world,
        school_id=school_id,
        actor=actor,
        reason=reason,
        kind="school:opened",
        subject=subject,
        apply=apply,
        clears=[Mark(Scope.SCHOOL, school_id)],
        tells={"opening:same_person": "school:opening_refused"},
    )


def open_restored(world: World, *, actor: Actor, reason: str, school_id: int) -> None:
    """Open a school that is closed because a backup was put back, where nothing that was ended is unknown.

    Raises:
        Refused: ``school:not_closed``; ``school:not_staff``: no director; ``opening:two``: not all that
            was ended since is known, so two have to open it.
    """

    def apply(connection: Connection, now: datetime) -> None:
        closing = _closing(connection, school_id)
        if not _has_role(world, connection, actor.person_id, closing, ALONE):
            raise Refused("school:not_staff")
        if closing.after_restore != "whole":
            raise Refused("opening:two")
        _write(connection, closing, opened_by=actor.person_id, opened_at=now)

    widen(
        world,
        school_id=school_id,
        actor=actor,
        reason=reason,
        kind="restore:opened",
        subject={"school": school_id},
        apply=apply,
        clears=[Mark(Scope.SCHOOL, school_id)],
    )


def _proposers(closing: Any) -> tuple[Role, ...]:
    return AFTER_RESTORE if closing.after_restore else PROPOSERS


def _closing(connection: Connection, school_id: int) -> Any:
    find_one(connection, School, school_id)
    closing = standing(connection, school_id)
    if closing is None:
        raise Refused("school:not_closed")
    return closing


def _has_role(
    world: World, connection: Connection, person_id: int | None, closing: Any, roles: tuple[Role, ...]
) -> bool:
    """Say whether somebody is named, and holds one of *roles* in the closed school now."""
    if person_id is None:
        return False
    now, stops = world.clock.now(), world.stops
    return staff_school(connection, person_id, closing.school_id, roles, now, stops=stops) is not None


def _write(connection: Connection, closing: Any, **values: Any) -> None:
    this = (SchoolClosing.id == closing.id, SchoolClosing.school_id == closing.school_id)
    connection.execute(update(SchoolClosing).where(*this).values(**values))
