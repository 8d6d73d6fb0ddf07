"""Taking second factors away: one by its owner, all of them at the desk.

Both end something, so neither waits for the records. Who may do the second is
:func:`access.two_people.may_reset_factors`: nobody alone comes into somebody else's account.
"""

from access.acts import Actor, Ending, end
from access.acts_identity import letter_hands
from access.checked import find_one
from access.database import reading
from access.errors import Refused
from access.factors_held import factors_of
from access.living import living_sign_ins
from access.memberships import works_beside
from access.people import Person
from access.second_factors import person_who_may_change
from access.stops import Mark, Scope
from access.two_people import may_reset_factors
from access.world import World

APP = "totp"


def remove_factor(world: World, sign_in_id: int, *, passkey_id: int | None) -> bool:
    """Take away one of one's own factors; say whether it is recorded already.

    Args:
        passkey_id: which passkey; None for the authenticator app.

    Raises:
        Refused: ``factor:none``, ``factor:last`` for the only one of a member of staff,
            and as :func:`access.second_factors.person_who_may_change`.
    """
    with reading(world.database) as connection:
        person_id = person_who_may_change(world, connection, sign_in_id, world.clock.now())
        held = factors_of(connection, person_id)
    if (
        (held.app_since is None)
        if passkey_id is None
        else passkey_id not in {one.id for one in held.passkeys}
    ):
        raise Refused("factor:none")
    which = {"factor": APP} if passkey_id is None else {"factor": "passkey", "passkey": passkey_id}
    return end(
        world,
        Ending.now(
            world,
            "factor:removed",
            actor=Actor(person_id, "web", sign_in_id),
            reason="by its owner",
            target={"person": person_id, "sign_in": sign_in_id, **which},
        ),
    )


def reset_factors(world: World, *, actor: Actor, reason: str, person_id: int) -> bool:
    """Take all factors of somebody who lost them, and sign them out everywhere.

    They need a new factor before they are staff again, and until then whoever did this
    cannot give them a passphrase.

    Raises:
        Refused: ``factor:same_person`` where *actor* had a hand in the account;
            ``factor:not_beside`` where they are neither office nor director where its owner belongs.
        RecordsUnavailable: it could not be read who had.
    """
    with reading(world.database) as connection:
        person = find_one(connection, Person, person_id)
        now = world.clock.now()
        living = living_sign_ins(connection, person_id, now)
        letters = frozenset(letter_hands(connection, person_id, now))
        by = actor.person_id
        is_beside = by is not None and works_beside(connection, by, person_id, now)
    if not may_reset_factors(
        actor.person_id,
        whose=person_id,
        account_by=person.created_by,
        has_passphrase=bool(person.passphrase_hash),
        passphrase_by=person.passphrase_given_by,
        letters=letters,
    ):
        raise Refused("factor:same_person")
    if not is_beside:
        raise Refused("factor:not_beside")
    return end(
        world,
        Ending.now(
            world,
            "factor:reset",
            actor=actor,
            reason=reason,
            target={"person": person_id, "sign_ins": living, "by": actor.person_id},
            marks=tuple(Mark(Scope.SIGN_IN, sign_in_id) for sign_in_id in living),
        ),
    )
