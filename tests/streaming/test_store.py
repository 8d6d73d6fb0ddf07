"""The ring: what is kept, what is evicted, what is not believed. Memory and disk alike."""

import os
import stat
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TypeAlias

import pytest

from streaming.errors import SegmentNotFound
from streaming.segment_file import pack
from streaming.store import MemoryStore, RamDirectory, StreamKey
from tests.streaming.pictures import STREAM, segment

Store: TypeAlias = MemoryStore | RamDirectory

FULL_DISK = """
import sys
from pathlib import Path
from streaming.errors import StorageFull
from streaming.store import RamDirectory
from tests.streaming.pictures import STREAM, segment
root = Path(sys.argv[1])
store = RamDirectory(root)
store.put(segment(0), b"s" * 150_000)
try:
    store.put(segment(1), b"s" * 150_000)
except StorageFull as full:
    names = sorted(path.name for path in root.rglob("*") if path.is_file())
    print(full.state, names, [info.k for info in store.window(STREAM, "main")])
"""


@pytest.fixture(params=["memory", "disk"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    return MemoryStore() if request.param == "memory" else RamDirectory(tmp_path / "ring")


@pytest.fixture
def ring(tmp_path: Path) -> RamDirectory:
    return RamDirectory(tmp_path / "ring")


def place_of(k: int, root: Path) -> Path:
    return root / "ring" / STREAM.camera / f"{STREAM.epoch}-{STREAM.level}" / "main" / f"{k}.a.segment"


def test_what_was_put_is_read_back(store: Store) -> None:
    store.put_init(STREAM, "main", 0, b"init")
    store.put(segment(3), b"three")

    assert store.read(STREAM, "main", 3) == (segment(3), b"three")
    assert store.read_init(STREAM, "main", 0) == b"init"
    assert store.window(STREAM, "main") == (segment(3),)


@pytest.mark.parametrize(
    "ask",
    [
        pytest.param(lambda store: store.read(STREAM, "main", 4), id="another number"),
        pytest.param(lambda store: store.read(STREAM, "main", 3, "b"), id="another variant"),
        pytest.param(lambda store: store.read(STREAM, "other", 3), id="another rendition"),
        pytest.param(lambda store: store.read(replace(STREAM, epoch=8), "main", 3), id="another epoch"),
        pytest.param(lambda store: store.read(replace(STREAM, level="faces"), "main", 3), id="another level"),
        pytest.param(lambda store: store.read(StreamKey("../ring", 7, "clear"), "main", 3), id="a way out"),
        pytest.param(lambda store: store.read(STREAM, "main", 3, "a/.."), id="a path for a variant"),
        pytest.param(lambda store: store.read_init(STREAM, "..", 3), id="a path for a rendition"),
        pytest.param(lambda store: store.read_init(STREAM, "main", 3), id="no such init section"),
    ],
)
def test_what_is_not_there_is_not_found(store: Store, ask: Callable[[Store], object]) -> None:
    store.put(segment(3), b"three")

    with pytest.raises(SegmentNotFound):
        ask(store)


def test_the_ring_holds_its_seconds_and_never_more(store: Store) -> None:
    for k in range(40):
        store.put(segment(k), b"body")

        assert [info.k for info in store.window(STREAM, "main")] == list(range(max(0, k - 7), k + 1))

    with pytest.raises(SegmentNotFound):
        store.read(STREAM, "main", 31)


def test_a_clock_that_stands_still_does_not_make_the_ring_grow(store: Store) -> None:
    for k in range(40):
        store.put(replace(segment(0), k=k), b"body")

    assert len(store.window(STREAM, "main")) == 10


def test_init_sections_leave_with_the_last_segment_that_needs_them(store: Store) -> None:
    store.put_init(STREAM, "main", 0, b"small")
    store.put(segment(0), b"body")
    store.put_init(STREAM, "main", 1, b"large")
    for k in range(1, 8):
        store.put(segment(k, init=1), b"body")
    assert store.read_init(STREAM, "main", 0) == b"small"

    store.put(segment(8, init=1), b"body")

    assert store.read_init(STREAM, "main", 1) == b"large"
    with pytest.raises(SegmentNotFound):
        store.read_init(STREAM, "main", 0)


def test_an_earlier_epoch_leaves_by_age_too(store: Store) -> None:
    later = replace(STREAM, epoch=8)
    store.put(segment(0), b"body")

    store.put(segment(20, stream=later), b"body")

    assert store.window(STREAM, "main") == ()


def test_the_window_ends_where_a_segment_is_missing(store: Store) -> None:
    for k in (0, 1, 3, 4):
        store.put(segment(k), b"body")

    assert [info.k for info in store.window(STREAM, "main")] == [3, 4]


def test_a_cleared_ring_is_empty_and_others_are_not(store: Store) -> None:
    other = replace(STREAM, camera="elm-camera")
    for stream in (STREAM, other):
        store.put_init(stream, "main", 0, b"init")
        store.put(segment(0, stream=stream), b"body")
        store.read(stream, "main", 0)

    store.clear(STREAM.camera)
    store.clear("never-seen")

    assert store.window(STREAM, "main") == ()
    with pytest.raises(SegmentNotFound):
        store.read(STREAM, "main", 0)
    with pytest.raises(SegmentNotFound):
        store.read_init(STREAM, "main", 0)
    assert store.read(other, "main", 0)[1] == b"body"


def test_every_ring_can_be_emptied_and_what_a_kill_left_half_emptied(
    ring: RamDirectory, tmp_path: Path
) -> None:
    for camera in ("elm-camera", "oak-camera"):
        ring.put(segment(0, stream=replace(STREAM, camera=camera)), b"body")
    (tmp_path / "ring" / "elm-camera").rename(tmp_path / "ring" / ".gone-half")

    ring.clear_all()

    assert list((tmp_path / "ring").iterdir()) == []


def test_the_files_are_for_their_owner_only(ring: RamDirectory, tmp_path: Path) -> None:
    ring.put_init(STREAM, "main", 0, b"init")
    ring.put(segment(0), b"body")

    for path in [tmp_path / "ring", *(tmp_path / "ring").rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)


def test_cached_bytes_are_served_only_while_the_file_lies_there(ring: RamDirectory, tmp_path: Path) -> None:
    ring.put(segment(0), b"body")
    cached = ring.read(STREAM, "main", 0)[1]
    assert ring.read(STREAM, "main", 0)[1] is cached

    place_of(0, tmp_path).unlink()

    with pytest.raises(SegmentNotFound):
        ring.read(STREAM, "main", 0)


def test_a_file_that_took_the_place_of_another_is_read_anew(ring: RamDirectory, tmp_path: Path) -> None:
    ring.put(segment(0), b"body")
    ring.read(STREAM, "main", 0)

    RamDirectory(tmp_path / "ring").put(segment(0), b"other")

    assert ring.read(STREAM, "main", 0)[1] == b"other"


GOOD = pack(segment(0), b"body")


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"nonsense, and enough of it", id="nonsense"),
        pytest.param(GOOD[:-4], id="no segment in it"),
        pytest.param(GOOD[:40], id="cut short"),
        pytest.param(GOOD.replace(b'"k":0', b'"k":1'), id="another number"),
        pytest.param(GOOD.replace(b"oak-camera", b"elm-camera"), id="another camera"),
        pytest.param(GOOD.replace(b'"k":0', b'"k":-'), id="no JSON"),
        pytest.param(GOOD.replace(b'"oak-camera"', b'"../camera/"'), id="a path for a camera"),
        pytest.param(GOOD.replace(b"90000", b"00000"), id="no number"),
        pytest.param(GOOD.replace(b":90000", b':"9999'), id="text for a number"),
        pytest.param(GOOD.replace(b"+00:00", b"      "), id="an instant without a zone"),
        pytest.param(GOOD.replace(b"09:30:01", b"09:30:00"), id="no time passes"),
        pytest.param(
            GOOD.replace(b'"filmed_from":"2026-03-10T09:30:00+00:00"', b'"filmed_from":1' + b" " * 27),
            id="a number for an instant",
        ),
    ],
)
def test_a_malformed_file_is_not_there(ring: RamDirectory, tmp_path: Path, content: bytes) -> None:
    ring.put(segment(0), b"body")
    assert content != GOOD
    place_of(0, tmp_path).write_bytes(content)

    assert ring.window(STREAM, "main") == ()
    with pytest.raises(SegmentNotFound):
        ring.read(STREAM, "main", 0)


