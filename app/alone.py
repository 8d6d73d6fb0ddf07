"""One portal from one data directory: who runs it, or changes the shape of its database, holds a lock."""

import fcntl
import os
from pathlib import Path

from app.errors import SettingsError

LOCK = "runner.lock"
#: Shared by all commands that are at work; a restore has it to itself.
COMMANDS_LOCK = "commands.lock"


def be_alone(data_directory: Path) -> int:
    """Hold the lock of *data_directory* until the descriptor is closed or this process ends.

    Raises:
        SettingsError: somebody else holds it.
    """
    descriptor = os.open(data_directory / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise SettingsError(f"another portal runs from {data_directory}") from None
    return descriptor


def be_present(data_directory: Path) -> int:
    """Say that a command is at work, until the descriptor is closed or this process ends.

    Raises:
        SettingsError: a backup is being put back: what is done now would not be there afterwards.
    """
    descriptor = os.open(data_directory / COMMANDS_LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise SettingsError("a backup is being put back: do it again when that is done") from None
    return descriptor


def be_only_one(descriptor: int) -> bool:
    """Have no other command at work beside the one that is present by *descriptor*; say whether so."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
