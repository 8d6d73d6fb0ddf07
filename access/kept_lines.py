"""What is kept for a backup that is put back, beside endings: acts that take away as they give."""

import logging
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from access.journal import Pending
from access.world import World

logger = logging.getLogger(__name__)

#: Somebody chose or was given another passphrase; the older one is perhaps known to others.
CHOSEN_ANEW = "passphrase"
#: What entries of a log say was erased.
ERASED = "erasure"
#: Something was taken away that no ending says. Nothing does it anew, so it is a gap, and two people look.
NARROWED = "narrowed"
#: Entries of acts that may take away as they give, or for a later day.
NARROWING = frozenset(
    {
        *("child:moved", "room:lent", "room:swapped", "class_group:merged", "room_change:ended"),
        *("hours:set", "coverage:policy_set", "consent_text:published"),
        *("school:term_set", "school:country_set", "hold:placed", "retention:approved"),
    }
)


@contextmanager
def kept_line(world: World, kind: str, **ids: Any) -> Iterator[None]:
    """Keep a line of *kind* in the journal while its act is done, and as done behind it.

    A backup that is made meanwhile has not the act, so it must have the line before it. One whose act
    never was closes more later. Waits for nothing else, and refuses nothing: a journal that takes no
    line says so in its next, as a gap.
    """
    sequence = _appended(world, {"kind": kind, **ids})
    try:
        yield
    finally:
        if sequence is not None:
            try:
                world.stops.journal.done(sequence)
            except OSError as fault:
                logger.warning("journal: a line waits on: %s", type(fault).__name__)


def narrowing(world: World, kind: str) -> AbstractContextManager[None]:
    """Keep a line while an act is done whose entry is of a kind that may take something away."""
    return kept_line(world, NARROWED) if kind in NARROWING else nullcontext()


def waiting_endings(world: World) -> list[Pending]:
    """Return the lines that wait to be recorded: those of a kind wait for nobody.

    Raises:
        OSError: the journal does not answer.
    """
    return [pending for pending in world.stops.journal.pending() if "kind" not in pending.line]


def _appended(world: World, line: dict[str, Any]) -> int | None:
    try:
        return world.stops.journal.append(line)
    except OSError as fault:
        logger.warning("journal: a line was not kept: %s", type(fault).__name__)
        return None
