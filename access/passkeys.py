"""Passkeys: adding one, signing in with one, and proving with one who holds a device.

Whoever signs in with a passkey types no name, so there is none to find out. An unknown
passkey, somebody else's, one that was taken away and a wrong answer are told alike.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update
from webauthn import generate_authentication_options
from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
from webauthn.helpers import options_to_json_dict, parse_authentication_credential_json
from webauthn.helpers.structs import PublicKeyCredentialDescriptor, UserVerificationRequirement
from webauthn.registration.verify_registration_response import VerifiedRegistration

from access import ceremonies
from access.acts import Actor, widen
from access.ceremonies import Asked, Site
from access.checked import checked_name
from access.database import reading
from access.devices import prove
from access.errors import Refused
from access.factor_records import NAME_LETTERS, Passkey
from access.factors_held import factors_of
from access.failed_tries import Failed
from access.inserting import insert_one
from access.keys import new_key
from access.living import living_sign_in
from access.new_factors import has_factors_again
from access.people import Person
from access.second_factors import act, person_who_may_change
from access.sign_ins import begin_sign_in, end_every_sign_in
from access.world import World

#: More than one person has devices.
MOST = 10
FACTOR = "passkey"
#: Longer than any device's answer.
LONGEST_ANSWER = 16_384


def ask_to_add(world: World, sign_in_id: int, site: Site, *, portal: str) -> tuple[Asked, dict[str, Any]]:
    """Return a challenge for a new passkey, and what the browser is to do.

    Args:
        portal: what the portal is called, for the device's own list.

    Raises:
        Refused: ``passkey:many``, or as :func:`access.second_factors.person_who_may_change`.
    """
    with reading(world.database) as connection:
        person_id = person_who_may_change(world, connection, sign_in_id, world.clock.now())
        person = connection.execute(select(Person.key, Person.name).where(Person.id == person_id)).one()
        known = (
            connection.execute(select(Passkey.credential_id).where(Passkey.person_id == person_id))
            .scalars()
            .all()
        )
    if len(known) >= MOST:
        raise Refused("passkey:many", f"more than {MOST}")
    asked = ceremonies.begin(world, ceremonies.ADD, sign_in_id)
    return asked, ceremonies.to_make(
        asked, site, portal=portal, key=person.key, name=person.name, known=known
    )


def add_passkey(world: World, sign_in_id: int, token: str, answer: str, site: Site, *, name: str) -> str:
    """Keep the passkey that a device has made, and return the new token for the sign-in's cookie.

    Args:
        token: of the ceremony's cookie.
        answer: of the browser, as JSON.
        name: a few words its owner will know it by.

    Raises:
        Refused: ``passkey:wrong``, ``passkey:many``, ``passkey:known``, or as
            :func:`access.second_factors.person_who_may_change`.
    """
    name = checked_name(name, letters=NAME_LETTERS)
    challenge = ceremonies.take(world, token, ceremonies.ADD, sign_in_id)
    with reading(world.database) as connection:
        person_id = person_who_may_change(world, connection, sign_in_id, world.clock.now())
    new = ceremonies.made(answer, challenge, site) if len(answer) <= LONGEST_ANSWER else None
    if new is None:
        raise Refused("passkey:wrong")
    subject: dict[str, Any] = {"person": person_id, "factor": FACTOR}

    def apply(connection: Connection, now: datetime) -> None:
        person_who_may_change(world, connection, sign_in_id, now)
        if len(factors_of(connection, person_id).passkeys) >= MOST:
            raise Refused("passkey:many", f"more than {MOST}")
        check_unknown(connection, new)
        subject[FACTOR] = keep(connection, person_id, new, name, now)

    act(world, sign_in_id, "factor:added", subject, apply)
    still = is_still_there(subject[FACTOR], new.credential_public_key)
    return prove(world, sign_in_id, by=FACTOR, second=FACTOR, still=still)


def check_unknown(connection: Connection, new: VerifiedRegistration) -> None:
    """Let a new passkey pass, unless somebody has it already.

    Raises:
        Refused: ``passkey:known``.
    """
    same = select(Passkey.id).where(Passkey.credential_id == new.credential_id)
    if connection.execute(same).first():
        raise Refused("passkey:known")


def keep(connection: Connection, person_id: int, new: VerifiedRegistration, name: str, now: datetime) -> int:
    """Keep a new passkey of somebody, and return its id."""
    passkey_id = insert_one(
        connection,
        Passkey,
        key=new_key(),
        person_id=person_id,
        credential_id=new.credential_id,
        public_key=new.credential_public_key,
        sign_count=new.sign_count,
        name=name,
        backed_up=new.credential_backed_up,
        recorded_at=now,
    )
    has_factors_again(connection, person_id)
    return passkey_id


def ask_to_sign_in(world: World, site: Site) -> tuple[Asked, dict[str, Any]]:
    """Return a challenge for somebody who is about to sign in, and what the browser is to do."""
    return _ask(ceremonies.begin(world, ceremonies.SIGN_IN), site, ())


def ask_to_prove(world: World, sign_in_id: int, site: Site) -> tuple[Asked, dict[str, Any]]:
    """Return a challenge for whoever holds a device that is signed in, and what the browser is to do.

    Raises:
        Refused: the sign-in is over.
    """
    with reading(world.database) as connection:
        person_id = living_sign_in(world, connection, sign_in_id, world.clock.now()).person_id
        own = (
            connection.execute(select(Passkey.credential_id).where(Passkey.person_id == person_id))
            .scalars()
            .all()
        )
    return _ask(ceremonies.begin(world, ceremonies.PROVE, sign_in_id), site, own)


def sign_in_with_passkey(
    world: World, token: str, answer: str, site: Site, *, device: str, failed: Failed | None = None
) -> str | None:
    """Sign in whoever answered rightly, and return the token for the cookie; None for anybody else.

    Args:
        failed: told whose passkey it was that answered wrongly, and None where it was nobody's.

    Raises:
        RecordsUnavailable: the records did not take it.
        LogUnavailable: the log did not take it.
    """
    challenge = ceremonies.take(world, token, ceremonies.SIGN_IN)
    found = _believed(world, answer, challenge, site, failed)
    if found is None:
        return None
    passkey, proven = found
    try:
        _use(world, passkey, proven, Actor(passkey.person_id, "web"), {})
        begun = begin_sign_in(world, passkey.person_id, device, second=FACTOR)
    except Refused:  # closed, or taken away meanwhile
        return None
    try:
        with reading(world.database) as connection:
            is_still_there(passkey.id, passkey.public_key)(connection)
    except Refused:  # taken away between the two
        end_every_sign_in(world, passkey.person_id, reason="a passkey was taken away while it signed in")
        return None
    return begun


def prove_with_passkey(world: World, sign_in_id: int, token: str, answer: str, site: Site) -> str:
    """Take a passkey as the passphrase and the second factor of a sign-in; return its new token.

    Raises:
        Refused: ``passkey:wrong``, or the sign-in is over.
    """
    challenge = ceremonies.take(world, token, ceremonies.PROVE, sign_in_id)
    with reading(world.database) as connection:
        person_id = living_sign_in(world, connection, sign_in_id, world.clock.now()).person_id
    found = _believed(world, answer, challenge, site)
    if found is None or found[0].person_id != person_id:
        act(
            world,
            sign_in_id,
            "factor:refused",
            {"person": person_id, "factor": FACTOR},
            lambda _connection, _now: None,
        )
        raise Refused("passkey:wrong")
    passkey, proven = found
    _use(world, passkey, proven, Actor(person_id, "web", sign_in_id), {"sign_in": sign_in_id})
    return prove(
        world, sign_in_id, by=FACTOR, second=FACTOR, still=is_still_there(passkey.id, passkey.public_key)
    )


def _ask(asked: Asked, site: Site, own: Any) -> tuple[Asked, dict[str, Any]]:
    options = generate_authentication_options(
        rp_id=site.host,
        challenge=asked.challenge,
        timeout=ceremonies.TIMEOUT_MS,
        allow_credentials=[PublicKeyCredentialDescriptor(id=one) for one in own],
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return asked, options_to_json_dict(options)


def _believed(
    world: World, answer: str, challenge: bytes, site: Site, failed: Failed | None = None
) -> tuple[Any, VerifiedAuthentication] | None:
    """Return the passkey that signed *challenge*, with what it said; None where any of it is wrong."""
    if len(answer) > LONGEST_ANSWER:
        return None
    try:
        said = parse_authentication_credential_json(answer)
    except Exception:  # another's code upon a stranger's bytes
        return None
    with reading(world.database) as connection:
        columns = (
            Passkey.id,
            Passkey.person_id,
            Passkey.public_key,
            Passkey.sign_count,
            Person.key.label("owner"),
        )
        passkey = connection.execute(
            select(*columns)
            .join(Person, Person.id == Passkey.person_id)
            .where(Passkey.credential_id == said.raw_id)
        ).one_or_none()
    proven = ceremonies.signed(answer, challenge, site, passkey.public_key if passkey else None)
    handle = said.response.user_handle
    if passkey is None or proven is None or handle not in {None, passkey.owner.encode()}:
        if failed is not None:
            failed(passkey.person_id if passkey else None)
        return None
    return passkey, proven


def is_still_there(passkey_id: int, public_key: bytes) -> Callable[[Connection], None]:
    """Return what refuses where the passkey was taken away meanwhile."""

    def check(connection: Connection) -> None:
        this = (Passkey.id == passkey_id, Passkey.public_key == public_key)
        if connection.execute(select(Passkey.id).where(*this)).first() is None:
            raise Refused("passkey:wrong")

    return check


def _use(
    world: World, passkey: Any, proven: VerifiedAuthentication, actor: Actor, more: Mapping[str, int]
) -> None:
    """Write that a passkey was used, if it is still there.

    A count that does not rise may be a copy, and is no reason to keep anybody out:
    synced passkeys say 0 for ever. The entry tells.
    """
    subject: dict[str, Any] = {"person": passkey.person_id, "factor": FACTOR, FACTOR: passkey.id, **more}
    if passkey.sign_count and proven.new_sign_count <= passkey.sign_count:
        subject["count"] = "not higher"

    def apply(connection: Connection, now: datetime) -> None:
        values = {
            "used_at": now,
            "sign_count": proven.new_sign_count,
            "backed_up": proven.credential_backed_up,
        }
        if not connection.execute(update(Passkey).where(Passkey.id == passkey.id).values(**values)).rowcount:
            raise Refused("passkey:wrong")

    widen(
        world,
        school_id=None,
        actor=actor,
        reason="by its owner",
        kind="factor:used",
        subject=subject,
        apply=apply,
        decides=False,
    )
