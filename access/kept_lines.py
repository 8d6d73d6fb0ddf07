"""What is kept for a backup that is put back, beside endings: acts that take away as they give."""

import logging
from typing import Any

from access.world import World

logger = logging.getLogger(__name__)

#: Somebody chose or was given another passphrase; the older one is perhaps known to others.
CHOSEN_ANEW = "passphrase"
#: What entries of a log say was erased.
ERASED = "erasure"


def keep_line(world: World, kind: str, **ids: Any) -> None:
    """Keep a line of *kind* in the journal before its act is done; one that never was closes more later.

    Waits for nothing else, and refuses nothing: a journal that takes no line says so in its next, as a gap.
    """
    try:
        world.stops.journal.done(world.stops.journal.append({"kind": kind, **ids}))
    except OSError as fault:
        logger.warning("journal: a line was not kept: %s", type(fault).__name__)
