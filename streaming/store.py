"""Where the last seconds of each camera lie: a ring of segments, never on a real disk.

Segments are written by a process that parses hostile input, so what a segment says
of itself is a claim: readers check that it fits the place where it lies, and whoever
serves it believes it only where it agrees with the records. The store knows no rights.
"""

import threading
from typing import Protocol

from streaming.errors import SegmentNotFound, StorageFull
from streaming.ram_directory import RamDirectory
from streaming.ring import RING_SECONDS, inits_kept, is_past, newest_run
from streaming.segment_file import SegmentInfo, StreamKey

__all__ = [
    "RING_SECONDS",
    "MemoryStore",
    "RamDirectory",
    "SegmentInfo",
    "SegmentNotFound",
    "SegmentReader",
    "SegmentWriter",
    "StorageFull",
    "StreamKey",
]


class SegmentReader(Protocol):
    """What serving needs of a store."""

    def window(self, stream: StreamKey, rendition: str) -> tuple[SegmentInfo, ...]:
        """Return the newest segments with consecutive ``k``, oldest first; empty when there are none."""

    def read(
        self, stream: StreamKey, rendition: str, k: int, variant: str = "a"
    ) -> tuple[SegmentInfo, bytes]:
        """Return one segment and what it says of itself.

        Raises:
            SegmentNotFound: it is not there, not any more, or malformed.
        """

    def read_init(self, stream: StreamKey, rendition: str, n: int) -> bytes:
        """Return one init section.

        Raises:
            SegmentNotFound: it is not there, or not any more.
        """


class SegmentWriter(Protocol):
    """What filming needs of a store."""

    def put_init(self, stream: StreamKey, rendition: str, n: int, body: bytes) -> None:
        """Keep an init section; a segment that needs it comes after it.

        Raises:
            StorageFull: there is no room; nothing became visible.
        """

    def put(self, info: SegmentInfo, body: bytes) -> None:
        """Keep a segment, and evict what is too old beside it.

        Raises:
            StorageFull: there is no room; nothing became visible.
        """

    def clear(self, camera: str) -> None:
        """Empty the ring of *camera*, at once."""


class MemoryStore:
    """A ring in the memory of one process. Safe to use from several threads."""

    def __init__(self, *, ring_seconds: int = RING_SECONDS) -> None:
        self._ring_seconds = ring_seconds
        self._lock = threading.Lock()
        self._segments: dict[tuple[StreamKey, str, int, str], tuple[SegmentInfo, bytes]] = {}
        self._inits: dict[tuple[StreamKey, str, int], bytes] = {}

    def window(self, stream: StreamKey, rendition: str) -> tuple[SegmentInfo, ...]:
        """Return the newest segments with consecutive ``k``, oldest first."""
        with self._lock:
            kept = [info for info, _ in self._segments.values()]
        here = (stream, rendition, "a")
        return newest_run(info for info in kept if (info.stream, info.rendition, info.variant) == here)

    def read(
        self, stream: StreamKey, rendition: str, k: int, variant: str = "a"
    ) -> tuple[SegmentInfo, bytes]:
        """Return one segment and what it says of itself, or raise ``SegmentNotFound``."""
        with self._lock:
            found = self._segments.get((stream, rendition, k, variant))
        if found is None:
            raise SegmentNotFound("no such segment")
        return found

    def read_init(self, stream: StreamKey, rendition: str, n: int) -> bytes:
        """Return one init section, or raise ``SegmentNotFound``."""
        with self._lock:
            found = self._inits.get((stream, rendition, n))
        if found is None:
            raise SegmentNotFound("no such init section")
        return found

    def put_init(self, stream: StreamKey, rendition: str, n: int, body: bytes) -> None:
        """Keep an init section."""
        with self._lock:
            self._inits[stream, rendition, n] = body

    def put(self, info: SegmentInfo, body: bytes) -> None:
        """Keep a segment, and evict what is too old beside it."""
        with self._lock:
            self._segments[info.stream, info.rendition, info.k, info.variant] = info, body
            self._evict(info)

    def clear(self, camera: str) -> None:
        """Empty the ring of *camera*."""
        with self._lock:
            self._segments = {key: kept for key, kept in self._segments.items() if key[0].camera != camera}
            self._inits = {key: kept for key, kept in self._inits.items() if key[0].camera != camera}

    def _evict(self, newest: SegmentInfo) -> None:
        for key, (old, _) in list(self._segments.items()):
            if old.stream.camera == newest.stream.camera and is_past(
                old, newest, ring_seconds=self._ring_seconds
            ):
                del self._segments[key]
        oldest = min(
            k
            for stream, rendition, k, _ in self._segments
            if (stream, rendition) == (newest.stream, newest.rendition)
        )
        here = {
            n
            for stream, rendition, n in self._inits
            if (stream, rendition) == (newest.stream, newest.rendition)
        }
        for n in here - inits_kept(here, oldest):
            del self._inits[newest.stream, newest.rendition, n]
