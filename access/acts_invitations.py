"""Acts of the office upon letters that invite: print one, hand over its slip, release it, withdraw it.

A letter goes to somebody the school knows already. Its token and the desk slip's secret
are returned once, to be printed, and kept nowhere. Nobody prints for themselves, and a
letter to a member of the staff waits for a second one. Accepting a letter is in
:mod:`access.acts_accepting`.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, exists, or_, select, update

from access.acts import Actor, Ending, end, school_of, widen
from access.checked import find_one
from access.codes import new_secret, new_token, token_hash
from access.delegations import Delegation, stands
from access.enrolment import Guardianship
from access.errors import Refused
from access.inserting import insert_one
from access.invitations import LETTER_LASTS, Invitation, InvitationKind, holds
from access.keys import new_key
from access.memberships import keeps
from access.passphrases import hashed
from access.people import Membership, Person
from access.two_people import may_give_passphrase
from access.world import World


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter as it is printed, once."""

    id: int
    kind: InvitationKind
    token: str = field(repr=False)
    expires_at: datetime
    #: Whether it is for a member of the school's staff, which a second one must release.
    waits_for_release: bool


def invite(world: World, *, actor: Actor, reason: str, school_id: int, person_id: int) -> Letter:
    """Issue a letter to somebody of the school and return it; an older letter is void with it.

    Raises:
        Refused: ``invitation:oneself``, ``person:closed``, or ``person:not_here`` where
            they are neither a guardian nor on the staff of this school.
    """
    token = new_token()
    subject: dict[str, Any] = {"person": person_id}

    def apply(connection: Connection, now: datetime) -> Letter:
        person = _invited(connection, person_id, actor)
        if not _is_known(connection, school_id, person_id, now):
            raise Refused("person:not_here")
        kind = InvitationKind.RECOVERY if person.passphrase_hash else InvitationKind.FIRST
        waiting = (
            Invitation.person_id == person_id,
            Invitation.accepted_at.is_(None),
            Invitation.ended_at.is_(None),
        )
        connection.execute(update(Invitation).where(*waiting).values(ended_at=now))
        expires_at = now + LETTER_LASTS
        subject["invitation"] = insert_one(
            connection,
            Invitation,
            school_id=school_id,
            key=new_key(),
            person_id=person_id,
            kind=str(kind),
            token_hash=token_hash(token),
            issued_by=actor.person_id,
            recorded_at=now,
            expires_at=expires_at,
        )
        subject["letter"] = str(kind)
        waits = is_or_will_be_staff(connection, person_id, now, of=school_id)
        return Letter(subject["invitation"], kind, token, expires_at, waits)

    return widen(
        world,
        school_id=school_id,
        actor=actor,
        reason=reason,
        kind="invitation:issued",
        subject=subject,
        apply=apply,
    )


def hand_slip(world: World, *, actor: Actor, reason: str, invitation_id: int) -> str:
    """Return a new secret for the desk slip of a letter; an older slip is void with it.

    Wrong tries go on counting.
    """
    secret = new_secret()
    secret_hash = hashed(secret)  # half a second of work, so not in the transaction
    subject: dict[str, Any] = {"invitation": invitation_id}
    school_id = school_of(world, Invitation, invitation_id)

    def apply(connection: Connection, now: datetime) -> None:
        letter = _standing(connection, invitation_id, school_id, now)
        subject["person"] = _invited(connection, letter.person_id, actor).id
        connection.execute(
            update(Invitation)
            .where(Invitation.id == invitation_id, Invitation.school_id == school_id)
            .values(
                secret_hash=secret_hash,
                handed_by=actor.person_id,
                handed_at=now,
                released_by=None,  # whoever released it did not know who would print this
                released_at=None,
            )
        )

    widen(
        world,
        school_id=school_id,
        actor=actor,
        reason=reason,
        kind="invitation:slip_printed",
        subject=subject,
        apply=apply,
    )
    return secret


