"""Do anew what was done since a backup: the journal's lines, in their order, on the older records.

A line is an ending (:class:`access.ending.Ending`), or names its ``kind`` and is of :data:`OF_KINDS`. Each
can be done twice. One that cannot be done as it was closes more instead; where even that is not
sure, the whole is not, and two people look before anything opens.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select, update

from access.acts import record
from access.backups.closing_more import close_more
from access.database import writing
from access.ending import Ending
from access.endings import forget_factors
from access.errors import LogUnavailable, RecordsUnavailable, Refused
from access.kept_lines import CHOSEN_ANEW, ERASED
from access.log.erasing import erase_again
from access.log.store import LogEra
from access.people import Person
from access.revision import raise_revision
from access.world import World

Line = Mapping[str, Any]


def _forget_passphrase(connection: Connection, line: Line, now: datetime) -> None:
    """Let the older passphrase and older factors open nothing: its owner has chosen another since.

    With a letter the factors of then were taken away too; whose they are now nobody knows.
    """
    forget_factors(connection, line["person"], now)
    this = update(Person).where(Person.id == line["person"])
    connection.execute(this.values(passphrase_hash="", passkey_only=False))


def _erase_again(connection: Connection, line: Line, now: datetime) -> None:
    """Erase what was erased since, of the entries that the backup has; who decided it then is quoted."""
    log = int(line["log"])
    # The era began where the backup ended: what stands behind is of the restore.
    ends = connection.execute(select(func.max(LogEra.begins_at)).where(LogEra.log == log)).scalar() or 0
    one, other = line["approved_by"]
    erase_again(
        connection,
        log=log,
        numbers=[number for first, last in line["spans"] for number in range(first, min(last + 1, ends))],
        below=ends,
        at=now,
        quoted={"entry": line["entry"]},
        approved_by=(one, other),
    )


#: What else is done anew, by the ``kind`` that a line names.
OF_KINDS: Mapping[str, Callable[[Connection, Line, datetime], None]] = {
    CHOSEN_ANEW: _forget_passphrase,
    ERASED: _erase_again,
}


@dataclass(frozen=True, slots=True)
class Replayed:
    """What became of the lines."""

    #: Done as they were, or done already.
    exactly: int
    #: Of these another state closed more.
    closed_more: int
    #: Of these nobody can say what they closed.
    unsure: int


def replay_lines(world: World, lines: Iterable[Line]) -> Replayed:
    """Do *lines* anew on the records of *world*, each in a transaction of its own.

    Raises:
        RecordsUnavailable, LogUnavailable: not all of them were done.
    """
    counts = {"exactly": 0, "closed_more": 0, "unsure": 0}
    for line in lines:
        counts[_replay(world, line)] += 1
    return Replayed(**counts)


def _replay(world: World, line: Line) -> str:
    if "kind" in line:
        return _of_kind(world, line)
    try:
        ending = Ending.from_line(line)
    except (KeyError, TypeError, ValueError):
        return "unsure"
    try:
        was_done = record(world, ending)
    except Refused as refusal:
        # What the backup has not at all, nobody has a right to by it.
        return _close_more(world, ending, otherwise=_of_nothing(refusal))
    except (LogUnavailable, RecordsUnavailable, KeyError, TypeError, ValueError):
        # As of somebody whom the backup does not know. A database that takes nothing refuses the next too.
        was_done = False
    return "exactly" if was_done else _close_more(world, ending, otherwise="unsure")


def _of_nothing(refusal: Refused) -> str:
    return "closed_more" if refusal.reason.endswith(":unknown") else "unsure"


def _of_kind(world: World, line: Line) -> str:
    try:
        replay = OF_KINDS[line["kind"]]
        with writing(world.database) as connection:
            replay(connection, line, world.clock.now())
    except (Refused, KeyError, TypeError, ValueError):
        return "unsure"
    return "exactly"


def _close_more(world: World, ending: Ending, *, otherwise: str) -> str:
    try:
        with writing(world.database) as connection:
            for mark in ending.marks:
                close_more(connection, mark, ending.at)
            raise_revision(connection, None)
    except KeyError:
        return "unsure"
    return "closed_more" if ending.marks else otherwise
