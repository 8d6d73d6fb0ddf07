"""Acts of which nobody does both halves: how they are done, and who may be the second."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection

from access.acts import Actor, widen
from access.acts_identity import letter_hands
from access.checked import find_one
from access.people import Person
from access.two_people import may_agree_to_look
from access.world import World

T = TypeVar("T")


def act_by_two(
    world: World,
    actor: Actor,
    reason: str,
    *,
    school_id: int,
    kind: str,
    subject: dict[str, Any],
    apply: Callable[[Connection, datetime], T],
    alone: str,
    tried: str,
) -> T:
    """Do one half of an act on which nobody's right to see a picture depends.

    Args:
        alone: the reason for which *apply* refuses whoever would be both.
        tried: the kind of the entry that says that somebody tried.

    Raises:
        Refused, RecordsUnavailable, LogUnavailable: as :func:`access.acts.widen`.
    """
    return widen(
        world,
        school_id=school_id,
        actor=actor,
        reason=reason,
        kind=kind,
        subject=subject,
        apply=apply,
        tells={alone: tried},
        decides=False,
    )


def is_another(connection: Connection, person_id: int, *, first: int, now: datetime) -> bool:
    """Say whether *person_id* is somebody else than *first*, whose account that one has not in hand."""
    second = find_one(connection, Person, person_id)
    return may_agree_to_look(
        person_id,
        asked_by=first,
        account_by=second.created_by,
        has_passphrase=bool(second.passphrase_hash),
        passphrase_by=second.passphrase_given_by,
        letters=frozenset(letter_hands(connection, person_id, now)),
    )
