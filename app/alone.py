"""One portal from one data directory: who runs it, or changes the shape of its database, holds a lock."""

import fcntl
import os
from pathlib import Path

from app.errors import SettingsError

LOCK = "runner.lock"


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
