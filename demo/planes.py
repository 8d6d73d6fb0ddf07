"""A picture as three planes, as cameras and encoders hold it (I420).

Painted things are drawn once in colour, four times too large, and shrunk: that is
what makes their edges soft. Moving ones are then only copied.
"""

from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from streaming.frames import Plane

#: Drawn this many times too large, for soft edges.
OVERSIZE = 4

#: uint8, shape (rows, columns, 3), blue, green, red.
Colour = npt.NDArray[np.uint8]


class Planes(NamedTuple):
    """Luma, and two chroma planes of half its width and height; uint8 arrays, written in place."""

    luma: Plane
    u: Plane
    v: Plane


def new_planes(width: int, height: int) -> Planes:
    """Return grey planes of a picture with even sides."""
    half = (height // 2, width // 2)
    return Planes(*(np.full(shape, 128, np.uint8) for shape in ((height, width), half, half)))


def planes_of(painting: Colour) -> Planes:
    """Return *painting*, whose sides are even, as planes."""
    height, width = painting.shape[:2]
    stacked = cv2.cvtColor(painting, cv2.COLOR_BGR2YUV_I420)
    luma, u, v = np.split(stacked.reshape(-1), [width * height, width * height * 5 // 4])
    half = (height // 2, width // 2)
    return Planes(luma.reshape(height, width), u.reshape(half), v.reshape(half))


class Sprite:
    """A painted thing with a hard outline, ready to be copied onto pictures.

    Args:
        painting: shape (rows, columns, 3), ``OVERSIZE`` times as large as the sprite.
        shape: same rows and columns, above 127 where the thing is.
    """

    def __init__(self, painting: Colour, shape: Plane) -> None:
        rows, columns = (side // OVERSIZE // 2 * 2 for side in shape.shape)
        small = cv2.resize(painting, (columns, rows), interpolation=cv2.INTER_AREA)
        self._planes = planes_of(small)
        masks = [cv2.resize(shape, size[::-1], interpolation=cv2.INTER_AREA) for size in self._sizes()]
        self._masks = [np.where(mask > 127, 255, 0).astype(np.uint8) for mask in masks]
        self.rows, self.columns = rows, columns

    def _sizes(self) -> list[tuple[int, ...]]:
        return [plane.shape for plane in self._planes]

    def copy_onto(self, planes: Planes, left: int, top: int) -> None:
        """Copy the thing onto *planes* with its upper left corner there; what falls outside is cut."""
        left, top = left // 2 * 2, top // 2 * 2
        for target, source, mask, step in zip(planes, self._planes, self._masks, (1, 2, 2), strict=True):
            y, x = top // step, left // step
            rows = slice(max(0, -y), min(source.shape[0], target.shape[0] - y))
            columns = slice(max(0, -x), min(source.shape[1], target.shape[1] - x))
            if rows.start >= rows.stop or columns.start >= columns.stop:
                continue
            onto = target[y + rows.start : y + rows.stop, x + columns.start : x + columns.stop]
            cv2.copyTo(source[rows, columns], mask[rows, columns], onto)
