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


def be_present(data_directory: Path) -> int | None:
    """Say that a command is at work, until the descriptor is closed or this process ends.

    Returns:
        the descriptor; None where a backup is being put back, beside which nobody works.

    Raises:
        SettingsError: the lock cannot be made.
    """
    path = data_directory / COMMANDS_LOCK
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as fault:
        raise SettingsError(f"{path}: {fault.strerror}") from fault
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def be_only_one(descriptor: int) -> bool:
    """Have no other command at work beside the one that is present by *descriptor*; say whether so."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
