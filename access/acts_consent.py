"""Acts by which guardians, and staff for themselves, agree to be shown, refuse, and take it back.

A refusal is one tap like an agreement, and an ending: whoever watches is stopped first. Agreeing
widens, is a fresh act each time, and is to the very version that was read.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from access.acts import Actor, Ending, end, widen
from access.consent_records import LEVELS
from access.consenting import (
    OWN,
    Whose,
    check_stands,
    class_groups,
    find_text,
    standing,
    write_answer,
)
from access.database import reading
from access.errors import RecordsUnavailable, Refused
from access.keys import new_key
from access.stops import Mark, Scope
from access.world import World

#: Why, where somebody answers for themselves.
OWN_ANSWER = "own answer"


def agree(
    world: World, *, actor: Actor, whose: Whose, level: str = LEVELS[0], version: int | None = None
) -> int:
    """Agree to be shown at *level*, or to a child's being shown; return the record.

    Args:
        version: of the text that was read; None: the one in force.

    Raises:
        Refused: ``consent:not_yours``; ``consent:level``; ``consent:text``: it is not, or no longer,
            what the school asks; ``guardianship:over``; ``guardianship:not_verified``: nobody has
            checked yet that they are the guardian.
    """
    if level not in LEVELS:
        raise Refused("consent:level", f"one of {', '.join(LEVELS)}")
    if actor.person_id != whose.person_id:
        raise Refused("consent:not_yours")
    _lower_first(world, actor, whose, level)
    subject: dict[str, Any] = {**whose.ids, "level": level, "how": OWN}

    def apply(connection: Connection, now: datetime) -> int:
        _check_tie(connection, whose, now)
        text = find_text(connection, whose, version, now)
        answer = write_answer(connection, whose, text, level, now, how=OWN, counts_from=now)
        subject.update(consent=answer, version=text.version)
        return answer

    return widen(
        world,
        school_id=whose.school_id,
        actor=actor,
        reason=OWN_ANSWER,
        kind="consent:given",
        subject=subject,
        apply=apply,
    )


def refuse(world: World, *, actor: Actor, whose: Whose, reason: str = OWN_ANSWER, how: str = OWN) -> bool:
    """Refuse, or take back what was agreed to, at once; say whether it is recorded already.

    Args:
        how: ``paper``, where the office enters what somebody signed; that needs no second look.

    Raises:
        Refused: ``consent:not_yours``; ``guardianship:over``.
        RecordsUnavailable: neither journal nor database took it. The whole school is stopped
            until two people open it, or the machine restarts.
    """
    if how == OWN and actor.person_id != whose.person_id:
        raise Refused("consent:not_yours")
    with reading(world.database) as connection:
        check_stands(connection, whose, world.clock.now())
        text = find_text(connection, whose, None, world.clock.now())
        groups = class_groups(connection, whose, world.clock.now())
        stands = standing(connection, whose)
    target = {
        "key": new_key(),
        "consent_text": text.id,
        "person": whose.person_id,
        "guardianship": whose.guardianship_id,
        "how": how,
        "by": None if how == OWN else actor.person_id,
    }
    marks = tuple(Mark(Scope.COVERAGE, group) for group in groups)
    name = "consent:withdrawn" if stands else "consent:refused"
    ending = Ending.now(world, name, actor=actor, reason=reason, target=target, marks=marks)
    try:
        return end(world, ending)
    except RecordsUnavailable:
        # Nothing carries this refusal: what recording another one clears must not let it pass.
        world.stops.set([Mark(Scope.SCHOOL, whose.school_id)])
        raise


def _lower_first(world: World, actor: Actor, whose: Whose, level: str) -> None:
    """Take back what shows more than *level*, before that is agreed to."""
    with reading(world.database) as connection:
        stands = standing(connection, whose)
    if any(LEVELS.index(one) < LEVELS.index(level) for one in stands):
        refuse(world, actor=actor, whose=whose)


def _check_tie(connection: Connection, whose: Whose, now: datetime) -> None:
    tie = check_stands(connection, whose, now)
    if tie is None:
        return
    verified = tie.verified_at is not None and tie.verified_until is not None
    if not verified or not tie.verified_at <= now < tie.verified_until:
        raise Refused("guardianship:not_verified")
