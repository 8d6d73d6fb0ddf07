"""What travels between the stages: one decoded picture and when it was filmed.

A ``RawFrame`` is what a camera sent and must not be shown. What may be shown is a
``SafeFrame``, which lives with its only maker in :mod:`streaming.privacy.filter`.
"""

from dataclasses import dataclass
from typing import TypeAlias

import av
import numpy as np
import numpy.typing as npt

#: One plane of a picture: uint8, shape (rows, columns).
Plane: TypeAlias = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class RawFrame:
    """A picture as the camera sent it, unfiltered.

    Args:
        picture: as decoded, in any pixel format; handed over, not to be used by the giver again.
        ticks: film time on the connection's own line; only differences mean anything.
    """

    picture: av.VideoFrame
    ticks: int


def planes(picture: av.VideoFrame) -> tuple[Plane, Plane, Plane]:
    """Return the three planes of a yuv420p *picture*, not copied: what is written there is in the picture."""
    rows, columns = picture.height, picture.width
    halves = (rows + 1) // 2, (columns + 1) // 2
    luma, blue, red = (
        np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)[:height, :width]
        for plane, (height, width) in zip(picture.planes, ((rows, columns), halves, halves), strict=True)
    )
    return luma, blue, red
