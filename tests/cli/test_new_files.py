"""Files that a command makes: whole, for their owner's eyes, and none where the disk is full."""

import resource
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TypeAlias

import pytest

from access.errors import Refused
from app.cli.new_files import new_directory, new_files

ROOM = 65_536

Writing: TypeAlias = Callable[[Path, int], None]


@pytest.fixture
def little_room() -> Iterator[None]:
    """No file of this process grows beyond a little."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_files_are_there_with_all_that_was_written(tmp_path: Path) -> None:
    paths = tmp_path / "one", tmp_path / "other"

    with new_files(*paths) as (one, other):
        one.write(b"first")
        other.write(b"second")

    assert [path.read_bytes() for path in paths] == [b"first", b"second"]
    assert {path.stat().st_mode & 0o777 for path in paths} == {0o600}


def write_two(directory: Path, size: int) -> None:
    with new_files(directory / "one", directory / "other") as (one, other):
        other.write(b"second")
        one.write(bytes(size))


def write_tiles(directory: Path, size: int) -> None:
    with new_directory(directory / "tiles") as made:
        made.write("tile/0/000", b"hashes")
        made.write("tile/entries/000", bytes(size))


@pytest.mark.usefixtures("little_room")
@pytest.mark.parametrize("write", [write_two, write_tiles])
@pytest.mark.parametrize("size", [ROOM + 1, 40 * ROOM])
def test_where_one_has_no_room_none_is_left(tmp_path: Path, write: Writing, size: int) -> None:
    with pytest.raises(Refused, match="file:not_written"):
        write(tmp_path, size)

    assert list(tmp_path.iterdir()) == []


def test_what_was_there_before_is_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "other").write_bytes(b"kept")

    with pytest.raises(Refused, match="file:exists"), new_files(tmp_path / "one", tmp_path / "other"):
        pass
    with pytest.raises(Refused, match="file:exists"), new_directory(tmp_path / "other"):
        pass

    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("other", b"kept")]


def break_off(made: AbstractContextManager[object]) -> None:
    with made:
        raise KeyboardInterrupt


def test_whoever_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    for made in (new_files(tmp_path / "one", tmp_path / "other"), new_directory(tmp_path / "tiles")):
        with pytest.raises(KeyboardInterrupt):
            break_off(made)

    assert list(tmp_path.iterdir()) == []
