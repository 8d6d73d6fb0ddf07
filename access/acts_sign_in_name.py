"""Changing what somebody signs in with: a new phone number is a reason to look at the person again.

Numbers are given out anew. Whoever has the number of somebody else's former sign-in must not come to
be taken for them, so no identity check outlives the name it was made under.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from access.acts import Actor, widen
from access.acts_identity import end_verifications
from access.acts_people import checked_sign_in_name
from access.checked import check_shown, find_one
from access.errors import Refused
from access.living import living_sign_ins
from access.people import Person
from access.world import World


def change_sign_in_name(
    world: World,
    *,
    actor: Actor,
    reason: str,
    person_id: int,
    sign_in_name: str,
    shown: str | None = None,
) -> list[int]:
    """Give somebody another sign-in name; their identity must be checked again.

    Args:
        shown: the one that whoever acts has seen.

    Returns:
        the guardianships that must be verified again.

    Raises:
        Refused: ``person:closed``, ``person:sign_in_name_taken``, ``person:sign_in_name_same``,
            ``person:unchosen``, where they have not accepted a letter yet; ``sign_in:ended``;
            ``act:overtaken``, where they have another one than *shown*.
    """
    name = checked_sign_in_name(sign_in_name)
    subject: dict[str, Any] = {"person": person_id}

    def apply(connection: Connection, now: datetime) -> list[int]:
        person = find_one(connection, Person, person_id)
        if person.closed_at is not None:
            raise Refused("person:closed")
        if not person.passphrase_hash:
            raise Refused("person:unchosen", "they choose it with their letter")
        check_shown(shown, person.sign_in_name)
        if person.sign_in_name == name:
            raise Refused("person:sign_in_name_same")
        own = actor.person_id == person_id and actor.sign_in_id is not None
        if own and actor.sign_in_id not in living_sign_ins(connection, person_id, now):
            raise Refused("sign_in:ended")  # signed out meanwhile
        if connection.execute(select(Person.id).where(Person.sign_in_name == name)).first():
            raise Refused("person:sign_in_name_taken")
        connection.execute(update(Person).where(Person.id == person_id).values(sign_in_name=name))
        subject["guardianships"] = end_verifications(connection, person_id, now)
        return list(subject["guardianships"])

    return widen(
        world,
        school_id=None,
        actor=actor,
        reason=reason,
        kind="person:sign_in_name_changed",
        subject=subject,
        apply=apply,
    )
