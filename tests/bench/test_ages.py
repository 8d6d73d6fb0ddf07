"""How old a picture is, by what is burnt into it."""

from datetime import UTC, datetime

import pytest

from bench.phones import age_of
from demo.barcode import CELLS, ROWS, ROWS_IN_HEIGHT
from demo.scene import Scene, new_planes

DRAWN = datetime(2026, 3, 10, 9, 0, 0, 250_000, tzinfo=UTC)
WIDTH, HEIGHT = 320, 180


def brightness_of_cells() -> list[list[int]]:
    """Draw a picture; return the middle of each cell, as the page reads it from its canvas."""
    planes = new_planes(WIDTH, HEIGHT)
    Scene(WIDTH, HEIGHT).draw(planes, DRAWN, 7)
    return [
        [
            int(planes.luma[int((row + 0.5) * HEIGHT / ROWS_IN_HEIGHT), int((cell + 0.5) * WIDTH / CELLS)])
            for cell in range(CELLS)
        ]
        for row in range(ROWS)
    ]


def test_a_picture_is_as_old_as_its_pixels_say() -> None:
    assert age_of(DRAWN.timestamp() + 2.5, brightness_of_cells()) == pytest.approx(2.5, abs=0.002)


def test_a_picture_that_cannot_be_read_has_no_age() -> None:
    cells = brightness_of_cells()
    cells[0][3] = 128

    assert age_of(DRAWN.timestamp(), cells) is None