@pytest.mark.timeout(10)
def test_a_link_or_a_pipe_is_not_there(ring: RamDirectory, tmp_path: Path) -> None:
    ring.put(segment(0), b"body")
    secret = tmp_path / "elsewhere"
    secret.write_bytes(GOOD)
    for make in (lambda path: path.symlink_to(secret), os.mkfifo):
        place_of(0, tmp_path).unlink()
        make(place_of(0, tmp_path))

        with pytest.raises(SegmentNotFound):
            ring.read(STREAM, "main", 0)


def test_what_makes_no_sense_is_evicted(ring: RamDirectory, tmp_path: Path) -> None:
    ring.put(segment(0), b"body")
    place_of(0, tmp_path).write_bytes(b"nonsense")

    ring.put(segment(1), b"body")

    assert not place_of(0, tmp_path).exists()


def test_a_full_disk_is_told_and_shows_nothing_half_written(tmp_path: Path) -> None:
    script = 'mount -t tmpfs -o size=256k tmpfs "$1" && exec "$2" -c "$3" "$1"'

    told = subprocess.run(
        ["unshare", "-rUm", "sh", "-c", script, "sh", str(tmp_path), sys.executable, FULL_DISK],
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )

    assert told.stdout == "camera:storage_full ['0.a.segment'] [0]\n"


def test_age_is_counted_from_the_newest(store: Store) -> None:
    late = segment(1)
    store.put(segment(0), b"body")

    store.put(replace(late, filmed_until=late.filmed_until + timedelta(seconds=7)), b"body")

    assert [info.k for info in store.window(STREAM, "main")] == [1]
