"""How every act is done: what widens waits for its entry, what ends never waits.

A widening is one transaction: record, revision, entry; all or nothing. An ending
first stops the right (marks in memory, then a line on the disk), and only then
tries the records; where they do not answer, it stays in the journal and
:func:`replay` records it later, once, with both times.
"""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, TypeVar

from sqlalchemy import Connection, insert, select, update

from access.checked import find_one
from access.database import now_utc_text, reading, writing
from access.ending import Actor, Ending, checked_reason
from access.ending_records import RecordedEnding
from access.endings import RECORDERS
from access.errors import LogUnavailable, RecordsUnavailable, Refused
from access.kept_lines import narrowing, waiting_endings
from access.log import entry as log_entry
from access.marks import CARRIED, LEFT_BEHIND
from access.recorded import Recorded
from access.revision import raise_revision, revision_of
from access.stops import Mark
from access.world import World

__all__ = ["Actor", "Ending", "checked_reason", "end", "record", "replay", "school_of", "widen"]

logger = logging.getLogger(__name__)

T = TypeVar("T")

#: Where no refusal of an act is written down.
NOTHING: Mapping[str, str] = MappingProxyType({})


def widen(
    world: World,
    *,
    school_id: int | None,
    actor: Actor,
    reason: str,
    kind: str,
    subject: dict[str, Any],
    apply: Callable[[Connection, datetime], T],
    clears: Sequence[Mark] = (),
    tells: Mapping[str, str] = NOTHING,
    decides: bool = True,
) -> T:
    """Do an act that opens, adds or changes something; all of it or nothing.

    Endings that wait in the journal are recorded first, so that what was ended
    before is not opened over.

    Args:
        school_id: in whose log it is written; None for the installation.
        reason: why, in the words of who acts.
        kind: stable ``subject:what`` of its entry.
        subject: ids of the records concerned; *apply* may add those it makes.
        apply: writes the records, in the write transaction, at the given instant.
        clears: marks that this act opens again, once it is committed.
        tells: reason for which *apply* may refuse → the kind of the entry that says somebody
            tried; it is written in the same transaction, and the records stay as they were.
        decides: whether what anybody may see can change by it. It raises the revision, by which
            every right in use is decided afresh; a sign-in does not, or a morning of them
            would have everybody's read again with each.

    Raises:
        Refused: *apply* or the reason's rule refused it, or what it opens was ended
            while it waited for its turn.
        RecordsUnavailable: the database did not answer; nothing happened.
        LogUnavailable: the entry, or an ending before it, could not be recorded;
            nothing happened.
    """
    reason = checked_reason(reason)
    began = world.stops.count()
    record_what_waits(world)
    with narrowing(world, kind), writing(world.database) as connection:
        if world.stops.set_since(clears, began):
            raise Refused("act:overtaken", "it was ended again meanwhile")
        now = world.clock.now()
        done = _applied(connection, now, apply, tells)
        if isinstance(done, Refused):
            kind, reason = tells[done.reason], done.reason
        if decides:
            raise_revision(connection, school_id)
        _append(connection, Recorded(school_id, subject), kind=kind, at=now, actor=actor, reason=reason)
    if isinstance(done, Refused):
        raise done
    if clears:
        world.stops.clear(clears, before=began)
    return done


def end(world: World, ending: Ending, *, untaken: Iterable[Mark] = ()) -> bool:
    """End a right: at once for whoever watches, and in the records if they answer.

    Where nothing took it, *untaken* is set beside marks that the record of another lets go.

    Returns:
        True when recorded; False when it is in force and waits in the journal.

    Raises:
        Refused: there is no such record; nothing was ended.
        RecordsUnavailable: neither journal nor database took it. It is in force
            until the machine restarts.
    """
    world.stops.set(ending.marks)
    sequence = _into_journal(world, ending)
    try:
        whole = record(world, ending)
    except RecordsUnavailable:
        if sequence is None:
            world.stops.set(untaken if ending.marks else ())
            raise
        return False
    except Refused:
        _done(world, sequence)
        world.stops.clear(ending.marks)
        raise
    if whole:
        _done(world, sequence)
        _let_go(world, ending.marks)
    return whole


def replay(world: World) -> int:
    """Record the endings that wait in the journal, in their order.

    Called before serving begins, and every few seconds.

    Returns:
        how many were recorded; the rest waits on.
    """
    recorded = 0
    for pending in waiting_endings(world):
        try:
            ending = Ending.from_line(pending.line)
            if not record(world, ending):
                break
            recorded += 1
        except RecordsUnavailable:
            break
        except (KeyError, TypeError, ValueError) as fault:
            # Of another version: it stays in force, and nothing widens over it. Its line may carry names.
            logger.error("journal: an ending cannot be read: %s", type(fault).__name__)  # noqa: TRY400
            break
        except Refused as refusal:
            logger.warning("journal: an ending of nothing was dropped: %s", refusal.reason)
            _done(world, pending.sequence)
            world.stops.clear(ending.marks)  # not before: what waits keeps its marks
        else:
            _done(world, pending.sequence)
            _let_go(world, ending.marks)
    _let_go(world, [mark for mark in world.stops.in_force() if mark.scope in LEFT_BEHIND])
    return recorded


