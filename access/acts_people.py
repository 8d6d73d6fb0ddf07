"""Acts upon schools, people and staff; those upon families are in :mod:`access.acts_families`."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from access.acts import Actor, Ending, end, widen
from access.acts_families import (
    add_child,
    add_class_group,
    add_guardianship,
    end_enrolment,
    end_guardianship,
    enrol,
    issue_grant,
    revoke_grant,
)
from access.acts_identity import end_verifications, verify_guardianship
from access.acts_schools import BY_ZONE, add_school
from access.acts_years import set_term
from access.checked import check_span, checked_name, find_one
from access.database import reading
from access.endings import forget_factors
from access.errors import Refused
from access.factors_held import is_staff
from access.inserting import insert_one
from access.kept_lines import CHOSEN_ANEW, kept_line
from access.keys import new_key
from access.living import living_sign_ins
from access.passphrase_rules import check_chosen, own_words
from access.passphrases import PassphraseSet, folded_name, hashed
from access.people import Membership, Person, Role, School, SignIn
from access.sign_ins import new_token, token_hash
from access.stops import Mark, Scope
from access.two_people import may_give_passphrase
from access.world import World

__all__ = [
    "BY_ZONE",
    "add_child",
    "add_class_group",
    "add_guardianship",
    "add_person",
    "add_school",
    "appoint",
    "close_person",
    "dismiss",
    "end_enrolment",
    "end_guardianship",
    "enrol",
    "issue_grant",
    "revoke_grant",
    "set_passphrase",
    "set_term",
    "verify_guardianship",
]

SIGN_IN_NAME_LETTERS = 100
#: In capitals, which no sign-in name has once it is folded.
UNCHOSEN = "UNCHOSEN-"


def add_person(
    world: World,
    *,
    actor: Actor,
    reason: str,
    name: str,
    sign_in_name: str | None = None,
    school_id: int | None = None,
) -> int:
    """Add somebody with an account and return their record; they can do nothing yet.

    Args:
        sign_in_name: what they will type; unique in the installation, whatever its case.
            None: they choose it themselves, with a letter.
        school_id: in whose log it is written; None for the installation's.
    """
    name = checked_name(name)
    sign_in_name = nobodys_name() if sign_in_name is None else checked_sign_in_name(sign_in_name)
    subject: dict[str, int] = {}

    def apply(connection: Connection, now: datetime) -> int:
        taken = select(Person.id).where(Person.sign_in_name == sign_in_name)
        if connection.execute(taken).first():
            raise Refused("person:sign_in_name_taken")
        subject["person"] = insert_one(
            connection,
            Person,
            key=new_key(),
            name=name,
            sign_in_name=sign_in_name,
            created_by=actor.person_id,
            recorded_at=now,
        )
        return subject["person"]

    return widen(
        world,
        school_id=school_id,
        actor=actor,
        reason=reason,
        kind="person:added",
        subject=subject,
        apply=apply,
    )


def checked_sign_in_name(sign_in_name: str) -> str:
    """Return a sign-in name as it is kept: a phone or card number, or any name."""
    return checked_name(folded_name(sign_in_name), letters=SIGN_IN_NAME_LETTERS)


def nobodys_name() -> str:
    """Return what stands in place of a sign-in name until one is chosen; nobody can type it."""
    return f"{UNCHOSEN}{new_key()}"


def set_passphrase(
    world: World, *, actor: Actor, reason: str, person_id: int, passphrase: str
) -> PassphraseSet:
    """Give a person a passphrase and sign out their other devices, in one act.

    Their own device gets a new token with it, so that a copy of its cookie is out as well.

    Whoever gives somebody else a passphrase could sign in as them, so the person's
    guardianships are no longer verified, until somebody without a hand in it verifies anew.

    Raises:
        Refused: the passphrase is too short, too long, too plain or easily guessed; the device on which its
            owner changes it was signed out meanwhile; or *actor* took the person's second
            factors away and there is no new one yet.
    """
    with reading(world.database) as connection:
        own = own_words(connection, person_id)
    check_chosen(passphrase, own)
    passphrase_hash = hashed(passphrase)  # half a second of work, so not in the transaction

    subject: dict[str, Any] = {"person": person_id}
    token = new_token() if actor.person_id == person_id and actor.sign_in_id is not None else None

    def apply(connection: Connection, now: datetime) -> list[int]:
        person = find_one(connection, Person, person_id)
        if person.closed_at is not None:
            raise Refused("person:closed")
        if not may_give_passphrase(
            actor.person_id, whose=person_id, factors_reset_by=person.factors_reset_by
        ):
            raise Refused("passphrase:same_person")
        living = living_sign_ins(connection, person_id, now)
        if actor.person_id == person_id and actor.sign_in_id not in {None, *living}:
            raise Refused("sign_in:ended")  # somebody else gave them another one meanwhile
        change = update(Person).where(Person.id == person_id)
        connection.execute(change.values(passphrase_hash=passphrase_hash, passkey_only=False))
        if actor.person_id != person_id and not is_staff(connection, person_id, now):
            forget_factors(connection, person_id, now)  # of staff a second person takes them away
        if actor.person_id != person_id:
            connection.execute(change.values(passphrase_given_by=actor.person_id))
            subject["guardianships"] = end_verifications(connection, person_id, now)
        if token is not None:
            renewed = update(SignIn).where(SignIn.id == actor.sign_in_id)
            connection.execute(renewed.values(token_hash=token_hash(token)))
        others = [found for found in living if found != actor.sign_in_id]
        connection.execute(update(SignIn).where(SignIn.id.in_(others)).values(ended_at=now))
        return others

    with kept_line(world, CHOSEN_ANEW, person=person_id):
        ended = widen(
            world,
            school_id=None,
            actor=actor,
            reason=reason,
            kind="passphrase:set",
            subject=subject,
            apply=apply,
        )
    world.stops.set(Mark(Scope.SIGN_IN, sign_in_id) for sign_in_id in ended)
    return PassphraseSet(subject.get("guardianships", []), token)


def appoint(
    world: World,
    *,
    actor: Actor,
    reason: str,
    school_id: int,
    person_id: int,
    role: str,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
) -> int:
    """Give a person a place on a school's staff and return its record.

    Args:
        starts_at: now where nothing is said.
    """
    if role not in set(Role):
        raise Refused("membership:role", f"one of {', '.join(Role)}")
    subject: dict[str, int | str] = {"person": person_id, "role": str(role)}

    def apply(connection: Connection, now: datetime) -> int:
        find_one(connection, School, school_id)
        if find_one(connection, Person, person_id).closed_at is not None:
            raise Refused("person:closed")
        starts = starts_at or now
        check_span(starts, ends_at)
        same = (
            Membership.school_id == school_id,
            Membership.person_id == person_id,
            Membership.role == role,
            Membership.starts_at == starts,
        )
        if connection.execute(select(Membership.id).where(*same)).first():
            raise Refused("membership:twice")
        place = insert_one(
            connection,
            Membership,
            school_id=school_id,
            person_id=person_id,
            role=str(role),
            starts_at=starts,
            ends_at=ends_at,
            recorded_at=now,
        )
        subject["membership"] = place
        return place

    return widen(
        world,
        school_id=school_id,
        actor=actor,
        reason=reason,
        kind="membership:begun",
        subject=subject,
        apply=apply,
    )


def dismiss(world: World, *, actor: Actor, reason: str, membership_id: int) -> bool:
    """End a person's place on the staff, at once; say whether it is recorded already.

    What else they are stays: they are a guardian still, and on other staffs.
    """
    target, marks = {"membership": membership_id}, (Mark(Scope.MEMBERSHIP, membership_id),)
    return end(
        world,
        Ending.now(world, "membership:ended", actor=actor, reason=reason, target=target, marks=marks),
    )


def close_person(world: World, *, actor: Actor, reason: str, person_id: int) -> bool:
    """Close somebody's account, at once and for good; every device of theirs is signed out."""
    mark = Mark(Scope.PERSON, person_id)
    return end(
        world,
        Ending.now(
            world, "person:closed", actor=actor, reason=reason, target={"person": person_id}, marks=(mark,)
        ),
    )
