"""A scene filmed and encoded, picture by picture, as a camera would send it."""

from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import cast

import av
from av.video.reformatter import ColorRange

from demo.planes import Planes
from demo.scene import Scene
from streaming.frames import planes
from streaming.ticks import TICKS_PER_SECOND


@dataclass(frozen=True, slots=True)
class Shot:
    """One encoded picture and what it shows.

    Args:
        counter: burnt into it.
        filmed_at: aware; burnt in too, and what ``ticks`` count.
        ticks: presentation time, 1/90 000 s since the film began.
        body: one access unit, Annex B, with its parameter sets where it is a key picture.
    """

    counter: int
    filmed_at: datetime
    ticks: int
    body: bytes = field(repr=False)


class SceneFilm:
    """A scene, drawn live and encoded as cheaply as can be.

    Args:
        scene: what is filmed.
        frame_rate: pictures a second; how often to call is the caller's affair.
        keyframe_seconds: at most this long without a key picture.
        codec: ``h264``, ``h265`` or ``jpeg``.
        b_frames: pictures that need a later one to be decoded, in a row.
        first_counter: burnt into the first picture.
        began: what ticks count from; else the first picture.
    """

    def __init__(
        self,
        scene: Scene,
        *,
        frame_rate: int = 12,
        keyframe_seconds: int = 1,
        codec: str = "h264",
        b_frames: int = 0,
        first_counter: int = 0,
        began: datetime | None = None,
    ) -> None:
        #: Seconds from one picture to the next.
        self.frame_time = Fraction(1, frame_rate)
        self._scene = scene
        #: Of the next picture.
        self.counter = first_counter
        self.began = began
        self._shown: dict[int, tuple[int, datetime]] = {}
        self._encoder = _encoder(scene, frame_rate, keyframe_seconds * frame_rate, codec, b_frames)

    def shoot(self, instant: datetime) -> list[Shot]:
        """Film the scene as it is at *instant*, later than the last one."""
        self.began = self.began or instant
        frame = av.VideoFrame(self._scene.width, self._scene.height, "yuv420p")
        self._scene.draw(Planes(*planes(frame)), instant, self.counter)
        ticks = round((instant - self.began).total_seconds() * TICKS_PER_SECOND)
        frame.pts, frame.time_base = ticks, Fraction(1, TICKS_PER_SECOND)
        self._shown[ticks] = self.counter, instant
        self.counter += 1
        return [self._shot(packet) for packet in self._encoder.encode(frame)]

    def _shot(self, packet: "av.Packet[av.VideoStream]") -> Shot:
        ticks = packet.pts or 0
        return Shot(*self._shown.pop(ticks), ticks, bytes(packet))


def _encoder(
    scene: Scene, frame_rate: int, keyframe_every: int, codec: str, b_frames: int
) -> av.VideoCodecContext:
    name = {"h264": "libx264", "h265": "libx265", "jpeg": "mjpeg"}[codec]
    encoder = cast("av.VideoCodecContext", av.CodecContext.create(name, "w"))
    encoder.width, encoder.height, encoder.pix_fmt = scene.width, scene.height, "yuv420p"
    encoder.time_base, encoder.framerate = Fraction(1, TICKS_PER_SECOND), Fraction(frame_rate)
    encoder.bit_rate = 2_500_000 * scene.width * scene.height // (1280 * 720)
    encoder.thread_count = 1
    encoder.gop_size, encoder.max_b_frames = keyframe_every, b_frames
    if codec == "jpeg":  # RTP carries no tables of their own (RFC 2435, 4.1)
        encoder.color_range = ColorRange.JPEG
        encoder.options = {"huffman": "default"}
        return encoder
    hasty = {} if b_frames else {"tune": "zerolatency"}
    if codec == "h264":
        encoder.options = {"preset": "ultrafast", "sc_threshold": "0", **hasty}
    else:
        parameters = f"keyint={keyframe_every}:bframes={b_frames}:pools=none:frame-threads=1:log-level=none"
        encoder.options = {"preset": "ultrafast", "x265-params": parameters, **hasty}
    return encoder
