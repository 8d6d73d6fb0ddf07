"""What a device is asked once more: the PIN after minutes away, the passphrase before what matters.

A sign-in lasts for days, so what stands between a phone left lying and the picture is
this. Each time something is proven the cookie's token is renewed.
"""

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, or_, select, update

from access.acts import Actor, widen
from access.database import reading, writing
from access.delegations import Delegation
from access.enrolment import Guardianship
from access.errors import Refused
from access.living import living_sign_in
from access.passphrases import hashed, is_hash_of
from access.people import Membership, Person, School, SignIn
from access.sign_ins import PIN_TRIES, new_token, token_hash
from access.world import World

PIN_DIGITS = 6
#: Proven by one of these, a device may do what matters; a PIN is too short for that.
WHOLE = frozenset({"passphrase", "passkey"})


@dataclass(frozen=True, slots=True)
class Device:
    """One device on which a person is signed in."""

    key: str
    sign_in_id: int
    #: A few words, such as ``Chrome, Android``.
    words: str
    started_at: datetime
    seen_at: datetime


def devices_of(connection: Connection, person_id: int, now: datetime) -> tuple[Device, ...]:
    """Return the devices on which a person is signed in, the one seen last first."""
    rows = connection.execute(
        select(SignIn.key, SignIn.id, SignIn.device, SignIn.started_at, SignIn.seen_at)
        .where(SignIn.person_id == person_id, SignIn.ended_at.is_(None), SignIn.expires_at > now)
        .order_by(SignIn.seen_at.desc(), SignIn.id.desc())
    )
    return tuple(Device(*row) for row in rows)


def zone_of(connection: Connection, person_id: int) -> str:
    """Return the time zone of the first school a person has or had to do with; UTC where there is none."""
    ties = (
        select(tie.school_id).where(tie.person_id == person_id)
        for tie in (Guardianship, Delegation, Membership)
    )
    schools = or_(*(School.id.in_(tie) for tie in ties))
    zone = connection.execute(select(School.zone).where(schools).order_by(School.id).limit(1))
    return zone.scalar_one_or_none() or "UTC"


def prove(
    world: World,
    sign_in_id: int,
    *,
    by: str,
    second: str | None = None,
    still: Callable[[Connection], None] | None = None,
) -> str:
    """Record what was proven on a device, and return the new token for its cookie; the old one is over.

    Args:
        by: ``pin``, ``passphrase``, ``passkey``, or the second factor where only that was given.
        second: the second factor that was given, if one was.
        still: refuses where what proved is there no more; asked in the write transaction.

    Raises:
        Refused: the sign-in is over, or as *still*.
        RecordsUnavailable: the records did not take it.
        LogUnavailable: the log did not take it.
    """
    token = new_token()
    more = {"by": by} if second is None else {"by": by, "second": second}

    def apply(connection: Connection, now: datetime) -> None:
        if still is not None:
            still(connection)
        values: dict[str, Any] = {"token_hash": token_hash(token), "seen_at": now, "pin_wrong": 0}
        if by in WHOLE:
            values["proven_at"] = now
        if second is not None:
            values["second_at"] = now
        connection.execute(update(SignIn).where(SignIn.id == sign_in_id).values(**values))

    _act(world, sign_in_id, kind="sign_in:proven", reason="proven on this device", apply=apply, more=more)
    return token


def set_pin(world: World, sign_in_id: int, pin: str) -> None:
    """Give a device its PIN, which is asked for after minutes away.

    Raises:
        Refused: ``pin:digits``, ``pin:plain`` for one that anybody would try first, or
            the sign-in is over.
    """
    check_pin(pin)
    with reading(world.database) as connection:
        key = living_sign_in(world, connection, sign_in_id, world.clock.now()).key
    kept = hashed(world.vault.peppered(pin, key))

    def apply(connection: Connection, _: datetime) -> None:
        connection.execute(update(SignIn).where(SignIn.id == sign_in_id).values(pin_hash=kept, pin_wrong=0))

    _act(world, sign_in_id, kind="pin:set", reason="chosen on this device", apply=apply)


def check_pin(pin: str) -> None:
    """Let *pin* pass if it is six digits that are not the first ones anybody would try.

    Raises:
        Refused: ``pin:digits`` or ``pin:plain``.
    """
    if len(pin) != PIN_DIGITS or not (pin.isascii() and pin.isdigit()):
        raise Refused("pin:digits", f"exactly {PIN_DIGITS} digits")
    steps = {(int(after) - int(before)) % 10 for before, after in itertools.pairwise(pin)}
    repeats = pin == pin[:2] * 3 or pin == pin[:3] * 2
    if len(steps) == 1 or repeats or len(set(pin)) < 3:
        raise Refused("pin:plain", "a run, a repetition, or fewer than three different digits")


def try_pin(world: World, sign_in_id: int, pin: str) -> bool:
    """Say whether *pin* is this device's; each wrong try counts, whoever makes it, until one is right.

    The try is counted before it is looked at, so that many at once are not more than five.

    Raises:
        Refused: ``pin:none`` where there is none, ``pin:tries`` where it was wrong five times.
    """
    with writing(world.database) as connection:
        sign_in = living_sign_in(world, connection, sign_in_id, world.clock.now())
        if not sign_in.pin_hash:
            raise Refused("pin:none")
        # In one statement, for a database on which two transactions may stand here at once.
        some_left = (SignIn.id == sign_in_id, SignIn.pin_wrong < PIN_TRIES)
        one_more = update(SignIn).where(*some_left).values(pin_wrong=SignIn.pin_wrong + 1)
        if connection.execute(one_more).rowcount == 0:
            raise Refused("pin:tries", f"wrong {PIN_TRIES} times")
    if is_hash_of(sign_in.pin_hash, world.vault.peppered(pin, sign_in.key)):
        return True
    _act(world, sign_in_id, kind="pin:wrong", reason="tried on this device", apply=lambda *_: None)
    return False


def passphrase_is(world: World, person_id: int, passphrase: str) -> bool:
    """Say whether *passphrase* is this person's.

    Raises:
        RecordsUnavailable: the database does not answer.
    """
    with reading(world.database) as connection:
        kept: str | None = connection.execute(
            select(Person.passphrase_hash).where(Person.id == person_id)
        ).scalar_one_or_none()
    return bool(kept) and is_hash_of(kept or "", passphrase)


def _act(
    world: World,
    sign_in_id: int,
    *,
    kind: str,
    reason: str,
    apply: Callable[[Connection, datetime], None],
    more: Mapping[str, str] | None = None,
) -> None:
    """Change a device that is still signed in, by its own person, with one entry."""
    with reading(world.database) as connection:
        person_id = living_sign_in(world, connection, sign_in_id, world.clock.now()).person_id

    def change(connection: Connection, now: datetime) -> None:
        living_sign_in(world, connection, sign_in_id, world.clock.now())
        apply(connection, now)

    widen(
        world,
        school_id=None,
        actor=Actor(person_id, "web", sign_in_id),
        reason=reason,
        kind=kind,
        subject={"sign_in": sign_in_id, "person": person_id, **(more or {})},
        apply=change,
        decides=False,
    )
