"""Challenges for passkeys, and whether an answer is right (WebAuthn, level 3).

A challenge is answered once, within minutes, in the browser that asked for it, and for
what it was asked for. The device must have made sure of its holder, by a finger, a face
or its own PIN: only so is a passkey two factors in one.
"""

import hashlib
import logging
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import Connection, delete, insert
from webauthn import (
    generate_registration_options,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
from webauthn.helpers import encode_cbor, options_to_json_dict
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from webauthn.registration.verify_registration_response import VerifiedRegistration

from access.database import writing
from access.factor_records import Ceremony
from access.world import World

logger = logging.getLogger(__name__)

LASTS = timedelta(minutes=5)
TIMEOUT_MS = int(LASTS.total_seconds() * 1000)
CHALLENGE_BYTES = 32
TOKEN_BYTES = 32
ADD, SIGN_IN, PROVE, ACCEPT = "add", "sign_in", "prove", "accept"


@dataclass(frozen=True, slots=True)
class Site:
    """The portal as browsers see it: what a passkey is bound to."""

    #: Scheme, host and port.
    origin: str
    #: The host alone; an address in numbers has no passkeys.
    host: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A challenge under way: what the browser keeps, and what its device is to sign."""

    token: str
    challenge: bytes


def begin(
    world: World, purpose: str, sign_in_id: int | None = None, *, invitation_id: int | None = None
) -> Asked:
    """Make a challenge; an earlier one of the same sign-in or letter is over, and so are all old ones.

    Raises:
        RecordsUnavailable: the database does not answer.
    """
    asked = Asked(secrets.token_urlsafe(TOKEN_BYTES), secrets.token_bytes(CHALLENGE_BYTES))
    now = world.clock.now()
    with writing(world.database) as connection:
        connection.execute(delete(Ceremony).where(Ceremony.expires_at <= now))
        if sign_in_id is not None:
            connection.execute(delete(Ceremony).where(Ceremony.sign_in_id == sign_in_id))
        if invitation_id is not None:
            connection.execute(delete(Ceremony).where(Ceremony.invitation_id == invitation_id))
        connection.execute(
            insert(Ceremony).values(
                token_hash=_hash(asked.token),
                purpose=purpose,
                sign_in_id=sign_in_id,
                invitation_id=invitation_id,
                challenge=asked.challenge,
                expires_at=now + LASTS,
            )
        )
    return asked


def take(
    world: World,
    token: str,
    purpose: str,
    sign_in_id: int | None = None,
    *,
    invitation_id: int | None = None,
) -> bytes:
    """Return the challenge that was asked for, once; one that nobody ever signed where there is none.

    Raises:
        RecordsUnavailable: the database does not answer.
    """
    with writing(world.database) as connection:
        found = _take(connection, token, world.clock.now())
    asked_for = (purpose, sign_in_id, invitation_id)
    if found is None or (found.purpose, found.sign_in_id, found.invitation_id) != asked_for:
        return secrets.token_bytes(CHALLENGE_BYTES)
    challenge: bytes = found.challenge
    return challenge


def _take(connection: Connection, token: str, now: datetime) -> Any:
    taken = delete(Ceremony).where(Ceremony.token_hash == _hash(token), Ceremony.expires_at > now)
    columns = (Ceremony.purpose, Ceremony.sign_in_id, Ceremony.invitation_id, Ceremony.challenge)
    return connection.execute(taken.returning(*columns)).one_or_none()


def to_make(
    asked: Asked, site: Site, *, portal: str, key: str, name: str, known: Iterable[bytes] = ()
) -> dict[str, Any]:
    """Return what a browser is to do to make a passkey for *asked*, as JSON has it.

    Args:
        portal: what the portal is called, for the device's own list.
        key: of the person; a second passkey of theirs on the same device takes the first one's place.
        name: of the person, for the same list.
        known: the credential ids of which a device that has one makes no other.
    """
    options = generate_registration_options(
        rp_id=site.host,
        rp_name=portal,
        user_id=key.encode(),
        user_name=name,
        user_display_name=name,
        challenge=asked.challenge,
        timeout=TIMEOUT_MS,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=one) for one in known],
    )
    return options_to_json_dict(options)


def made(answer: str, challenge: bytes, site: Site) -> VerifiedRegistration | None:
    """Return the new passkey that *answer* brings, or None where anything is wrong with it."""
    try:
        return verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except Exception as fault:  # another's code upon a stranger's bytes; whatever it is, it is no passkey
        logger.info("passkey: not added: %s", type(fault).__name__)
        return None


def signed(
    answer: str, challenge: bytes, site: Site, public_key: bytes | None
) -> VerifiedAuthentication | None:
    """Return what *answer* proves, or None where anything is wrong with it.

    Args:
        public_key: of the passkey that it says it is of; None where nobody has it, which
            takes the same work.
    """
    try:
        proven = verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=public_key or _NOBODYS_KEY,
            credential_current_sign_count=0,  # compared by access.passkeys: synced passkeys do not count
            require_user_verification=True,
        )
    except Exception as fault:  # as above
        logger.info("passkey: not believed: %s", type(fault).__name__)
        return None
    return proven if public_key else None


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def _public_key_of_nobody() -> bytes:
    """Return a P-256 key in COSE (RFC 9053, section 7.1), as devices make them; nobody has its other half."""
    numbers = ec.generate_private_key(ec.SECP256R1()).public_key().public_numbers()
    return bytes(
        encode_cbor(
            {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        )
    )


_NOBODYS_KEY = _public_key_of_nobody()
