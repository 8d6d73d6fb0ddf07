"""Who is signed in: the devices that hold a sign-in, and what each has proven.

The cookie's token is 256 random bits and only its SHA-256 is kept; every request
looks its row up, so a device can be signed out at once. A place on the staff counts
only where a second factor was given on this device within a working day.
"""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, bindparam, select, update

from access.acts import Actor, Ending, end, widen
from access.database import reading
from access.errors import Refused
from access.inserting import insert_one
from access.keys import new_key
from access.living import living_sign_ins, marks_on, stopped_itself
from access.memberships import FAMILY, places_held, roles_at, staff_schools_in, works_in
from access.people import Person, SignIn
from access.prepared import Prepared
from access.revision import raise_revision
from access.stops import Mark, Scope, StopMarks
from access.world import World

#: Of somebody who is no staff; a PIN or the passphrase asks again after minutes away.
SIGN_IN_LASTS = timedelta(days=30)
#: Of staff: a working day, and so long does a second factor count.
STAFF_SIGN_IN_LASTS = timedelta(hours=12)
#: More devices than one person has; whoever signs in on another is signed out on the oldest.
MOST_DEVICES = 12
#: Whoever read a sign-in as alive before its end was recorded is done with it after so long.
OUTLIVED = timedelta(minutes=1)
DEVICE_LETTERS = 100
#: A PIN that was wrong so often helps no more, until the passphrase was given.
PIN_TRIES = 5
TOKEN_BYTES = 32

# Asked on every request, so built once: building them cost more than asking.
_SIGNED_IN = Prepared(
    select(
        SignIn.id,
        SignIn.school_id,
        SignIn.seen_at,
        SignIn.proven_at,
        SignIn.second_at,
        and_(SignIn.pin_hash != "", SignIn.pin_wrong < PIN_TRIES).label("has_pin"),
        Person.passkey_only,
        Person.id.label("person_id"),
        Person.key,
        Person.name,
        Person.language,
    )
    .join(Person, Person.id == SignIn.person_id)
    .where(
        SignIn.token_hash == bindparam("token_hash"),
        SignIn.started_at <= bindparam("now"),
        SignIn.expires_at > bindparam("now"),
        SignIn.ended_at.is_(None),
        Person.closed_at.is_(None),
    )
)


@dataclass(frozen=True, slots=True)
class SignInFound:
    """A living sign-in and its person, as the records have them at this instant."""

    sign_in_id: int
    person_id: int
    person_key: str
    name: str
    language: str
    #: The last request that somebody made on this device, as far as it is recorded; aware.
    seen_at: datetime
    #: When the passphrase or a passkey was last given on this device; aware.
    proven_at: datetime
    #: A PIN was chosen for this device, and was not tried wrong too often.
    has_pin: bool
    #: There is no passphrase to ask for: a passkey is all they chose.
    passkey_only: bool
    #: A place on the staff waits for a second factor; its role is not among the others.
    second_waits: bool
    #: Which role is held in which school: ``guardian``, and those of staff.
    places: frozenset[tuple[str, int]]
    #: The school they work in now; None where they work in none, or have to choose.
    works_in: int | None

    @property
    def roles(self) -> frozenset[str]:
        """Return ``guardian``, and the staff roles held now in the school they work in."""
        return roles_at(self.places, self.works_in)

    @property
    def staff_schools(self) -> frozenset[int]:
        """Return every school on whose staff they are."""
        return staff_schools_in(self.places)