def school_of(world: World, model: Any, record_id: int) -> int:
    """Return the school of a record, which never changes.

    An act is told the id of a record that was found within the school where it is done, and
    does everything else within the school that this answers.

    Raises:
        Refused: there is no such record.
        RecordsUnavailable: the database does not answer.
    """
    with reading(world.database) as connection:
        school_id: int = find_one(connection, model, record_id).school_id
    return school_id


def record_what_waits(world: World) -> None:
    """Record the endings that wait, for an act that must not overtake them.

    Raises:
        LogUnavailable: one of them waits on.
    """
    try:
        if waiting_endings(world):
            replay(world)
        if waiting_endings(world):
            raise LogUnavailable("an ending waits to be recorded")
    except OSError as fault:
        raise LogUnavailable(type(fault).__name__) from fault


def _applied(
    connection: Connection,
    now: datetime,
    apply: Callable[[Connection, datetime], T],
    tells: Mapping[str, str],
) -> T | Refused:
    """Return what *apply* did, or a refusal that is to be written down; then it did nothing."""
    if not tells:
        return apply(connection, now)
    try:
        with connection.begin_nested():
            return apply(connection, now)
    except Refused as refusal:
        if refusal.reason not in tells:
            raise
        return refusal


def _into_journal(world: World, ending: Ending) -> int | None:
    try:
        sequence = world.stops.journal.append(ending.as_line())
        world.stops.hold()  # somebody may have cleared our marks while the line was not there yet
    except OSError as fault:
        # Its type only: a path in the message is nobody else's business.
        logger.error("journal: an ending could not be kept: %s", type(fault).__name__)  # noqa: TRY400
        return None
    return sequence


def _done(world: World, sequence: int | None) -> None:
    try:
        if sequence is not None:
            world.stops.journal.done(sequence)
    except OSError as fault:  # it will be found recorded, and reported again
        logger.warning("journal: %s", type(fault).__name__)


def _let_go(world: World, marks: Iterable[Mark]) -> None:
    """Clear those of *marks* that a record carries; what waits to be recorded keeps its own."""
    carried = [mark for mark in marks if mark.scope in CARRIED]
    try:
        if carried:
            world.stops.clear(carried)
    except OSError as fault:  # nobody can say what waits; they go with the next replay
        logger.warning("journal: %s", type(fault).__name__)


def record(world: World, ending: Ending) -> bool:
    """Record *ending* once; say whether its entry is written too. Sets no mark, and clears none."""
    with writing(world.database) as connection:
        now = world.clock.now()
        before = connection.execute(
            select(RecordedEnding.entry_number).where(RecordedEnding.key == ending.key)
        ).one_or_none()
        if before is not None and before.entry_number is not None:
            return True
        recorded = RECORDERS[ending.name](connection, {**ending.target, "reason": ending.reason}, ending.at)
        if before is None:
            connection.execute(insert(RecordedEnding).values(key=ending.key, recorded_at=now))
            raise_revision(connection, recorded.school_id)
        number = _append_if_possible(connection, ending, recorded, now)
        connection.execute(
            update(RecordedEnding).where(RecordedEnding.key == ending.key).values(entry_number=number)
        )
        return number is not None


def _append_if_possible(
    connection: Connection, ending: Ending, recorded: Recorded, now: datetime
) -> int | None:
    """Append the ending's entry; a log that refuses does not keep a right from ending."""
    try:
        with connection.begin_nested():
            return _append(
                connection,
                recorded,
                kind=ending.name,
                at=ending.at,
                actor=ending.actor,
                reason=ending.reason,
                recorded_at=now_utc_text(now),
            )
    except LogUnavailable:
        return None


def _append(
    connection: Connection,
    recorded: Recorded,
    *,
    kind: str,
    at: datetime,
    actor: Actor,
    reason: str,
    **more: str,
) -> int:
    school_id = recorded.school_id
    body = {
        "actor": actor.as_json(),
        "reason": reason,
        "revision": None if school_id is None else revision_of(connection, school_id),
        "subject": recorded.subject,
        **more,
    }
    log = log_entry.INSTALLATION if school_id is None else school_id
    return log_entry.append(connection, log=log, kind=kind, at=at, body=body)
