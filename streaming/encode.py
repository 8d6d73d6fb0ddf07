"""Encode pictures that may be shown, H.264 through x264, never more than 720 lines.

A key frame stands exactly where it is asked for and nowhere else.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import av
from av.codec.context import Flags
from av.video.codeccontext import VideoCodecContext
from av.video.frame import PictureType

from streaming.privacy.filter import SafeFrame
from streaming.segment import init_section, sample_body
from streaming.ticks import TICKS_PER_SECOND

MOST_LINES = 720
PRESETS = ("superfast", "veryfast")


@dataclass(frozen=True, slots=True)
class Encoded:
    """One encoded picture, its NAL units with their lengths."""

    body: bytes
    ticks: int
    is_key: bool


def encoded_size(width: int, height: int) -> tuple[int, int]:
    """Return the size in which a picture is sent: at most ``MOST_LINES``, same shape, even."""
    if height > MOST_LINES:
        width, height = round(width * MOST_LINES / height), MOST_LINES
    return max(2, width // 2 * 2), max(2, height // 2 * 2)


def bits_per_second(width: int, height: int) -> int:
    """Return the bit rate for a size: 1.5 Mbit/s at 720p, less for fewer pixels."""
    return max(200_000, min(1_500_000, 1_500_000 * width * height // (1280 * 720)))


class Encoder:
    """x264 for pictures of one size.

    Args:
        width: of the pictures that come in.
        height: of the pictures that come in.
        preset: one of ``PRESETS``.
        frames_per_second: the most that come in a second.
    """

    def __init__(self, *, width: int, height: int, preset: str, frames_per_second: int) -> None:
        if preset not in PRESETS:
            raise ValueError(f"not a preset: {preset}")
        self.width, self.height = encoded_size(width, height)
        rate = bits_per_second(self.width, self.height)
        self._codec = _opened(self.width, self.height, rate, preset, frames_per_second)
        self.init = init_section(
            width=self.width, height=self.height, extradata=bytes(self._codec.extradata or b"")
        )

    def encode(self, frame: SafeFrame, *, key: bool) -> Iterator[Encoded]:
        """Yield what is ready after *frame*; it becomes a key frame exactly if *key*."""
        picture = frame.picture
        if (picture.width, picture.height) != (self.width, self.height):
            picture = picture.reformat(self.width, self.height, "yuv420p", interpolation="AREA")
        picture.pts, picture.time_base = frame.ticks, Fraction(1, TICKS_PER_SECOND)
        # What the camera made of this picture must not guide our encoder.
        picture.pict_type = PictureType.I if key else PictureType.NONE
        for packet in self._codec.encode(picture):
            yield Encoded(sample_body(bytes(packet)), packet.pts or 0, packet.is_keyframe)


def _opened(width: int, height: int, rate: int, preset: str, frames_per_second: int) -> VideoCodecContext:
    codec = av.CodecContext.create("libx264", "w")
    assert isinstance(codec, VideoCodecContext)  # noqa: S101  # tells the type checker
    codec.width, codec.height, codec.pix_fmt = width, height, "yuv420p"
    codec.time_base, codec.framerate = Fraction(1, TICKS_PER_SECOND), Fraction(frames_per_second)
    codec.bit_rate, codec.thread_count = rate, 1
    codec.flags |= Flags.global_header.value
    kilobits = rate // 1000
    codec.options = {
        "preset": preset,
        "tune": "zerolatency",
        "profile": "main",
        "forced-idr": "1",
        "x264-params": (
            f"keyint={frames_per_second}:min-keyint={frames_per_second}:scenecut=0:bframes=0"
            f":vbv-maxrate={kilobits * 12 // 10}:vbv-bufsize={kilobits}:sliced-threads=0"
        ),
    }
    codec.open()
    return codec