def release(world: World, *, actor: Actor, reason: str, invitation_id: int) -> None:
    """Let a letter to somebody on a staff be accepted.

    Also to a family, where it changes nothing: whether somebody is on the staff of another
    school is not told here.

    Raises:
        Refused: ``invitation:same_person``, where the one who releases issued it or
            printed its slip, is the person, is not named, or is neither office nor
            director of the letter's school.
    """
    subject: dict[str, Any] = {"invitation": invitation_id}
    school_id = school_of(world, Invitation, invitation_id)

    def apply(connection: Connection, now: datetime) -> None:
        letter = _standing(connection, invitation_id, school_id, now)
        subject["person"] = letter.person_id
        had = {letter.issued_by, letter.person_id, letter.handed_by}
        is_unnamed = letter.issued_by is None or (letter.handed_at is not None and letter.handed_by is None)
        if actor.person_id is None or is_unnamed or actor.person_id in had:
            raise Refused("invitation:same_person")
        if not keeps(connection, actor.person_id, [school_id], now):
            raise Refused("invitation:same_person")
        connection.execute(
            update(Invitation)
            .where(Invitation.id == invitation_id, Invitation.school_id == school_id)
            .values(released_by=actor.person_id, released_at=now)
        )

    widen(
        world,
        school_id=school_id,
        actor=actor,
        reason=reason,
        kind="invitation:released",
        subject=subject,
        apply=apply,
    )


def withdraw(world: World, *, actor: Actor, reason: str, invitation_id: int) -> bool:
    """End a letter before it is accepted, at once; say whether it is recorded already.

    It needs no stop mark: nobody accepts anything while an ending waits.
    """
    target = {"invitation": invitation_id}
    return end(world, Ending.now(world, "invitation:withdrawn", actor=actor, reason=reason, target=target))


def is_or_will_be_staff(
    connection: Connection, person_id: int, now: datetime, *, of: int | None = None
) -> bool:
    """Say whether somebody is on a school's staff, or will be.

    Args:
        of: this school's; None for any, which is not told to another school.
    """
    place = [Membership.person_id == person_id, or_(Membership.ends_at.is_(None), Membership.ends_at > now)]
    if of is not None:
        place.append(Membership.school_id == of)
    return connection.execute(select(Membership.id).where(*place).limit(1)).first() is not None


def staff_since(connection: Connection, person_id: int, now: datetime) -> datetime | None:
    """Return since when it takes two to take a factor of somebody away; None where they are on no staff."""
    places = (Membership.person_id == person_id, or_(Membership.ends_at.is_(None), Membership.ends_at > now))
    return connection.execute(select(Membership.recorded_at).where(*places).order_by("recorded_at")).scalar()


def _invited(connection: Connection, person_id: int, actor: Actor) -> Row[Any]:
    if actor.person_id == person_id:
        raise Refused("invitation:oneself")
    person = find_one(connection, Person, person_id)
    if person.closed_at is not None:
        raise Refused("person:closed")
    if not may_give_passphrase(actor.person_id, whose=person_id, factors_reset_by=person.factors_reset_by):
        raise Refused("passphrase:same_person")
    return person


def _standing(connection: Connection, invitation_id: int, school_id: int, now: datetime) -> Row[Any]:
    letter = find_one(connection, Invitation, invitation_id, school_id=school_id)
    if not holds(letter, now):
        raise Refused("invitation:over")
    return letter


def _is_known(connection: Connection, school_id: int, person_id: int, now: datetime) -> bool:
    tied = exists().where(
        Guardianship.school_id == school_id,
        Guardianship.person_id == person_id,
        Guardianship.ended_at.is_(None),
        or_(Guardianship.ends_at.is_(None), Guardianship.ends_at > now),
    )
    works = exists().where(
        Membership.school_id == school_id,
        Membership.person_id == person_id,
        or_(Membership.ends_at.is_(None), Membership.ends_at > now),
    )
    watches = exists().where(
        Delegation.school_id == school_id, Delegation.person_id == person_id, stands(now)
    )
    return bool(connection.execute(select(or_(tied, watches, works))).scalar_one())
