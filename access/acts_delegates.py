"""Acts upon delegates: a guardian proposes one, the school approves, somebody else checks who they are.

Nobody alone makes a viewer: who approves had no hand in making the guardian, and who checks
had none in the account. A delegate has no guardianship, so there is nothing that they could
pass on. Ending is everybody's who could have begun it, and waits for nothing.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, exists, func, select, update

from access.acts import Actor, Ending, end, school_of, widen
from access.acts_identity import as_checked, check_document, checked_until, counts_as_verified, hands_of
from access.acts_people import nobodys_name
from access.check_codes import REFUSED, WRONG_CODE, check_shown_code
from access.checked import checked_name, find_one
from access.delegations import MOST, Delegation, stands
from access.enrolment import Guardianship
from access.errors import Refused
from access.inserting import insert_one
from access.keys import new_key
from access.people import Person
from access.stops import Mark, Scope
from access.two_people import may_approve, may_verify
from access.world import World

#: Written where nobody typed a reason.
BY_GUARDIAN = "proposed by a guardian"


@dataclass(frozen=True, slots=True)
class Approved:
    """What an approval made."""

    person_id: int
    ends_at: datetime


def propose_delegate(
    world: World, *, actor: Actor, guardianship_id: int, name: str, reason: str = BY_GUARDIAN
) -> int:
    """Propose somebody who would watch along one's own guardianship; it opens nothing yet.

    Args:
        name: as it stands in the document that they will bring.

    Raises:
        Refused: ``delegation:not_guardian``, where it is not the actor's own guardianship, or
            does not hold and count as verified now; ``delegation:most``.
    """
    name = checked_name(name)
    school_id = school_of(world, Guardianship, guardianship_id)
    subject: dict[str, Any] = {"guardianship": guardianship_id}

    def apply(connection: Connection, now: datetime) -> int:
        tie = find_one(connection, Guardianship, guardianship_id, school_id=school_id)
        if actor.person_id is None or tie.person_id != actor.person_id or not _holds(tie, now):
            raise Refused("delegation:not_guardian")
        theirs = (Delegation.guardianship_id == tie.id, Delegation.school_id == school_id, stands(now))
        if connection.execute(select(func.count()).where(*theirs)).scalar_one() >= MOST:
            raise Refused("delegation:most", f"{MOST} at a time")
        subject.update(person=tie.person_id, child=tie.child_id)
        subject["delegation"] = insert_one(
            connection,
            Delegation,
            school_id=school_id,
            key=new_key(),
            guardianship_id=tie.id,
            name=name,
            proposed_by=tie.person_id,
            recorded_at=now,
        )
        return int(subject["delegation"])

    return widen(
        world,
        school_id=school_id,
        actor=actor,
        reason=reason,
        kind="delegation:proposed",
        subject=subject,
        apply=apply,
    )


def approve_delegate(
    world: World,
    *,
    actor: Actor,
    reason: str,
    delegation_id: int,
    person_id: int | None = None,
    until: datetime | None = None,
) -> Approved:
    """Let somebody whom a guardian proposed be a delegate; nothing opens until they are verified.

    Args:
        person_id: somebody who has an account already; None: a new one is made.
        until: aware; the end of the term where nothing is said, which is also the latest.

    Raises:
        Refused: ``delegation:same_person``, where the actor had a hand in making the guardian,
            is the delegate, or is not named; that they tried is an entry.
            ``delegation:over``, ``delegation:approved``, ``delegation:own_child``, where they
            are or were a guardian of this child, ``delegation:past_term``.
    """
    school_id = school_of(world, Delegation, delegation_id)
    subject: dict[str, Any] = {"delegation": delegation_id}

    def apply(connection: Connection, now: datetime) -> Approved:
        asked = _standing(connection, delegation_id, school_id, now)
        tie = find_one(connection, Guardianship, asked.guardianship_id, school_id=school_id)
        subject.update(guardianship=tie.id, child=tie.child_id)
        if asked.approved_at is not None:
            raise Refused("delegation:approved")
        if not _holds(tie, now):
            raise Refused("delegation:not_guardian")
        guardian = find_one(connection, Person, tie.person_id)
        hands = hands_of(connection, guardian, now, tied_by=tie.created_by)
        if not may_approve(actor.person_id, delegate=person_id, guardian=hands):
            raise Refused("delegation:same_person")
        ends_at = checked_until(connection, school_id, now, until, past_term="delegation:past_term")
        if person_id is not None:
            _check_known(connection, tie, person_id)
        delegate = person_id or _new_account(connection, actor, asked.name, now)
        subject["person"] = delegate
        values = {"person_id": delegate, "approved_by": actor.person_id, "approved_at": now}
        _change(connection, asked, **values, ends_at=ends_at)
        return Approved(delegate, ends_at)

    return widen(
        world,
        school_id=school_id,
        actor=actor,
        reason=reason,
        kind="delegation:approved",
        subject=subject,
        apply=apply,
        tells={"delegation:same_person": REFUSED},
    )


def verify_delegate(
    world: World,
    *,
    actor: Actor,
    reason: str,
    delegation_id: int,
    shown_code: str,
    until: datetime | None = None,
    document: str | None = None,
) -> datetime:
    """Record that a delegate's identity was checked, and return until when that holds.

    Args:
        shown_code: what the delegate's own page shows (:mod:`access.check_codes`), however it is typed.
        until: as long as it can hold where nothing is said.
        document: one of ``DOCUMENTS``, the kind that was seen.

    Raises:
        Refused: ``delegation:same_person``, where the actor approved them, or had a hand in
            their account, or where somebody who had is not named; that they tried is an entry.
            ``delegation:not_approved``, ``delegation:over``; and as of a guardian
            ``guardianship:wrong_code``, ``guardianship:no_account``, ``guardianship:many_wrong_codes``.
    """
    check_document(document, reason)
    school_id = school_of(world, Delegation, delegation_id)
    seen = {} if document is None else {"document": document}
    subject: dict[str, Any] = {"delegation": delegation_id, **seen}

    def apply(connection: Connection, now: datetime) -> datetime:
        known = _standing(connection, delegation_id, school_id, now)
        if known.person_id is None:
            raise Refused("delegation:not_approved")
        tie = find_one(connection, Guardianship, known.guardianship_id, school_id=school_id)
        subject.update(guardianship=tie.id, child=tie.child_id, person=known.person_id)
        account = find_one(connection, Person, known.person_id)
        hands = hands_of(connection, account, now, tied_by=known.proposed_by)
        if actor.person_id in {known.approved_by, tie.person_id} or not may_verify(actor.person_id, hands):
            raise Refused("delegation:same_person")
        check_shown_code(connection, world.vault, known, account, shown=shown_code, now=now, of="delegation")
        holds_until: datetime = min(checked_until(connection, school_id, now, until), known.ends_at)
        checked = as_checked(known, now, until=holds_until, by=actor.person_id, document=document)
        _change(connection, known, **checked)
        return holds_until

    return widen(
        world,
        school_id=school_id,
        actor=actor,
        reason=reason,
        kind="delegation:verified",
        subject=subject,
        apply=apply,
        tells=dict.fromkeys(("delegation:same_person", WRONG_CODE), REFUSED),
    )


def end_delegation(world: World, *, actor: Actor, reason: str, delegation_id: int) -> bool:
    """End a delegation or decline a proposal, at once; say whether it is recorded already."""
    target, marks = {"delegation": delegation_id}, (Mark(Scope.DELEGATION, delegation_id),)
    return end(
        world, Ending.now(world, "delegation:ended", actor=actor, reason=reason, target=target, marks=marks)
    )


def _standing(connection: Connection, delegation_id: int, school_id: int, now: datetime) -> Row[Any]:
    found = find_one(connection, Delegation, delegation_id, school_id=school_id)
    if found.ended_at is not None or (found.ends_at is not None and found.ends_at <= now):
        raise Refused("delegation:over")
    return found


def _change(connection: Connection, record: Row[Any], **values: Any) -> None:
    its = (Delegation.id == record.id, Delegation.school_id == record.school_id)
    connection.execute(update(Delegation).where(*its).values(**values))


def _holds(tie: Row[Any], now: datetime) -> bool:
    in_dates = tie.starts_at <= now and (tie.ends_at is None or now < tie.ends_at) and tie.ended_at is None
    return in_dates and counts_as_verified(tie, now)


def _check_known(connection: Connection, tie: Row[Any], person_id: int) -> None:
    if find_one(connection, Person, person_id).closed_at is not None:
        raise Refused("person:closed")
    # Also one that is over: what keeps a parent away is no less so through somebody else.
    of_child = exists().where(
        Guardianship.person_id == person_id,
        Guardianship.child_id == tie.child_id,
        Guardianship.school_id == tie.school_id,
    )
    if connection.execute(select(of_child)).scalar_one():
        raise Refused("delegation:own_child")


def _new_account(connection: Connection, actor: Actor, name: str, now: datetime) -> int:
    account = {"key": new_key(), "name": name, "sign_in_name": nobodys_name()}
    return insert_one(connection, Person, **account, created_by=actor.person_id, recorded_at=now)
