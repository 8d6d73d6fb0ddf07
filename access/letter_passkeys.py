"""A passkey chosen with a letter, instead of a passphrase.

The device is asked only once letter, slip and name are right, and its answer is taken with
all three once more: the challenge belongs to that letter, and to the browser that asked.
In place of a passphrase's hash stands one of nothing that anybody knows, so that whatever
is bound to the choice, as the check code is, stays bound to it.

A letter never brings staff another second factor: whoever has one chooses a passphrase,
and gives the factor they have. Of a guardian it is the only factor, as every other is
forgotten where phone or passphrase was lost.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select
from webauthn.registration.verify_registration_response import VerifiedRegistration

from access import ceremonies
from access.acts_accepting import Accepted, Choice, check_person, opened, record
from access.acts_invitations import staff_since
from access.acts_people import checked_sign_in_name
from access.ceremonies import Asked, Site
from access.checked import checked_name
from access.database import reading
from access.errors import Refused
from access.factor_records import NAME_LETTERS
from access.factors_held import factors_of
from access.passkeys import FACTOR, LONGEST_ANSWER, check_unknown, is_still_there, keep
from access.passphrases import nobodys_hash
from access.people import Person
from access.world import World


@dataclass(frozen=True, slots=True)
class Answer:
    """What a device has made for the challenge of a letter."""

    #: Of the ceremony's cookie; anything at all.
    token: str = field(repr=False)
    #: Of the browser, as JSON; anything at all.
    said: str = field(repr=False)
    site: Site
    #: A few words its owner will know it by.
    device: str


def ask_to_accept(
    world: World, *, token: str, secret: str, sign_in_name: str, site: Site, portal: str
) -> tuple[Asked, dict[str, Any]]:
    """Return a challenge for the passkey of a letter, and what the browser is to do.

    What would be refused later is refused here, before a device makes what is of no use.

    Args:
        portal: what the portal is called, for the device's own list.

    Raises:
        Refused: as :func:`access.acts_accepting.accept`, of which this is a try too, and
            ``factor:held`` for a member of the staff who has a second factor.
    """
    letter = opened(world, token=token, secret=secret)
    name = checked_sign_in_name(sign_in_name)
    with reading(world.database) as connection:
        check_person(connection, world, letter, name)
        _check_factors(connection, letter.person_id, world.clock.now())
        person = connection.execute(
            select(Person.key, Person.name).where(Person.id == letter.person_id)
        ).one()
    asked = ceremonies.begin(world, ceremonies.ACCEPT, invitation_id=letter.id)
    return asked, ceremonies.to_make(asked, site, portal=portal, key=person.key, name=person.name)


def accept_with_passkey(
    world: World, *, token: str, secret: str, sign_in_name: str, answer: Answer
) -> Accepted:
    """Give the person of a letter the sign-in name and the passkey they chose.

    The challenge is used up, whatever comes of it; the letter only where all of it is right.

    Raises:
        Refused: as :func:`access.acts_accepting.accept`; ``passkey:wrong``, ``passkey:known``
            or ``factor:held``.
    """
    letter = opened(world, token=token, secret=secret)
    challenge = ceremonies.take(world, answer.token, ceremonies.ACCEPT, invitation_id=letter.id)
    name = checked_sign_in_name(sign_in_name)
    device = checked_name(answer.device, letters=NAME_LETTERS)
    new = _made(answer, challenge)
    kept: list[int] = []

    def check(connection: Connection, person_id: int, now: datetime) -> None:
        _check_factors(connection, person_id, now)
        check_unknown(connection, new)

    def keep_it(connection: Connection, person_id: int, now: datetime) -> int:
        kept.append(keep(connection, person_id, new, device, now))
        return kept[-1]

    passphrase_hash = nobodys_hash()
    record(world, letter, Choice(name, passphrase_hash, check, keep_it))
    still = is_still_there(kept[-1], new.credential_public_key)
    return Accepted(letter.person_id, passphrase_hash, second=FACTOR, still=still)


def _made(answer: Answer, challenge: bytes) -> VerifiedRegistration:
    fits = len(answer.said) <= LONGEST_ANSWER
    new = ceremonies.made(answer.said, challenge, answer.site) if fits else None
    if new is None:
        raise Refused("passkey:wrong")
    return new


def _check_factors(connection: Connection, person_id: int, now: datetime) -> None:
    """Refuse where somebody of the staff has a factor that a letter leaves them."""
    since = staff_since(connection, person_id, now)
    held = factors_of(connection, person_id)
    times = [*(passkey.recorded_at for passkey in held.passkeys), held.app_since]
    if since is not None and any(at is not None and at >= since for at in times):
        raise Refused("factor:held")
