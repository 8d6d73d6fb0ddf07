"""Two 32-bit numbers burnt into the top of a picture: when it was filmed, and its counter.

Each row is one number and a check of it, as dark and bright cells over the whole
width. Cells are found by their share of the picture, so a picture may be scaled or
encoded again; a row that does not check is no answer, never a wrong one. What is
drawn below the rows does not matter.
"""

from binascii import crc_hqx
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt

from streaming.frames import Plane

NUMBER_BITS = 32
CHECK_BITS = 16
CELLS = NUMBER_BITS + CHECK_BITS

#: A row's share of the picture's height: 16 lines, one macroblock, of 720.
ROWS_IN_HEIGHT = 45
ROWS = 2

DARK, BRIGHT = 32, 220
#: A cell between these is neither; the picture is then not read.
DARK_BELOW, BRIGHT_ABOVE = 100, 155

#: The check of each row starts differently, so one row is never taken for the other.
CHECK_STARTS = (0x1D0F, 0xB2A7)

WRAP = 1 << NUMBER_BITS


@dataclass(frozen=True, slots=True)
class Barcodes:
    """What one picture says of itself.

    Args:
        milliseconds: of the wall clock when it was drawn, since 1970 UTC, modulo 2**32.
        counter: how many pictures its camera had drawn before it, modulo 2**32.
    """

    milliseconds: int
    counter: int

    def filmed_at(self, *, near: datetime) -> datetime:
        """Return the instant it was drawn at, aware; of all that fit, the closest to *near*."""
        about = milliseconds_of(near)
        away = (self.milliseconds - about + WRAP // 2) % WRAP - WRAP // 2
        return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=about + away)


def milliseconds_of(instant: datetime) -> int:
    """Return whole milliseconds from 1970 UTC to *instant*."""
    return (instant - datetime.fromtimestamp(0, UTC)) // timedelta(milliseconds=1)


def barcode_lines(height: int) -> int:
    """Return how many lines at the top of a picture the barcodes take."""
    return ROWS * height // ROWS_IN_HEIGHT


def write_barcodes(luma: Plane, barcodes: Barcodes) -> None:
    """Write *barcodes* over the top lines of *luma*, in place. Chroma there should be grey."""
    height, width = luma.shape
    for row, number in enumerate((barcodes.milliseconds, barcodes.counter)):
        top, bottom = row * height // ROWS_IN_HEIGHT, (row + 1) * height // ROWS_IN_HEIGHT
        cells = _cells(number % WRAP, CHECK_STARTS[row])
        columns = np.arange(width) * CELLS // width
        luma[top:bottom] = np.where(cells[columns], BRIGHT, DARK)


def read_barcodes(luma: Plane) -> Barcodes | None:
    """Return what is written over *luma*, or None where it cannot be read with certainty."""
    numbers = [_read_row(luma, row) for row in range(ROWS)]
    milliseconds, counter = numbers
    if milliseconds is None or counter is None:
        return None
    return Barcodes(milliseconds, counter)


def _cells(number: int, check_start: int) -> npt.NDArray[np.bool_]:
    check = crc_hqx(number.to_bytes(NUMBER_BITS // 8), check_start)
    written = number << CHECK_BITS | check
    return np.array([written >> shift & 1 for shift in reversed(range(CELLS))], dtype=np.bool_)


def _read_row(luma: Plane, row: int) -> int | None:
    height, width = luma.shape
    # The middle of each cell only: scaling and encoding smear its edges.
    top, bottom = (int((row + share) * height / ROWS_IN_HEIGHT) for share in (0.3, 0.7))
    lines = luma[top : max(bottom, top + 1)].mean(axis=0)
    written = 0
    for cell in range(CELLS):
        left, right = (int((cell + share) * width / CELLS) for share in (0.3, 0.7))
        brightness = lines[left : max(right, left + 1)].mean()
        if DARK_BELOW <= brightness <= BRIGHT_ABOVE:
            return None
        written = written << 1 | int(brightness > BRIGHT_ABOVE)
    number = written >> CHECK_BITS
    return (
        number
        if crc_hqx(number.to_bytes(NUMBER_BITS // 8), CHECK_STARTS[row]) == written % (1 << CHECK_BITS)
        else None
    )
