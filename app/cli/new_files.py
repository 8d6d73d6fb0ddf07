"""Files that a command makes where there is nothing yet: for their owner's eyes, whole or not at all."""

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO

from access.errors import Refused


@contextmanager
def new_files(*paths: Path) -> Iterator[list[BinaryIO]]:
    """Make files; all of them are on the disk at the end, and gone again where something failed.

    Raises:
        Refused: ``file:exists``: there is something already, and nothing is written over;
            ``file:not_written``: one cannot be written.
    """
    with ExitStack() as made:
        files = [made.enter_context(_new_file(path)) for path in paths]
        yield files
        for path, file in zip(paths, files, strict=True):
            written(path, file)


def written(path: Path, file: BinaryIO, data: bytes = b"") -> None:
    """Write to a new file and have it on the disk, before what is done next rests on it.

    Raises:
        Refused: ``file:not_written``.
    """
    with _refused(path):
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
        _onto_the_disk(path.parent)


@contextmanager
def _new_file(path: Path) -> Iterator[BinaryIO]:
    with _refused(path), _made(path) as file:
        try:
            yield file
        except BaseException:
            path.unlink(missing_ok=True)
            raise


class NewDirectory:
    """A directory whose files are written whole, each once.

    Args:
        path: where it is made.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def write(self, name: str, data: bytes) -> None:
        """Write a file, and the directories above it.

        Args:
            name: its path in this directory, such as ``tile/0/000``.
            data: all that is in it.
        """
        path = self._path / name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _made(path) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())


@contextmanager
def new_directory(path: Path) -> Iterator[NewDirectory]:
    """Make a directory; it is on the disk at the end, and gone again where something failed.

    Raises:
        Refused: as of :func:`new_files`.
    """
    with _refused(path):
        path.mkdir(mode=0o700)
        try:
            yield NewDirectory(path)
            for one in (*(one for one in path.rglob("*") if one.is_dir()), path, path.parent):
                _onto_the_disk(one)
        except BaseException:
            shutil.rmtree(path)
            raise


@contextmanager
def _refused(path: Path) -> Iterator[None]:
    """Turn what the disk says into a refusal."""
    try:
        yield
    except FileExistsError as fault:
        raise Refused("file:exists", f"{path}: nothing is written over") from fault
    except OSError as fault:
        raise Refused("file:not_written", f"{path}: {fault.strerror}") from fault


def _made(path: Path) -> BinaryIO:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    return os.fdopen(descriptor, "wb")


def _onto_the_disk(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
