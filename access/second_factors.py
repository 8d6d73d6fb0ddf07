"""Giving a second factor's code, and who may change which factors there are.

A code works once. Wrong ones are counted by person, so that a new sign-in brings no new
tries; whoever runs out waits, and is never locked out for good: a passkey still works,
and the desk helps. Passkeys have a module of their own, :mod:`access.passkeys`.
"""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, func, insert, or_, select, update

from access import one_time_codes as codes
from access.acts import Actor, widen
from access.database import reading
from access.devices import prove
from access.errors import Refused
from access.factor_records import RecoveryCode, Totp, WrongCode
from access.factors_held import app_of, factors_of, is_staff
from access.living import living_sign_in
from access.sign_ins import STAFF_SIGN_IN_LASTS
from access.world import World

#: The passphrase or passkey given so lately is not asked for again.
FRESH = timedelta(minutes=5)
#: Wrong codes of one person: five in five minutes, and twenty in a day, which leaves
#: whoever has the passphrase one chance in 16,000 a day to guess one.
TRIES = ((5, timedelta(minutes=5)), (20, timedelta(days=1)))


def person_who_may_change(world: World, connection: Connection, sign_in_id: int, now: datetime) -> int:
    """Return whose factors may be changed on this sign-in.

    Who is on it must have proven it just now, and staff who have a second factor must
    have given it: else the passphrase alone would bring in a new one. Only the very
    first of a member of staff asks for nothing more than they signed in with.

    Raises:
        Refused: ``sign_in:ended``, ``sign_in:not_fresh`` or ``second:missing``.
    """
    row = living_sign_in(world, connection, sign_in_id, now)
    staff, has = is_staff(connection, row.person_id, now), factors_of(connection, row.person_id).count > 0
    if staff and not has:
        return int(row.person_id)
    if not timedelta(0) <= now - row.proven_at < FRESH:
        raise Refused("sign_in:not_fresh")
    if staff and not (
        row.second_at is not None and row.second_at <= now < row.second_at + STAFF_SIGN_IN_LASTS
    ):
        raise Refused("second:missing")
    return int(row.person_id)


def give_code(world: World, sign_in_id: int, typed: str) -> str:
    """Take a code of the app or of the sheet as the second factor of this sign-in; it is used up.

    Returns:
        the new token for the sign-in's cookie.

    Raises:
        Refused: ``code:wrong``, ``code:wait`` where too many were wrong lately, or the
            sign-in is over.
    """
    with reading(world.database) as connection:
        now = world.clock.now()
        person_id = int(living_sign_in(world, connection, sign_in_id, now).person_id)
        check_tries(connection, person_id, now)
        app = app_of(connection, person_id, confirmed=True)
        unused = select(RecoveryCode.id, RecoveryCode.salt, RecoveryCode.code_hash).where(
            RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None)
        )
        sheet = connection.execute(unused).all()
    plain = codes.plain(typed)
    if codes.is_of_app(plain):
        factor, spend = "totp", _spend_step(world, app, plain, now)
    else:
        factor, spend = "recovery_code", _spend_paper(sheet, plain)
    if spend is None:
        refuse_code(world, sign_in_id, person_id)
        raise Refused("code:wrong")

    def apply(connection: Connection, now: datetime) -> None:
        check_tries(connection, person_id, now)
        if not connection.execute(spend.values(used_at=now) if factor != "totp" else spend).rowcount:
            raise Refused("code:wrong", "used up meanwhile")

    act(world, sign_in_id, "factor:used", {"person": person_id, "factor": factor}, apply)
    still = app_is_there(app) if factor == "totp" else None
    return prove(world, sign_in_id, by=factor, second=factor, still=still)


def app_is_there(app: Any) -> Callable[[Connection], None]:
    """Return what refuses where the app was taken away meanwhile."""

    def check(connection: Connection) -> None:
        this = (Totp.id == app.id, Totp.key == app.key)
        if connection.execute(select(Totp.id).where(*this)).first() is None:
            raise Refused("code:wrong", "taken away meanwhile")

    return check


def refuse_code(world: World, sign_in_id: int, person_id: int) -> None:
    """Count a wrong code, and write that there was one.

    Raises:
        Refused: ``code:wait``, where as many were wrong by now.
    """

    def apply(connection: Connection, now: datetime) -> None:
        check_tries(connection, person_id, now)
        longest = max(over for _, over in TRIES)
        connection.execute(
            delete(WrongCode).where(WrongCode.person_id == person_id, WrongCode.at <= now - longest)
        )
        connection.execute(insert(WrongCode).values(person_id=person_id, at=now))

    act(world, sign_in_id, "factor:refused", {"person": person_id, "factor": "code"}, apply)


def check_tries(connection: Connection, person_id: int, now: datetime) -> None:
    """Let another try pass, unless too many were wrong lately; asked again where it is written."""
    for most, over in TRIES:
        lately = (WrongCode.person_id == person_id, WrongCode.at > now - over)
        wrong = connection.execute(select(func.count()).select_from(WrongCode).where(*lately)).scalar_one()
        if wrong >= most:
            raise Refused("code:wait")


def _spend_step(world: World, app: Any, typed: str, now: datetime) -> Any:
    """Return what uses up a code of the app, or None where it is wrong."""
    if app is None:
        return None
    seed = world.vault.open(app.sealed_seed, app.key)
    step = codes.accepted_step(seed, typed, now=now, last_step=app.last_step)
    if step is None:
        return None
    before = or_(Totp.last_step.is_(None), Totp.last_step < step)
    return update(Totp).where(Totp.id == app.id, Totp.key == app.key, before).values(last_step=step)


def _spend_paper(sheet: Any, typed: str) -> Any:
    """Return what uses up a code of the sheet, or None where it is none of them."""
    if not sheet or len(typed) != codes.CODE_LETTERS:
        return None
    tried = codes.slowly_hashed(typed, sheet[0].salt)
    found = [row.id for row in sheet if secrets.compare_digest(row.code_hash, tried)]
    return (
        update(RecoveryCode).where(
            RecoveryCode.id.in_(found),
            RecoveryCode.code_hash == tried,  # a number may be of a newer sheet by now
            RecoveryCode.used_at.is_(None),
        )
        if found
        else None
    )


def act(
    world: World,
    sign_in_id: int,
    kind: str,
    subject: dict[str, Any],
    apply: Callable[[Connection, datetime], None],
) -> None:
    """Do something to one's own factors, on one's own device."""
    actor = Actor(subject["person"], "web", sign_in_id)
    widen(
        world,
        school_id=None,
        actor=actor,
        reason="by its owner",
        kind=kind,
        subject={**subject, "sign_in": sign_in_id},
        apply=apply,
        decides=False,
    )
