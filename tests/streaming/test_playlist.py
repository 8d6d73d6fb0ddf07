"""The media playlist, whole, and what survives a round trip."""

from dataclasses import replace
from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from streaming.playlist import media_playlist
from streaming.store import MemoryStore, SegmentInfo
from streaming.ticks import TICKS_PER_SECOND
from tests.streaming.conftest import Golden
from tests.streaming.pictures import START, STREAM, segment


@st.composite
def windows(draw: st.DrawFn) -> tuple[SegmentInfo, ...]:
    first = draw(st.integers(0, 10**9))
    init, window = first, []
    for k in range(first, first + draw(st.integers(1, 10))):
        changed = draw(st.booleans())
        init = k if changed else init
        ticks = draw(st.integers(1, 3 * TICKS_PER_SECOND))
        made = segment(k % 1000, init=init, discontinuity=changed)
        window.append(replace(made, k=k, duration_ticks=ticks))
    return tuple(window)


def parsed(playlist: str) -> list[tuple[int, int, int, datetime, bool]]:
    """Return number, init, ticks, instant and break of each segment, as a player would."""
    found = []
    init, ticks, broken, instant = -1, 0, False, START
    for line in playlist.splitlines():
        tag, _, value = line.partition(":")
        if tag == "#EXT-X-DISCONTINUITY":
            broken = True
        elif tag == "#EXT-X-MAP":
            init = int(value.removeprefix('URI="').removesuffix('.init.mp4"'))
        elif tag == "#EXTINF":
            ticks = round(float(value.rstrip(",")) * TICKS_PER_SECOND)
        elif tag == "#EXT-X-PROGRAM-DATE-TIME":
            instant = datetime.fromisoformat(value)
        elif not line.startswith("#"):
            found.append((int(line.removesuffix(".m4s")), init, ticks, instant, broken))
            broken = False
    return found


def test_a_plain_window(golden: Golden) -> None:
    window = [segment(k) for k in range(5, 9)]

    golden.check("playlist_plain.m3u8", media_playlist(window, discontinuity_sequence=3))


def test_a_change_of_size(golden: Golden) -> None:
    window = [segment(5), segment(6, init=6, discontinuity=True), segment(7, init=6)]

    golden.check("playlist_change_of_size.m3u8", media_playlist(window, discontinuity_sequence=0))


@given(windows())
def test_a_playlist_survives_a_round_trip(window: tuple[SegmentInfo, ...]) -> None:
    playlist = media_playlist(window, discontinuity_sequence=2)

    assert parsed(playlist) == [
        (info.k, info.init, info.duration_ticks, info.filmed_from, info.discontinuity) for info in window
    ]
    assert "#EXT-X-TARGETDURATION:1\n" in playlist


@given(st.lists(st.integers(0, 30), min_size=1, max_size=30))
def test_the_window_is_always_consecutive_and_ends_at_the_newest(written: list[int]) -> None:
    store = MemoryStore()

    for k in written:
        store.put(segment(k), b"body")
        numbers = [info.k for info in store.window(STREAM, "main")]

        assert numbers == list(range(numbers[0], k + 1))
