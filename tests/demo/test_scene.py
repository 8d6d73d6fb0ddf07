"""The rendered playroom, and what can be read back from its pictures."""

from datetime import UTC, datetime, timedelta, timezone
from fractions import Fraction

import av
import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from demo.barcode import CELLS, WRAP, Barcodes, barcode_lines, milliseconds_of, write_barcodes
from demo.film import SceneFilm
from demo.scene import Scene, new_planes, read_barcodes
from streaming.frames import Plane

NOON = datetime(2026, 11, 24, 12, 0, 0, 250_000, UTC)
NUMBERS = st.integers(0, WRAP - 1)


def written(barcodes: Barcodes, width: int = 1280, height: int = 720) -> Plane:
    luma = np.full((height, width), 128, np.uint8)
    write_barcodes(luma, barcodes)
    return luma


def decoded(bodies: list[bytes]) -> list[Plane]:
    """Return whole I420 pictures, planes one below the other."""
    decoder = av.CodecContext.create("h264", "r")
    frames = [frame for body in bodies for frame in decoder.decode(av.Packet(body))] + decoder.decode(None)
    return [np.asarray(frame.to_ndarray(), np.uint8) for frame in frames]


@given(NUMBERS, NUMBERS)
def test_what_is_written_is_read_back(milliseconds: int, counter: int) -> None:
    assert read_barcodes(written(Barcodes(milliseconds, counter))) == Barcodes(milliseconds, counter)


@given(st.integers(0, 1), st.sets(st.integers(0, CELLS - 1), min_size=1, max_size=3))
def test_cells_that_tipped_over_are_noticed(row: int, cells: set[int]) -> None:
    luma = written(Barcodes(220_214_284, 4711))
    lines = slice(row * 16, row * 16 + 16)
    for cell in cells:
        columns = slice(cell * 1280 // CELLS, (cell + 1) * 1280 // CELLS)
        luma[lines, columns] = 255 - luma[lines, columns]

    assert read_barcodes(luma) is None


@pytest.mark.parametrize("brightness", [0, 128, 255], ids=["black", "grey", "white"])
def test_a_picture_without_barcodes_is_not_read(brightness: int) -> None:
    assert read_barcodes(np.full((720, 1280), brightness, np.uint8)) is None


def test_one_row_is_never_taken_for_the_other() -> None:
    luma = written(Barcodes(1, 2))

    luma[:32] = np.concatenate((luma[16:32], luma[:16]))

    assert read_barcodes(luma) is None


def test_a_mask_over_the_barcodes_hides_them() -> None:
    luma = written(Barcodes(1, 2))

    luma[:16, :640] = 128

    assert read_barcodes(luma) is None


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080), (640, 360), (854, 480), (480, 270)])
def test_a_scaled_picture_reads_the_same(size: tuple[int, int]) -> None:
    barcodes = Barcodes(0xDEADBEEF, 77)

    scaled = cv2.resize(written(barcodes), size, interpolation=cv2.INTER_AREA)

    assert read_barcodes(scaled) == barcodes


def test_the_barcodes_survive_being_encoded_twice() -> None:
    film = SceneFilm(Scene(1280, 720), frame_rate=15)
    shots = [shot for n in range(8) for shot in film.shoot(NOON + timedelta(seconds=n / 15))]
    again = av.CodecContext.create("libx264", "w")
    again.width, again.height, again.pix_fmt, again.bit_rate = 1280, 720, "yuv420p", 1_500_000
    again.framerate, again.time_base = Fraction(15), film.frame_time
    again.options = {"preset": "superfast", "tune": "zerolatency"}

    frames = [av.VideoFrame.from_ndarray(picture, "yuv420p") for picture in decoded([s.body for s in shots])]
    encoded = [bytes(packet) for frame in frames for packet in again.encode(frame)]

    seen = [read_barcodes(picture[:720]) for picture in decoded(encoded)]

    assert [barcodes.counter for barcodes in seen if barcodes] == list(range(8))


@given(st.timedeltas(timedelta(days=-20), timedelta(days=20)))
def test_the_instant_filmed_is_found_from_any_instant_near_it(away: timedelta) -> None:
    barcodes = Barcodes(milliseconds_of(NOON) % WRAP, 0)

    assert barcodes.filmed_at(near=NOON + away) == NOON


def test_the_room_moves_and_its_clock_tells_the_zone_s_time() -> None:
    utc, tokyo = Scene(640, 360), Scene(640, 360, zone=timezone(timedelta(hours=9)))
    now, later, elsewhere = (new_planes(640, 360) for _ in range(3))

    utc.draw(now, NOON, 0)
    utc.draw(later, NOON + timedelta(seconds=1), 0)
    tokyo.draw(elsewhere, NOON, 0)

    below = barcode_lines(360)
    assert (now.luma[below:] != later.luma[below:]).mean() > 0.01
    changed_rows, _ = np.nonzero(now.luma != elsewhere.luma)
    assert 0 < changed_rows.size < 4000  # the clocks' hands and digits, no more
    assert changed_rows.max() < 150


def test_the_same_seed_draws_the_same_room() -> None:
    first, second, other = (new_planes(320, 180) for _ in range(3))

    Scene(320, 180, seed=3).draw(first, NOON, 5)
    Scene(320, 180, seed=3).draw(second, NOON, 5)
    Scene(320, 180, seed=4).draw(other, NOON, 5)

    assert all((a == b).all() for a, b in zip(first, second, strict=True))
    assert (first.luma != other.luma).any()


@pytest.mark.parametrize("size", [(641, 360), (640, 361), (64, 48)], ids=["odd width", "odd height", "tiny"])
def test_a_size_that_cannot_be_filmed_is_refused(size: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="not a size"):
        Scene(*size)
