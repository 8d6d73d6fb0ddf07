"""Who is signed in: passphrases, and the devices that hold a sign-in.

The cookie's token is 256 random bits and only its SHA-256 is kept; every request
looks its row up, so a device can be signed out at once. What people type is
never stored: they type passphrases into the wrong field.
"""

import hashlib
import secrets
import threading
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, bindparam, literal, or_, select, union_all

from access.acts import Actor, Ending, end, widen
from access.database import reading
from access.enrolment import Guardianship
from access.errors import Refused
from access.inserting import insert_one
from access.keys import new_key
from access.people import Membership, Person, SignIn
from access.stops import Mark, Scope
from access.world import World

#: One working day, until a second factor asks again after minutes away.
SIGN_IN_LASTS = timedelta(hours=12)
#: Whoever read a sign-in as alive before its end was recorded is done with it after so long.
OUTLIVED = timedelta(minutes=1)
DEVICE_LETTERS = 100
TOKEN_BYTES = 32
GUARDIAN = "guardian"

#: 46 MiB, one pass: OWASP's choice for small machines (Password Storage Cheat Sheet).
HASHER = PasswordHasher(time_cost=1, memory_cost=46 * 1024, parallelism=1)
#: Two at once take 92 MiB; more could fill a small machine's memory.
_hashing = threading.BoundedSemaphore(2)

# Asked on every request, so built once: building them cost more than asking.
_SIGNED_IN = (
    select(SignIn.id, Person.id.label("person_id"), Person.key, Person.name, Person.language)
    .join(Person, Person.id == SignIn.person_id)
    .where(
        SignIn.token_hash == bindparam("token_hash"),
        SignIn.started_at <= bindparam("now"),
        SignIn.expires_at > bindparam("now"),
        SignIn.ended_at.is_(None),
        Person.closed_at.is_(None),
    )
)
_PLACES = union_all(
    select(Membership.role, Membership.school_id).where(
        Membership.person_id == bindparam("person_id"),
        Membership.starts_at <= bindparam("now"),
        or_(Membership.ends_at.is_(None), Membership.ends_at > bindparam("now")),
    ),
    select(literal(GUARDIAN), Guardianship.school_id).where(
        Guardianship.person_id == bindparam("person_id"),
        Guardianship.starts_at <= bindparam("now"),
        or_(Guardianship.ends_at.is_(None), Guardianship.ends_at > bindparam("now")),
        or_(Guardianship.ended_at.is_(None), Guardianship.ended_at > bindparam("now")),
    ),
)


@dataclass(frozen=True, slots=True)
class SignInFound:
    """A living sign-in and its person, as the records have them at this instant."""

    sign_in_id: int
    person_id: int
    person_key: str
    name: str
    language: str
    #: Staff roles held now, in any school, and ``guardian``.
    roles: frozenset[str]
    school_ids: frozenset[int]
    #: Which role is held in which school.
    places: frozenset[tuple[str, int]] = frozenset()

    def schools(self, *roles: str) -> frozenset[int]:
        """Return the schools in which one of *roles* is held."""
        return frozenset(school_id for role, school_id in self.places if role in roles)

    def marks(self) -> tuple[Mark, ...]:
        """Return the stop marks that end this sign-in, whatever the records say."""
        return Mark(Scope.SIGN_IN, self.sign_in_id), Mark(Scope.PERSON, self.person_id)


def hashed(passphrase: str) -> str:
    """Return the argon2id hash of *passphrase*."""
    with _hashing:
        return HASHER.hash(unicodedata.normalize("NFC", passphrase))


#: Verified where there is no such person, so that the answer takes as long.
_NOBODYS_HASH = hashed(secrets.token_urlsafe())


