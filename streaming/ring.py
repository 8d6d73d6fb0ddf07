"""Which segments are kept, and which of those kept a player is told of. Pure."""

from collections.abc import Iterable
from datetime import timedelta

from streaming.segment_file import SegmentInfo

RING_SECONDS = 8

#: Segments last a second or more; a ring holds no more of them than this beyond its seconds.
SPARE_SEGMENTS = 2


def is_past(old: SegmentInfo, newest: SegmentInfo, *, ring_seconds: int) -> bool:
    """Say whether *old* must leave the ring now that *newest* is written.

    It leaves by age and, should clocks jump, by number; what was filmed after
    the newest, or is numbered after it, does not belong to it and leaves too.
    """
    age = newest.filmed_until - old.filmed_until
    if not timedelta(0) <= age < timedelta(seconds=ring_seconds):
        return True
    return old.stream == newest.stream and not 0 <= newest.k - old.k < ring_seconds + SPARE_SEGMENTS


def newest_run(segments: Iterable[SegmentInfo]) -> tuple[SegmentInfo, ...]:
    """Return the longest run of consecutive ``k`` that ends at the newest, oldest first."""
    run: list[SegmentInfo] = []
    for info in sorted(segments, key=lambda info: info.k, reverse=True):
        if run and info.k != run[-1].k - 1:
            break
        run.append(info)
    return tuple(reversed(run))


def inits_kept(inits: Iterable[int], oldest_k: int) -> set[int]:
    """Return the init sections that the segments from *oldest_k* on may still need."""
    numbers = set(inits)
    needed = max((n for n in numbers if n <= oldest_k), default=oldest_k)
    return {n for n in numbers if n >= needed}
