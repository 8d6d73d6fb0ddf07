"""Write the media playlist of one rendition. Pure.

Source:
    RFC 8216, version 7 (fragmented MP4 with ``EXT-X-MAP``).
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from streaming.segment_file import SegmentInfo
from streaming.ticks import TICKS_PER_SECOND

#: Constant, as players expect; the pipeline makes no segment that rounds to more.
TARGET_SECONDS = 1


def media_playlist(window: Sequence[SegmentInfo], *, discontinuity_sequence: int) -> str:
    """Return the playlist that lists *window*.

    Args:
        window: consecutive segments, oldest first, at least one.
        discontinuity_sequence: how many breaks came before the first of them.
    """
    lines = [
        "#EXTM3U",
        "#EXT-X-VERSION:7",
        "#EXT-X-INDEPENDENT-SEGMENTS",
        f"#EXT-X-TARGETDURATION:{TARGET_SECONDS}",
        f"#EXT-X-MEDIA-SEQUENCE:{window[0].k}",
        f"#EXT-X-DISCONTINUITY-SEQUENCE:{discontinuity_sequence}",
    ]
    init: int | None = None
    for info in window:
        if info.discontinuity:
            lines.append("#EXT-X-DISCONTINUITY")
        if info.init != init:
            init = info.init
            lines.append(f'#EXT-X-MAP:URI="{init}.init.mp4"')
        lines += [
            f"#EXT-X-PROGRAM-DATE-TIME:{_instant(info.filmed_from)}",
            f"#EXTINF:{info.duration_ticks / TICKS_PER_SECOND:.5f},",
            f"{info.k}.m4s",
        ]
    return "\n".join(lines) + "\n"


def _instant(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
