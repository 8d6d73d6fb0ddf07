"""A film of the rendered playroom as a file, so that both sides decode the very same bytes."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import av
from av.video.stream import VideoStream

from demo.planes import Planes
from demo.scene import Scene
from streaming.frames import planes

FRAMES_PER_SECOND = 15
START = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)


def write_clip(path: Path, *, seconds: int, width: int = 1280, height: int = 720) -> None:
    """Write *seconds* of playroom as H.264 with a key frame every two seconds, as cameras do."""
    scene = Scene(width, height, seed=1)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=FRAMES_PER_SECOND)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.bit_rate = 2_500_000
        stream.options = {"preset": "veryfast", "g": str(2 * FRAMES_PER_SECOND), "bf": "0"}
        for number in range(seconds * FRAMES_PER_SECOND):
            frame = av.VideoFrame(width, height, "yuv420p")
            scene.draw(Planes(*planes(frame)), START + timedelta(seconds=number / FRAMES_PER_SECOND), number)
            frame.pts, frame.time_base = number, Fraction(1, FRAMES_PER_SECOND)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
