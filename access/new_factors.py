"""Adding an authenticator app and printing recovery codes; passkeys are added in :mod:`access.passkeys`."""

import secrets
from datetime import datetime

from sqlalchemy import Connection, delete, insert, update

from access import one_time_codes as codes
from access.database import reading
from access.devices import prove
from access.errors import Refused
from access.factor_records import RecoveryCode, Totp
from access.factors_held import app_of, factors_of
from access.inserting import insert_one
from access.keys import new_key
from access.people import Person
from access.second_factors import act, app_is_there, check_tries, person_who_may_change, refuse_code
from access.world import World


def begin_app(world: World, sign_in_id: int) -> None:
    """Make a seed for an authenticator app; it counts once a code of it was given.

    Raises:
        Refused: as :func:`person_who_may_change`.
    """
    with reading(world.database) as connection:
        person_id = person_who_may_change(world, connection, sign_in_id, world.clock.now())

    def apply(connection: Connection, now: datetime) -> None:
        person_who_may_change(world, connection, sign_in_id, now)
        connection.execute(delete(Totp).where(Totp.person_id == person_id, Totp.confirmed_at.is_(None)))
        key = new_key()
        seed = world.vault.seal(codes.new_seed(), key)
        insert_one(connection, Totp, key=key, person_id=person_id, sealed_seed=seed, recorded_at=now)

    act(world, sign_in_id, "factor:begun", {"person": person_id, "factor": "totp"}, apply)


def seed_to_confirm(world: World, sign_in_id: int) -> str | None:
    """Return the seed that waits to be confirmed, for the QR code; None where there is none.

    Raises:
        Refused: as :func:`person_who_may_change`.
    """
    with reading(world.database) as connection:
        person_id = person_who_may_change(world, connection, sign_in_id, world.clock.now())
        row = app_of(connection, person_id, confirmed=False)
    return None if row is None else world.vault.open(row.sealed_seed, row.key)


def confirm_app(world: World, sign_in_id: int, typed: str) -> str:
    """Let the app count from now on, as its code was given; an earlier app counts no more.

    Returns:
        the new token for the sign-in's cookie: the code is the second factor too.

    Raises:
        Refused: ``code:wrong``, ``code:wait``, ``factor:none`` where no seed waits, and as
            :func:`person_who_may_change`.
    """
    with reading(world.database) as connection:
        now = world.clock.now()
        person_id = person_who_may_change(world, connection, sign_in_id, now)
        check_tries(connection, person_id, now)
        row = app_of(connection, person_id, confirmed=False)
    if row is None:
        raise Refused("factor:none")
    step = codes.accepted_step(
        world.vault.open(row.sealed_seed, row.key), codes.plain(typed), now=now, last_step=row.last_step
    )
    if step is None:
        refuse_code(world, sign_in_id, person_id)
        raise Refused("code:wrong")

    def apply(connection: Connection, now: datetime) -> None:
        person_who_may_change(world, connection, sign_in_id, now)
        earlier = (Totp.person_id == person_id, Totp.confirmed_at.isnot(None))
        connection.execute(delete(Totp).where(*earlier))
        waits = (Totp.id == row.id, Totp.key == row.key, Totp.confirmed_at.is_(None))
        change = update(Totp).where(*waits).values(confirmed_at=now, last_step=step)
        if not connection.execute(change).rowcount:
            raise Refused("factor:none")
        has_factors_again(connection, person_id)

    act(world, sign_in_id, "factor:added", {"person": person_id, "factor": "totp"}, apply)
    return prove(world, sign_in_id, by="totp", second="totp", still=app_is_there(row))


def make_recovery_codes(world: World, sign_in_id: int) -> list[str]:
    """Return a new sheet of codes, which nobody can read again; an earlier sheet is void.

    Raises:
        Refused: ``factor:none`` where there is nothing to recover, and as
            :func:`person_who_may_change`.
    """
    with reading(world.database) as connection:
        person_id = person_who_may_change(world, connection, sign_in_id, world.clock.now())
    made, salt = codes.new_recovery_codes(), secrets.token_bytes(codes.SALT_BYTES)
    hashes = [codes.slowly_hashed(code, salt) for code in made]

    def apply(connection: Connection, now: datetime) -> None:
        person_who_may_change(world, connection, sign_in_id, now)
        if not factors_of(connection, person_id).count:
            raise Refused("factor:none")
        connection.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
        same = {"person_id": person_id, "salt": salt, "recorded_at": now}
        connection.execute(insert(RecoveryCode), [{**same, "code_hash": one} for one in hashes])

    act(world, sign_in_id, "recovery_codes:made", {"person": person_id}, apply)
    return made


def has_factors_again(connection: Connection, person_id: int) -> None:
    """Write that somebody whose factors were taken away has one of their own again."""
    connection.execute(update(Person).where(Person.id == person_id).values(factors_reset_by=None))
