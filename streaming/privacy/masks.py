"""Which pixels an area drawn by the school touches. Pure.

A pixel is a square: it is covered if any of it, its border included, lies inside an
area or under its outline. Where an outline crosses itself, what it winds around is inside.
"""

from collections.abc import Sequence
from itertools import pairwise
from math import ceil, floor, isfinite
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from streaming.errors import BadMask

#: Corners of an area, ``[x, y]`` in thousandths of the picture's width and height.
Polygon: TypeAlias = Sequence[Sequence[float]]
Corner: TypeAlias = tuple[float, float]

#: One bool per pixel, shape (rows, columns): what is hidden.
Cover: TypeAlias = npt.NDArray[np.bool_]

THOUSANDTHS = 1000
MOST_CORNERS = 64

#: Of a pixel: wider than any rounding, so an outline on a border touches both sides.
_NEAR = 1e-6


def checked_mask(polygon: Polygon) -> tuple[Corner, ...]:
    """Return the corners of *polygon*.

    Raises:
        BadMask: not 3 to ``MOST_CORNERS`` corners inside the picture, around an area.
    """
    try:
        corners = tuple((_number(x), _number(y)) for x, y in polygon)
    except (TypeError, ValueError) as fault:
        raise BadMask("a mask is a list of corners, each two numbers") from fault
    if not 3 <= len(corners) <= MOST_CORNERS:
        raise BadMask(f"a mask has 3 to {MOST_CORNERS} corners, not {len(corners)}")
    if not all(isfinite(value) and 0 <= value <= THOUSANDTHS for corner in corners for value in corner):
        raise BadMask("a corner of a mask lies outside the picture")
    if _is_a_line(corners):
        raise BadMask("a mask is an area, not a line")
    return corners


def cover(masks: Sequence[Sequence[Corner]], *, height: int, width: int) -> Cover:
    """Return which pixels of a picture of that size the *masks* touch."""
    touched = np.zeros((height, width), dtype=np.bool_)
    for mask in masks:
        corners = [(x * width / THOUSANDTHS, y * height / THOUSANDTHS) for x, y in mask]
        winding = np.zeros((height, width + 1), dtype=np.int16)
        for start, end in pairwise([*corners, corners[0]]):
            _draw(touched, start, end)
            _wind(winding, start, end)
        touched |= winding.cumsum(axis=1)[:, :width] != 0
    return touched


def chroma_of(luma: Cover) -> Cover:
    """Return the cover of the half-size planes: a sample is hidden if any pixel it colours is."""
    rows, columns = luma.shape
    even = np.pad(luma, ((0, rows % 2), (0, columns % 2)))
    halves: Cover = even[0::2, 0::2] | even[0::2, 1::2] | even[1::2, 0::2] | even[1::2, 1::2]
    return halves


def _draw(touched: Cover, start: Corner, end: Corner) -> None:
    """Mark every pixel that the line from *start* to *end* touches."""
    height, width = touched.shape
    (x0, y0), (x1, y1) = sorted((start, end), key=lambda corner: corner[1])
    for row in range(max(0, floor(y0 - _NEAR)), min(height - 1, floor(y1 + _NEAR)) + 1):
        upper, lower = max(y0, row - _NEAR), min(y1, row + 1 + _NEAR)
        within = (
            (x0, x1) if y1 - y0 < _NEAR else [x0 + (x1 - x0) * (y - y0) / (y1 - y0) for y in (upper, lower)]
        )
        left, right = max(0, floor(min(within) - _NEAR)), min(width - 1, floor(max(within) + _NEAR))
        touched[row, left : right + 1] = True


def _wind(winding: npt.NDArray[np.int16], start: Corner, end: Corner) -> None:
    """Count, to the right of the line, that it passed the centres of these rows, up or down."""
    height, beyond = winding.shape
    (x0, y0), (x1, y1) = sorted((start, end), key=lambda corner: corner[1])
    for row in range(max(0, ceil(y0 - 0.5)), min(height, ceil(y1 - 0.5))):
        x = x0 + (x1 - x0) * (row + 0.5 - y0) / (y1 - y0)
        winding[row, min(beyond - 1, max(0, ceil(x - 0.5)))] += 1 if start[1] < end[1] else -1


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError("not a number")
    return float(value)


def _is_a_line(corners: Sequence[Corner]) -> bool:
    (x0, y0), *others = corners
    x1, y1 = max(others, key=lambda corner: abs(corner[0] - x0) + abs(corner[1] - y0))
    return all((x1 - x0) * (y - y0) == (y1 - y0) * (x - x0) for x, y in others)