def folded_name(sign_in_name: str) -> str:
    """Return a sign-in name as it is kept: however it is typed, it is the same."""
    return unicodedata.normalize("NFKC", sign_in_name).casefold().strip()


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody who said their passphrase, and which one it was."""

    person_id: int
    passphrase_hash: str = field(repr=False)


def check_passphrase(world: World, sign_in_name: str, passphrase: str) -> Known | None:
    """Return whose sign-in name and passphrase these are, or None.

    The same work is done for a name nobody has, so the time does not tell.

    Raises:
        RecordsUnavailable: the database does not answer.
    """
    with reading(world.database) as connection:
        person = connection.execute(
            select(Person.id, Person.passphrase_hash).where(
                Person.sign_in_name == folded_name(sign_in_name), Person.closed_at.is_(None)
            )
        ).one_or_none()
    kept = person.passphrase_hash if person else ""
    right = _verify(kept or _NOBODYS_HASH, passphrase)
    if not (right and kept and person) or world.stops.stopped([Mark(Scope.PERSON, person.id)]):
        return None
    return Known(person.id, kept)


def _verify(kept: str, passphrase: str) -> bool:
    try:
        with _hashing:
            return HASHER.verify(kept, unicodedata.normalize("NFC", passphrase))
    except (VerificationError, InvalidHashError):
        return False


def begin_sign_in(world: World, person_id: int, device: str, *, passphrase_hash: str | None = None) -> str:
    """Sign a person in on a device and return the token for its cookie.

    Args:
        passphrase_hash: of the passphrase they said, which takes time to check.

    Raises:
        Refused: the person is closed, or there is none, or has another passphrase by now.
        RecordsUnavailable: the records did not take it.
        LogUnavailable: the log did not take it.
    """
    token = secrets.token_urlsafe(TOKEN_BYTES)
    subject = {"person": person_id}

    def apply(connection: Connection, now: datetime) -> None:
        asked = select(Person.closed_at, Person.passphrase_hash).where(Person.id == person_id)
        person = connection.execute(asked).one_or_none()
        if person is None or person.closed_at or world.stops.stopped([Mark(Scope.PERSON, person_id)]):
            raise Refused("person:closed")
        if passphrase_hash not in {None, person.passphrase_hash}:
            raise Refused("passphrase:changed")
        subject["sign_in"] = insert_one(
            connection,
            SignIn,
            key=new_key(),
            person_id=person_id,
            token_hash=_token_hash(token),
            device=_plain(device)[:DEVICE_LETTERS],
            started_at=now,
            expires_at=now + SIGN_IN_LASTS,
        )

    widen(
        world,
        school_id=None,
        actor=Actor(person_id, "web"),
        reason="signed in",
        kind="sign_in:began",
        subject=subject,
        apply=apply,
    )
    return token


def find_sign_in(connection: Connection, token: str, now: datetime) -> SignInFound | None:
    """Return the living sign-in with *token*, or None.

    The caller also asks the stop marks for :meth:`SignInFound.marks`; :func:`recognise`
    does both.

    Args:
        connection: in a read transaction.
        token: as the cookie has it; anything at all.
        now: aware.
    """
    row = connection.execute(_SIGNED_IN, {"token_hash": _token_hash(token), "now": now}).one_or_none()
    if row is None:
        return None
    found = connection.execute(_PLACES, {"person_id": row.person_id, "now": now})
    places = frozenset((role, school_id) for role, school_id in found)
    return SignInFound(
        sign_in_id=row.id,
        person_id=row.person_id,
        person_key=row.key,
        name=row.name,
        language=row.language,
        roles=frozenset(role for role, _ in places),
        school_ids=frozenset(school_id for _, school_id in places),
        places=places,
    )


def recognise(world: World, token: str) -> SignInFound | None:
    """Return the living sign-in with *token* that nothing has stopped, or None.

    Raises:
        RecordsUnavailable: the database does not answer.
    """
    with reading(world.database) as connection:
        found = find_sign_in(connection, token, world.clock.now())
    return None if found is None or world.stops.stopped(found.marks()) else found


def end_sign_in(
    world: World, sign_in_id: int, *, actor: Actor | None = None, reason: str = "signed out"
) -> bool:
    """Sign one device out, at once; say whether it is recorded already."""
    return end(
        world,
        Ending.now(
            world,
            "sign_in:ended",
            actor=actor or Actor(None, "web", sign_in_id),
            reason=reason,
            target={"sign_ins": [sign_in_id]},
            marks=(Mark(Scope.SIGN_IN, sign_in_id),),
        ),
    )


def end_every_sign_in(
    world: World, person_id: int, *, actor: Actor | None = None, reason: str = "signed out everywhere"
) -> bool:
    """Sign every device of a person out, at once; say whether it is recorded already.

    Raises:
        RecordsUnavailable: it could not even be read which devices there are.
    """
    with reading(world.database) as connection:
        living = living_sign_ins(connection, person_id, world.clock.now())
    return end(
        world,
        Ending.now(
            world,
            "sign_in:every_ended",
            actor=actor or Actor(person_id, "web"),
            reason=reason,
            target={"person": person_id, "sign_ins": living},
            marks=tuple(Mark(Scope.SIGN_IN, sign_in_id) for sign_in_id in living),
        ),
    )


def outlived_marks(world: World) -> list[Mark]:
    """Return the marks in force of sign-ins whose end has been in the records for a minute.

    Nothing opens such a sign-in again, so its mark only takes room: without this a
    portal that is never restarted would run out of it, and stop everything; and one
    person who signs in and out for an hour could bring that about.

    Raises:
        RecordsUnavailable: the database does not answer.
    """
    marked = [mark.id for mark in world.stops.in_force() if mark.scope is Scope.SIGN_IN]
    over = SignIn.ended_at < world.clock.now() - OUTLIVED
    with reading(world.database) as connection:
        found = set(connection.execute(select(SignIn.id).where(over)).scalars())
    return [Mark(Scope.SIGN_IN, sign_in_id) for sign_in_id in marked if sign_in_id in found]


def living_sign_ins(connection: Connection, person_id: int, now: datetime) -> list[int]:
    """Return the ids of a person's sign-ins that hold at *now*."""
    living = (SignIn.person_id == person_id, SignIn.ended_at.is_(None), SignIn.expires_at > now)
    return list(connection.execute(select(SignIn.id).where(*living).order_by(SignIn.id)).scalars())


def _token_hash(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def _plain(text: str) -> str:
    """Return *text* without what is not printed: it comes from a browser's header."""
    return "".join(letter for letter in text if letter.isprintable())
