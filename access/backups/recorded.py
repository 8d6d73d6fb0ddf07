"""That a backup was made, in the log of the installation; and from when on the journal is still wanted."""

import json
from datetime import datetime

from sqlalchemy import Connection, select

from access.backups.making import JOURNAL_KEPT
from access.backups.manifest import Manifest
from access.database import now_utc_text, reading, writing
from access.ending import Actor
from access.journal_file import Position
from access.log import entry
from access.log.store import LogEntry
from access.world import World

KIND = "backup:made"


def record_backup(world: World, manifest: Manifest, *, actor: Actor, recipient: str) -> None:
    """Write down that a backup was made: of what, and for whose key; not where it lies.

    Args:
        recipient: the fingerprint of the public half.

    Raises:
        RecordsUnavailable, LogUnavailable: it was not written; the backup is there.
    """
    with writing(world.database) as connection:
        entry.append(
            connection,
            log=entry.INSTALLATION,
            kind=KIND,
            at=world.clock.now(),
            body={
                "actor": actor.as_json(),
                "reason": "",
                "revision": None,
                "subject": {},
                "made_at": now_utc_text(manifest.made_at),
                "bytes": manifest.length,
                "recipient": recipient,
                "journal": {"journal": manifest.journal.journal, "sequence": manifest.journal.sequence},
                "logs": [
                    {"origin": said.origin, "size": said.size, "root": said.root}
                    for said in manifest.logs.values()
                ],
            },
        )


def let_go_of_journal(world: World) -> None:
    """Drop lines of the journal that every backup of the last weeks has."""
    with reading(world.database) as connection:
        position = _position_before(connection, world.clock.now() - JOURNAL_KEPT)
    if position is not None and position.journal == world.stops.journal.position().journal:
        world.stops.journal.let_go(position.sequence)


def _position_before(connection: Connection, before: datetime) -> Position | None:
    """Return up to where the journal was done at the last backup before an instant."""
    body = connection.execute(
        select(LogEntry.body)
        .where(LogEntry.log == entry.INSTALLATION, LogEntry.kind == KIND, LogEntry.at <= before)
        .order_by(LogEntry.number.desc())
        .limit(1)
    ).scalar()
    try:
        return None if body is None else Position(**json.loads(body)["journal"])
    except (ValueError, KeyError, TypeError):
        return None