def begin_sign_in(
    world: World,
    person_id: int,
    device: str,
    *,
    passphrase_hash: str | None = None,
    second: str | None = None,
    still: Callable[[Connection], None] | None = None,
) -> str:
    """Sign a person in on a device and return the token for its cookie.

    Args:
        passphrase_hash: of the passphrase they said, which takes time to check.
        second: the second factor that was given with it, such as ``passkey``.
        still: refuses where what was given is there no more; asked in the write transaction.

    Raises:
        Refused: the person is closed, or there is none, or has another passphrase by now; or as *still*.
        RecordsUnavailable: the records did not take it.
        LogUnavailable: the log did not take it.
    """
    token = new_token()
    subject: dict[str, Any] = {"person": person_id}
    if second is not None:
        subject["second"] = second

    def apply(connection: Connection, now: datetime) -> list[int]:
        asked = select(Person.closed_at, Person.passphrase_hash).where(Person.id == person_id)
        person = connection.execute(asked).one_or_none()
        if person is None or person.closed_at or stopped_itself(world.stops, [Mark(Scope.PERSON, person_id)]):
            raise Refused("person:closed")
        if passphrase_hash not in {None, person.passphrase_hash}:
            raise Refused("passphrase:changed")
        if still is not None:
            still(connection)
        living = living_sign_ins(connection, person_id, now)
        too_many = living[: max(0, len(living) + 1 - MOST_DEVICES)]
        if too_many:
            subject["ended"] = too_many
            connection.execute(update(SignIn).where(SignIn.id.in_(too_many)).values(ended_at=now))
            raise_revision(connection, None)  # those that it ended may be watching
        held = places_held(connection, person_id, now, world.stops)
        subject["sign_in"] = insert_one(
            connection,
            SignIn,
            key=new_key(),
            person_id=person_id,
            token_hash=token_hash(token),
            device=_plain(device)[:DEVICE_LETTERS],
            started_at=now,
            expires_at=now + (STAFF_SIGN_IN_LASTS if staff_schools_in(held) else SIGN_IN_LASTS),
            seen_at=now,
            proven_at=now,
            second_at=now if second else None,
            school_id=works_in(held, None),
        )
        return too_many

    ended = widen(
        world,
        school_id=None,
        actor=Actor(person_id, "web"),
        reason="signed in",
        kind="sign_in:began",
        subject=subject,
        apply=apply,
        decides=False,
    )
    world.stops.set(Mark(Scope.SIGN_IN, sign_in_id) for sign_in_id in ended)
    return token


def find_sign_in(connection: Connection, token: str, now: datetime, stops: StopMarks) -> SignInFound | None:
    """Return the living sign-in with *token*, or None.

    A sign-in whose end could not be recorded yet is over all the same: its mark says so.

    Args:
        connection: in a read transaction.
        token: as the cookie has it; anything at all.
        now: aware.
    """
    row = _SIGNED_IN.row(connection, {"token_hash": token_hash(token), "now": now})
    if row is None or stopped_itself(stops, marks_on(row.id, row.person_id)):
        return None
    held = places_held(connection, row.person_id, now, stops)
    as_family = frozenset(place for place in held if place[0] in FAMILY)
    proven = row.second_at is not None and row.second_at <= now < row.second_at + STAFF_SIGN_IN_LASTS
    places = held if proven else as_family
    return SignInFound(
        sign_in_id=row.id,
        person_id=row.person_id,
        person_key=row.key,
        name=row.name,
        language=row.language,
        seen_at=row.seen_at,
        proven_at=row.proven_at,
        has_pin=row.has_pin,
        passkey_only=row.passkey_only,
        second_waits=held != as_family and not proven,
        places=places,
        works_in=works_in(places, row.school_id),
    )


def recognise(world: World, token: str) -> SignInFound | None:
    """Return the living sign-in with *token* that nothing has stopped, or None.

    Raises:
        RecordsUnavailable: the database does not answer.
    """
    with reading(world.database) as connection:
        return find_sign_in(connection, token, world.clock.now(), world.stops)


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


def new_token() -> str:
    """Return what a cookie carries: 256 random bits."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def token_hash(token: str) -> bytes:
    """Return what is kept of a cookie's token: its SHA-256."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def _plain(text: str) -> str:
    """Return *text* without what is not printed: it comes from a browser's header."""
    return "".join(letter for letter in text if letter.isprintable())
