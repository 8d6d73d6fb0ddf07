"""Small pictures, as a camera would have decoded them, and a store to look into."""

from datetime import UTC, datetime, timedelta

import av
import numpy as np

from streaming.frames import RawFrame, planes
from streaming.store import SegmentInfo, StreamKey
from streaming.ticks import TICKS_PER_SECOND

STREAM = StreamKey("oak-camera", 7, "clear")
START = datetime(2026, 3, 10, 9, 30, tzinfo=UTC)


def picture(width: int = 64, height: int = 48, luma: int = 255) -> av.VideoFrame:
    made = av.VideoFrame(width, height, "yuv420p")
    for plane, value in zip(planes(made), (luma, 90, 160), strict=True):
        plane[:] = value
    return made


def frame(seconds: float, width: int = 64, height: int = 48) -> RawFrame:
    """Return a picture whose brightness depends on its instant, so that it is not all one picture."""
    luma = 40 + round(seconds * 50) % 180
    return RawFrame(picture(width, height, luma), round(seconds * TICKS_PER_SECOND))


def segment(k: int, *, stream: StreamKey = STREAM, init: int = 0, discontinuity: bool = False) -> SegmentInfo:
    filmed_from = START + timedelta(seconds=k)
    until = filmed_from + timedelta(seconds=1)
    return SegmentInfo(stream, "main", "a", k, init, filmed_from, until, TICKS_PER_SECOND, discontinuity)


def brightness(shown: av.VideoFrame) -> float:
    return float(np.mean(planes(shown)[0]))
