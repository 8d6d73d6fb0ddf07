"""What a folder of the ring holds is listed again only once something came or went."""

import os
from pathlib import Path

import pytest

from streaming.store import RamDirectory
from tests.streaming.pictures import STREAM, segment


@pytest.fixture
def ring(tmp_path: Path) -> RamDirectory:
    return RamDirectory(tmp_path / "ring")


def place_of(k: int, root: Path) -> Path:
    (found,) = root.rglob(f"{k}.a.segment")
    return found


def rests(folder: Path, seconds: int = 1) -> None:
    """Have *folder* look as if nothing had happened in it for so long."""
    found = folder.stat()
    os.utime(folder, ns=(found.st_atime_ns, found.st_mtime_ns - seconds * 1_000_000_000))


def test_a_folder_that_rests_is_not_listed_again_until_something_comes_or_goes(
    ring: RamDirectory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring.put(segment(0), b"zero")
    folder = place_of(0, tmp_path).parent
    rests(folder)
    assert ring.window(STREAM, "main") == (segment(0),)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "iterdir", lambda _: pytest.fail("it was listed"))
        assert ring.window(STREAM, "main") == (segment(0),)

    ring.put(segment(1), b"one")
    assert ring.window(STREAM, "main") == (segment(0), segment(1))
    rests(folder)
    assert ring.window(STREAM, "main") == (segment(0), segment(1))
    place_of(1, tmp_path).unlink()
    assert ring.window(STREAM, "main") == (segment(0),)
    rests(folder)
    ring.clear(STREAM.camera)
    assert ring.window(STREAM, "main") == ()


def test_a_folder_that_changed_a_moment_ago_is_listed_again(ring: RamDirectory, tmp_path: Path) -> None:
    ring.put(segment(0), b"zero")
    folder = place_of(0, tmp_path).parent
    rests(folder, -60)  # so that the moment lasts, however slow this machine
    ring.window(STREAM, "main")
    then = folder.stat()

    ring.put(segment(1), b"one")
    os.utime(folder, ns=(then.st_atime_ns, then.st_mtime_ns))  # as where both fell into one tick of the clock

    assert ring.window(STREAM, "main") == (segment(0), segment(1))
