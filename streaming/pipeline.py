"""From a camera's pictures to segments in the ring: filter, encode, cut, store.

Segments are cut at one second of film time, whatever the camera's own key frames and
frame rate. The whole of a segment was filmed inside the span that it names.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

import av

from streaming.encode import Encoded, Encoder
from streaming.frames import RawFrame
from streaming.privacy.filter import PrivacyFilter, SafeFrame
from streaming.privacy.masks import Polygon
from streaming.segment import Sample, fragment
from streaming.store import SegmentInfo, SegmentWriter, StreamKey
from streaming.ticks import TICKS_PER_SECOND

RENDITION = "main"
VARIANT = "a"

#: No more pictures than these are encoded in a second; the encoder's key frame interval too.
FRAMES_PER_SECOND = 30

#: Two pictures closer than this are more than we send; a camera's jitter at 30 is not.
CLOSEST_TICKS = TICKS_PER_SECOND // 45

#: A segment is shorter than a player's rounding of the playlist's target (RFC 8216, 4.3.3.1), whatever
#: gap the camera leaves before its next picture.
LONGEST_TICKS = TICKS_PER_SECOND * 149 // 100

#: A second is up when less than this is missing: rates such as 7 do not divide it.
ROUNDING_TICKS = TICKS_PER_SECOND // 100


class FilmClock(Protocol):
    """Says when, at the earliest and the latest, pictures were filmed."""

    def filmed(self, first_ticks: int, end_ticks: int) -> tuple[datetime, datetime]:
        """Return the cautious span of what lies in ``[first_ticks, end_ticks)``; aware."""


class Pipeline:
    """One connection's pictures, filtered, encoded, cut and stored. One epoch at most.

    Args:
        stream: its level decides whether there is any picture.
        writer: where the segments go.
        masks: polygons in thousandths of the picture, always hidden.
        first_k: number of the first segment.
        film_clock: gives each segment its filmed span.
        preset: of the encoder.
        on_segment: told of each segment once it can be read.

    Raises:
        BadMask: a mask cannot be understood.
    """

    def __init__(
        self,
        stream: StreamKey,
        writer: SegmentWriter,
        masks: Sequence[Polygon],
        *,
        first_k: int,
        film_clock: FilmClock,
        preset: str = "superfast",
        on_segment: Callable[[SegmentInfo], None] = lambda _: None,
    ) -> None:
        self._stream = stream
        self._writer = writer
        self._filter = PrivacyFilter(masks=masks, level=stream.level)
        self._film_clock = film_clock
        self._preset = preset
        self._on_segment = on_segment
        self._k = first_k
        self._first_k = first_k
        self._zero: int | None = None
        self._last = 0
        self._encoder: Encoder | None = None
        self._size = (0, 0)
        self._init = first_k
        self._pending: list[Encoded] = []

    def push(self, frame: RawFrame) -> None:
        """Take the next picture; a picture that is not later than the last is dropped.

        Raises:
            StorageFull: a segment found no room.
        """
        if self._zero is not None and frame.ticks < self._last + CLOSEST_TICKS:
            return
        safe = self._filter.apply(frame)
        if safe is None:
            return
        if self._zero is None:
            self._zero = frame.ticks
        self._last = frame.ticks
        self._take(safe)

    def finish(self) -> None:
        """Store what is left once the source ended: the last picture lasts as long as the one before it."""
        if self._pending:
            ticks = [sample.ticks for sample in self._pending]
            last = ticks[-1] - ticks[-2] if len(ticks) > 1 else TICKS_PER_SECOND // FRAMES_PER_SECOND
            self._store(ticks[-1] + last)

    def _take(self, safe: SafeFrame) -> None:
        size = (safe.picture.width, safe.picture.height)
        changed = self._encoder is None or size != self._size
        if self._pending and (changed or self._is_full(safe.ticks)):
            self._store(safe.ticks)
        if self._encoder is None or changed:
            self._encoder = Encoder(
                width=size[0], height=size[1], preset=self._preset, frames_per_second=FRAMES_PER_SECOND
            )
            self._size, self._init = size, self._k
            self._writer.put_init(self._stream, RENDITION, self._init, self._encoder.init)
        self._pending.extend(self._encoder.encode(safe, key=not self._pending))

    def _is_full(self, ticks: int) -> bool:
        return ticks - self._pending[0].ticks >= TICKS_PER_SECOND - ROUNDING_TICKS

    def _store(self, end: int) -> None:
        """Store the pictures that wait as one segment, which ends where the next begins."""
        samples, self._pending = self._pending, []
        ends = [*(sample.ticks for sample in samples[1:]), end]
        first = samples[0].ticks
        end = ends[-1] = min(end, max(first + LONGEST_TICKS, samples[-1].ticks + 1))
        filmed_from, filmed_until = self._film_clock.filmed(first, end)
        info = SegmentInfo(
            stream=self._stream,
            rendition=RENDITION,
            variant=VARIANT,
            k=self._k,
            init=self._init,
            filmed_from=filmed_from,
            filmed_until=filmed_until,
            duration_ticks=end - first,
            discontinuity=self._init == self._k != self._first_k,
        )
        body = fragment(
            sequence=self._k,
            decode_ticks=first - (self._zero or 0),
            samples=[
                Sample(sample.body, until - sample.ticks, sample.is_key)
                for sample, until in zip(samples, ends, strict=True)
            ],
        )
        self._k += 1
        self._writer.put(info, body)
        self._on_segment(info)


class FileClock:
    """Film time of a file: as if its first picture had been filmed at *start*."""

    def __init__(self, start: datetime) -> None:
        self._start = start

    def filmed(self, first_ticks: int, end_ticks: int) -> tuple[datetime, datetime]:
        """Return the span exactly: a file has no delay."""
        second = timedelta(seconds=1)
        return (
            self._start + second * first_ticks / TICKS_PER_SECOND,
            self._start + second * end_ticks / TICKS_PER_SECOND,
        )


def film_file(
    path: Path,
    writer: SegmentWriter,
    *,
    stream: StreamKey,
    masks: Sequence[Polygon] = (),
    preset: str = "superfast",
) -> int:
    """Run a video file through the pipeline as fast as it goes; return how many pictures it had."""
    count = 0
    pipeline = Pipeline(
        stream, writer, masks, first_k=0, film_clock=FileClock(datetime.now(UTC)), preset=preset
    )
    with av.open(str(path), options={"protocol_whitelist": "file"}) as container:
        video = container.streams.video[0]
        video.thread_type = "NONE"
        video.codec_context.thread_count = 1
        for picture in container.decode(video):
            if picture.pts is not None and picture.time_base is not None:
                pipeline.push(RawFrame(picture, int(picture.pts * picture.time_base * TICKS_PER_SECOND)))
                count += 1
    pipeline.finish()
    return count
