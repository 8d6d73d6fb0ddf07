"""Putting an opened backup in the database's place; a kill at any point is made good by doing it again.

Until the last step lies ``restore.unfinished``, with which nothing starts. It names what was made, so
the same command sees whether that stands in the place already, and goes on from there.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy import Engine, inspect, select

from access import schema
from access.backups.making import sha256_of
from access.backups.manifest import Manifest
from access.backups.placing import put_in_place
from access.backups.plain import holds_rows, into_postgresql
from access.backups.restoring import Known, make_restored
from access.copies import onto_the_disk
from access.database import connect, reading
from access.errors import RecordsUnavailable, Refused
from access.log.store import LogEra
from access.seen import Seen
from app.cli.desk import Desk
from app.first_start import read_log_key

SET_ASIDE = "set-aside"


@dataclass(frozen=True, slots=True)
class PutBack:
    """What the command says of a backup that is put back."""

    #: When the backup was made, UTC, ISO 8601.
    made_at: str
    #: Everything that was ended since is known.
    complete: bool
    #: Endings done anew; closed more than they were; unclear ones.
    exactly: int
    closed_more: int
    unsure: int
    #: Entries that are lost, by the log.
    lost: dict[str, int]


@dataclass(frozen=True, slots=True)
class _Unfinished:
    """What ``restore.unfinished`` says."""

    #: Of the backup's file, SHA-256, hexadecimal.
    backup: str
    #: The eras of what was made, of which the last has a name that nobody else gave.
    origins: list[str]
    #: The last line of the journal when it was made.
    newest: int
    told: PutBack


def put_back(desk: Desk, backup: Path, plain: Path, open_it: Callable[[], Manifest]) -> PutBack:
    """Put a backup back whole, or finish what was broken off of it; the database is set aside.

    Args:
        desk: alone at work.
        backup: its file.
        plain: the file into which *open_it* writes the backup's database.
        open_it: opens the backup.

    Raises:
        Refused: ``restore:not_empty``, ``restore:overtaken``, ``schema:newer``.
        RecordsUnavailable, LogUnavailable, OSError: what lay there still does, or it is done again.
    """
    unfinished, digest = _begun(desk), sha256_of(backup)
    if unfinished is None or unfinished.backup != digest or not _stands(desk, unfinished):
        _require_place(desk)
        unfinished = _made(desk, plain, open_it(), digest)
        _note(desk.settings.unfinished_restore_path, unfinished)
        desk.world.database.dispose()
        if desk.settings.database_path is not None:
            aside = desk.settings.data_directory / SET_ASIDE / f"{desk.world.clock.now():%Y%m%dT%H%M%SZ}"
            put_in_place(plain, desk.settings.database_path, aside)
        else:
            into_postgresql(plain, desk.world.database)
    finish(desk, unfinished.newest)
    return unfinished.told


def finish(desk: Desk, newest: int) -> None:
    """Say of what stands in the place that it is the newest."""
    settings, journal = desk.settings, desk.world.stops.journal
    if journal.newest() != newest:
        settings.unfinished_restore_path.write_bytes(b"")  # what stands there is not it
        again = "do the same once more (with PostgreSQL: into another empty database)"
        raise Refused("restore:overtaken", f"something was ended meanwhile: {again}")
    with reading(desk.world.database) as connection:
        Seen(settings.seen_path).begin_anew(connection)
    for pending in journal.pending():
        journal.done(pending.sequence)
    settings.marks_path.unlink(missing_ok=True)  # of records that are not there any more
    settings.unfinished_restore_path.unlink()
    onto_the_disk(settings.data_directory)


def _made(desk: Desk, plain: Path, manifest: Manifest, digest: str) -> _Unfinished:
    if not schema.is_known(manifest.revision):
        raise Refused("schema:newer", "a newer version made it: use that one")
    journal = desk.world.stops.journal
    newest = journal.newest()  # first: what comes between is done anew, and the command once more
    since = journal.since(manifest.journal)
    try:
        heads = Seen(desk.settings.seen_path).heads()
    except (OSError, ValueError):
        heads = {}
    made = make_restored(plain, manifest, Known(since, heads), desk.world, read_log_key(desk.settings))
    engine = connect(f"sqlite:///{plain}")
    try:
        origins = _origins(engine)
    finally:
        engine.dispose()
    told = PutBack(
        made.made_at.isoformat(),
        made.is_whole,
        made.replayed.exactly,
        made.replayed.closed_more,
        made.replayed.unsure,
        {str(log): number for log, number in made.lost.items()},
    )
    return _Unfinished(digest, origins, newest, told)


def _note(path: Path, unfinished: _Unfinished) -> None:
    """Write what is to be put in place, on the disk before anything is."""
    path.touch(mode=0o600)
    path.write_text(json.dumps(asdict(unfinished)))
    onto_the_disk(path)
    onto_the_disk(path.parent)


def _begun(desk: Desk) -> _Unfinished | None:
    """Return what a restore that was broken off had made; None where that is not known."""
    try:
        said = json.loads(desk.settings.unfinished_restore_path.read_bytes())
        return _Unfinished(said["backup"], said["origins"], said["newest"], PutBack(**said["told"]))
    except (OSError, ValueError, LookupError, TypeError):
        return None


def _stands(desk: Desk, unfinished: _Unfinished) -> bool:
    """Say whether what was made stands in the database's place."""
    path = desk.settings.database_path
    if path is not None and not path.exists():
        return False
    try:
        return _origins(desk.world.database) == unfinished.origins
    except RecordsUnavailable:
        return False


def _origins(engine: Engine) -> list[str]:
    with reading(engine) as connection:
        return list(connection.execute(select(LogEra.origin).order_by(LogEra.origin)).scalars())


def _require_place(desk: Desk) -> None:
    """Refuse to write over what is in a PostgreSQL database; in SQLite it is set aside."""
    if desk.settings.database_path is not None:
        return
    engine = desk.world.database
    with reading(engine) as connection:
        is_bare = not inspect(connection).get_table_names()
    if is_bare:
        schema.upgrade(engine)
    with reading(engine) as connection:
        if holds_rows(connection):
            raise Refused(
                "restore:not_empty",
                "make an empty database beside the old one, and name it in PORTAL_DATABASE_URL; a restore of "
                "another backup may have been broken off there",
            )
