"""What still holds of people and their sign-ins, also while everything is stopped.

What stops every picture keeps nobody out: people sign in, prove who they are and act, or
no staff could open again. They are kept out by marks on them and on what is theirs.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from access.errors import Refused
from access.people import SignIn
from access.stops import EVERYTHING, Mark, Scope, StopMarks
from access.world import World


def stopped_itself(stops: StopMarks, marks: Iterable[Mark]) -> frozenset[Mark]:
    """Return which of *marks* are set themselves, whether or not everything is stopped.

    A table that is full or damaged may lack a mark. Then the journal has its ending, or the
    records do.
    """
    wanted = frozenset(marks)
    stopped = stops.stopped(wanted)
    if EVERYTHING in stopped:
        stopped = stops.in_force() | stops.waiting()
    return wanted & stopped


def marks_on(sign_in_id: int, person_id: int) -> tuple[Mark, ...]:
    """Return the marks either of which ends a sign-in, whatever the records say."""
    return Mark(Scope.SIGN_IN, sign_in_id), Mark(Scope.PERSON, person_id)


def living_sign_in(world: World, connection: Connection, sign_in_id: int, now: datetime) -> Any:
    """Return a sign-in that holds: whose it is, its PIN, and when what was proven on it.

    Raises:
        Refused: ``sign_in:ended``.
    """
    columns = (
        *(SignIn.id, SignIn.key, SignIn.person_id, SignIn.proven_at, SignIn.second_at),
        *(SignIn.pin_hash, SignIn.pin_wrong, SignIn.ended_at, SignIn.expires_at),
    )
    row = connection.execute(select(*columns).where(SignIn.id == sign_in_id)).one_or_none()
    if (
        row is None
        or row.ended_at is not None
        or row.expires_at <= now
        or stopped_itself(world.stops, marks_on(row.id, row.person_id))
    ):
        raise Refused("sign_in:ended")
    return row


def living_sign_ins(connection: Connection, person_id: int, now: datetime) -> list[int]:
    """Return the ids of a person's sign-ins that hold at *now*."""
    living = (SignIn.person_id == person_id, SignIn.ended_at.is_(None), SignIn.expires_at > now)
    return list(connection.execute(select(SignIn.id).where(*living).order_by(SignIn.id)).scalars())
