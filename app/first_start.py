"""What the first start makes, and what no later start makes over: the key, the secret, the database.

A new key beside records that another one sealed would look well and open no camera, and
an empty database beside the traces of a full one would look like a new school. Both are
told instead, with what to do.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Engine

from access import schema
from access.database import connect, reading
from access.key_files import make_key_file
from access.log.health import broken_logs
from access.log.signing import LogKey, signed_newest
from access.sealed import holds_sealed, is_empty, opens
from access.seen import Seen
from access.world import World
from app.alone import be_alone
from app.config import Settings
from app.errors import SettingsError

PUT_BACK = (
    "this is not the database that the portal last had: an older copy was put back, and rights that "
    "were ended since would be open again. See docs/operations/back-up.md"
)
NOT_WHOLE = (
    "a log does not hang together, so nothing is served: ./portal log verify names the entry. "
    "See docs/operations/back-up.md"
)
UNFINISHED = "a backup was being put back, and not to the end: do the same ./portal restore once more"
KEPT_APART = "put back the copy that is kept apart (docs/operations/back-up.md)"


def make_what_is_missing(settings: Settings) -> list[str]:
    """Make key and database where there never was one; return what was made, in words.

    Raises:
        SettingsError: something is missing that was there once, or another portal runs.
        RecordsUnavailable: the database does not answer.
    """
    directory = settings.data_directory
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = be_alone(directory)
    except OSError as fault:
        raise SettingsError(f"{directory}: {fault.strerror}") from fault
    try:
        return _make(settings)
    finally:
        os.close(descriptor)


def require_no_other_key(settings: Settings) -> None:
    """Refuse to make a key where something is sealed already.

    Raises:
        SettingsError: it is; only the key that sealed it opens it.
    """
    with _database(settings) as engine:
        if engine is None:
            return
        with reading(engine) as connection:
            if not holds_sealed(connection):
                return
    raise SettingsError(f"camera addresses are sealed with another key already: {KEPT_APART}")


def require_its_key(settings: Settings, world: World) -> None:
    """Refuse a key that opens nothing of what is sealed.

    Raises:
        SettingsError: it is another one.
    """
    with reading(world.database) as connection:
        if not opens(connection, world.vault):
            raise SettingsError(
                f"the key at {settings.key_path} is not the one that sealed the cameras' addresses: "
                + KEPT_APART
            )


def require_newest(settings: Settings, world: World) -> None:
    """Refuse a database that was put back: what was ended since would be open again.

    Raises:
        SettingsError: the last entry that was seen of a log is not in it, or a restore was cut off.
    """
    if settings.unfinished_restore_path.exists():
        raise SettingsError(UNFINISHED)
    try:
        with reading(world.database) as connection:
            logs = Seen(settings.seen_path).missing(connection)
    except (OSError, ValueError) as fault:
        raise SettingsError(f"{settings.seen_path} cannot be read: {type(fault).__name__}") from fault
    if logs:
        raise SettingsError(PUT_BACK)


def require_whole_logs(world: World) -> None:
    """Refuse a database of which a log does not hang together: somebody wrote into it.

    Raises:
        SettingsError: which, and what is wrong.
    """
    with reading(world.database) as connection:
        broken = broken_logs(connection)
    if broken:
        told = "; ".join(f"log {log}: {wrong}" for log, wrong in broken.items())
        raise SettingsError(f"{NOT_WHOLE} ({told})")


def read_log_key(settings: Settings) -> LogKey:
    """Return the key that signs checkpoints, whatever it has signed.

    Raises:
        SettingsError: it is not there, or cannot be read.
    """
    path = settings.log_key_path
    if not path.exists():
        raise SettingsError(f"no key at {path} yet: ./portal up makes it")
    try:
        return LogKey.from_file(path)
    except (OSError, ValueError) as fault:
        raise SettingsError(str(fault)) from fault


def require_log_key(
    settings: Settings, world: World, *, made: Callable[[str], object] | None = None
) -> LogKey:
    """Return the key that signs checkpoints.

    Args:
        made: whoever starts the portal has it made where nothing was ever signed, and is told so here.

    Raises:
        SettingsError: it is not there or not the one that signed, or it cannot be read; or the
            database is not the one that was seen last, and nothing of it may be signed.
    """
    require_newest(settings, world)
    path = settings.log_key_path
    with reading(world.database) as connection:
        signed = signed_newest(connection)
    if not path.exists() and signed:
        raise SettingsError(f"no key at {path}, and checkpoints were signed already: {KEPT_APART}")
    if not path.exists() and made is not None:
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            make_key_file(path)
        except OSError as fault:
            raise SettingsError(f"{path} cannot be made: {fault.strerror}") from fault
        made(f"the key {path}, which signs the log: keep a copy of it apart from the backups")
    key = read_log_key(settings)
    if not all(key.has_signed(note) for note in signed):
        raise SettingsError(f"the key at {path} is not the one that signed the checkpoints: {KEPT_APART}")
    return key


def _make(settings: Settings) -> list[str]:
    made = []
    with _database(settings) as engine:
        if settings.unfinished_restore_path.exists():
            raise SettingsError(UNFINISHED)
        if engine is None and settings.seen_path.exists():
            raise SettingsError("the database is gone: see docs/operations/back-up.md")
        if not settings.key_path.exists():
            if engine is not None:
                raise SettingsError(
                    f"no key at {settings.key_path}, and there are records already: {KEPT_APART}; "
                    "./portal key make makes a new one only where nothing is sealed"
                )
            settings.key_path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            make_key_file(settings.key_path)
            made.append(f"the key {settings.key_path}: keep a copy of it apart from the backups")
        if engine is None:
            _make_database(settings)
            made.append("an empty database")
    return made


def _make_database(settings: Settings) -> None:
    if settings.database_path is not None:
        settings.database_path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        settings.database_path.touch(mode=0o600)
    engine = connect(settings.database)
    try:
        schema.upgrade(engine)
    finally:
        engine.dispose()


@contextmanager
def _database(settings: Settings) -> Iterator[Engine | None]:
    """Open the database for a look; None where there never was anything in it."""
    path = settings.database_path
    if path is not None and not path.exists():
        yield None
        return
    engine = connect(settings.database)
    try:
        yield None if is_empty(engine) else engine
    finally:
        engine.dispose()
