"""A camera of the school in the tests: films when told to, one second at a time."""

from datetime import datetime, timedelta

from access.epochs import begin_epoch
from access.world import World
from streaming.store import MemoryStore, SegmentInfo, StreamKey
from streaming.ticks import TICKS_PER_SECOND


class FilmedRoom:
    """A camera that films when told to, one second at a time."""

    def __init__(self, world: World, segments: MemoryStore, key: str) -> None:
        self._world = world
        self._segments = segments
        self.key = key
        self._stream: StreamKey | None = None
        self._first_k = self._next_k = 1

    def connects(self, level: str = "clear") -> None:
        """Begin a new epoch; with the curtain drawn there is none, and the old one goes on by mistake."""
        order = begin_epoch(self._world, self.key, level)
        if order is not None:
            self._stream = StreamKey(camera=self.key, epoch=order.epoch, level=level)
            self._first_k = self._next_k = order.first_k
            self._segments.put_init(self._stream, "main", order.first_k, b"init")

    def films_segment(self, *, until: datetime | None = None, body: bytes | None = None) -> int:
        """Put one second that was filmed just now into the ring and return its number."""
        if self._stream is None:
            self.connects()
        assert self._stream is not None, "the camera was never allowed to film"
        k, self._next_k = self._next_k, self._next_k + 1
        filmed_until = until or self._world.clock.now()
        info = SegmentInfo(
            stream=self._stream,
            rendition="main",
            variant="a",
            k=k,
            init=self._first_k,
            filmed_from=filmed_until - timedelta(seconds=1),
            filmed_until=filmed_until,
            duration_ticks=TICKS_PER_SECOND,
            discontinuity=False,
        )
        self._segments.put(info, body or b"segment %d" % k)
        return k
