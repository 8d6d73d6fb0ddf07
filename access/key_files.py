"""Files that hold a secret key: 32 bytes, for their owner's eyes, and never written over."""

import os
import secrets
from pathlib import Path

KEY_BYTES = 32


def read_key(path: Path) -> bytes:
    """Return the key in *path*.

    Raises:
        ValueError: others than the file's owner may read it, it is somebody else's, or it is no key.
        OSError: it cannot be read.
    """
    key = read_private(path, KEY_BYTES)
    if len(key) != KEY_BYTES:
        raise ValueError(f"{path}: a key has {KEY_BYTES} bytes, not {len(key)}")
    return key


def read_private(path: Path, most: int) -> bytes:
    """Return what is in a file that is secret.

    Args:
        most: so many bytes; of a longer one is given one byte more.

    Raises:
        ValueError: others than the file's owner may read it, or it is somebody else's.
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        status = os.fstat(file.fileno())
        if status.st_uid not in {os.geteuid(), 0}:
            raise ValueError(f"{path}: belongs to somebody else (chown it to the user that runs ./portal)")
        if status.st_mode & 0o077:
            raise ValueError(f"{path}: a key file must be readable by its owner only (chmod 400)")
        return file.read(most + 1)


def make_key_file(path: Path) -> None:
    """Write a new random key to *path*; never over an old one, and whole or not at all.

    Raises:
        FileExistsError: there is a key already, and what rests on it would be lost.
    """
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o400)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        os.link(fresh, path)  # unlike a rename it replaces nothing
    finally:
        fresh.unlink()
    directory = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
