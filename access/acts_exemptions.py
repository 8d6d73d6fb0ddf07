"""Acts by which two of the staff say that a guardian's consent is not asked for, and that it is again."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, update

from access.acts import Actor, Ending, end, school_of, widen
from access.acts_paper import ALONE
from access.checked import find_one
from access.consent_records import ConsentExemption
from access.consenting import adults_of, marks_of_child, of_guardian
from access.database import reading
from access.ending import checked_reason
from access.enrolment import Guardianship
from access.errors import RecordsUnavailable, Refused
from access.inserting import insert_one
from access.keys import new_key
from access.stops import Mark, Scope
from access.two_people import may_exempt
from access.world import World


def propose_exemption(world: World, *, actor: Actor, reason: str, guardianship_id: int) -> int:
    """Propose not to ask for a guardian's consent, such as of one whom nobody can reach; opens nothing.

    Raises:
        Refused: ``consent:same_person``: whoever proposes is not named, or an adult of the child.
    """
    whose = of_guardian(world, guardianship_id)
    said = checked_reason(reason)
    subject: dict[str, Any] = dict(whose.ids)

    def apply(connection: Connection, now: datetime) -> int:
        tied = adults_of(connection, whose.school_id, whose.child_id)
        if not may_exempt(actor.person_id, proposed_by=None, tied=tied):
            raise Refused("consent:same_person")
        proposal = insert_one(
            connection,
            ConsentExemption,
            school_id=whose.school_id,
            key=new_key(),
            guardianship_id=guardianship_id,
            reason=said,
            proposed_by=actor.person_id,
            recorded_at=now,
        )
        subject["consent_exemption"] = proposal
        return proposal

    return widen(
        world,
        school_id=whose.school_id,
        actor=actor,
        reason=reason,
        kind="consent:exemption_proposed",
        subject=subject,
        apply=apply,
        tells={"consent:same_person": ALONE},
    )


def confirm_exemption(world: World, *, actor: Actor, reason: str, exemption_id: int) -> None:
    """Agree to what somebody else proposed: the guardian's consent is not asked for from now on.

    Raises:
        Refused: ``consent:over``; ``consent:same_person``; that they tried is an entry.
    """
    school_id = school_of(world, ConsentExemption, exemption_id)
    subject: dict[str, Any] = {"consent_exemption": exemption_id}

    def apply(connection: Connection, now: datetime) -> None:
        proposal = find_one(connection, ConsentExemption, exemption_id, school_id=school_id)
        tie = find_one(connection, Guardianship, proposal.guardianship_id, school_id=school_id)
        subject.update(guardianship=tie.id, person=tie.person_id, child=tie.child_id)
        if proposal.ended_at is not None or proposal.confirmed_at is not None:
            raise Refused("consent:over")
        tied = adults_of(connection, school_id, tie.child_id)
        if not may_exempt(actor.person_id, proposed_by=proposal.proposed_by, tied=tied):
            raise Refused("consent:same_person")
        this = (ConsentExemption.id == exemption_id, ConsentExemption.school_id == school_id)
        confirmed = {"confirmed_by": actor.person_id, "confirmed_at": now}
        connection.execute(update(ConsentExemption).where(*this).values(**confirmed))

    widen(
        world,
        school_id=school_id,
        actor=actor,
        reason=reason,
        kind="consent:exempted",
        subject=subject,
        apply=apply,
        tells={"consent:same_person": ALONE},
    )


def end_exemption(world: World, *, actor: Actor, reason: str, exemption_id: int) -> bool:
    """Ask for a guardian's consent again, at once; say whether it is recorded already.

    Raises:
        RecordsUnavailable: neither journal nor database took it; the whole school is stopped.
    """
    school_id = school_of(world, ConsentExemption, exemption_id)
    with reading(world.database) as connection:
        exemption = find_one(connection, ConsentExemption, exemption_id, school_id=school_id)
        tie = find_one(connection, Guardianship, exemption.guardianship_id, school_id=school_id)
        marks = marks_of_child(connection, school_id, tie.child_id, world.clock.now())
    target, name = {"consent_exemption": exemption_id}, "consent:exemption_ended"
    try:
        return end(world, Ending.now(world, name, actor=actor, reason=reason, target=target, marks=marks))
    except RecordsUnavailable:
        world.stops.set([Mark(Scope.SCHOOL, school_id)])
        raise
