"""From pictures to segments, decoded again by somebody else's reader."""

import json
import subprocess
from datetime import timedelta
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import av
import pytest

from streaming.encode import Encoder, encoded_size
from streaming.frames import planes
from streaming.pipeline import FileClock, Pipeline, film_file
from streaming.privacy.filter import GREY
from streaming.store import MemoryStore, SegmentInfo, StreamKey
from streaming.ticks import TICKS_PER_SECOND
from tests.streaming.pictures import START, STREAM, frame


class Filmed(MemoryStore):
    """A ring long enough for a whole test, and everything that was put in it."""

    def __init__(self) -> None:
        super().__init__(ring_seconds=1000)

    def infos(self) -> tuple[SegmentInfo, ...]:
        return self.window(STREAM, "main")

    def stream(self, *, init: int | None = None) -> bytes:
        chosen = [info for info in self.infos() if init is None or info.init == init]
        bodies = [self.read(STREAM, "main", info.k)[1] for info in chosen]
        return self.read_init(STREAM, "main", chosen[0].init) + b"".join(bodies)


def decoded(stream: bytes) -> list[av.VideoFrame]:
    with av.open(BytesIO(stream), mode="r") as container:
        return list(container.decode(video=0))


def seconds(shown: av.VideoFrame) -> float:
    assert shown.pts is not None
    assert shown.time_base is not None
    return float(shown.pts * shown.time_base)


def film(
    instants: list[float], *, masks: list[list[list[float]]] | None = None, size: tuple[int, int] = (64, 48)
) -> Filmed:
    store = Filmed()
    pipeline = Pipeline(STREAM, store, masks or [], first_k=100, film_clock=FileClock(START))
    for at in instants:
        pipeline.push(frame(at, *size))
    pipeline.finish()
    return store


@pytest.mark.parametrize("rate", [5, 7, 10, 12.5, 15, 25, 29.97, 30])
def test_segments_last_a_second_at_any_frame_rate(rate: float) -> None:
    store = film([n / rate for n in range(round(rate * 4) + 1)])

    *whole, _ = store.infos()
    assert len(whole) >= 3
    assert all(0.98 <= info.duration_ticks / TICKS_PER_SECOND < 1 + 1 / rate for info in whole)


def test_a_gap_before_the_next_picture_never_makes_a_segment_longer_than_its_target_rounds_to() -> None:
    store = film([0.0, 0.5, 0.9, 1.85, 2.8, 3.75])

    assert all(info.duration_ticks < 1.5 * TICKS_PER_SECOND for info in store.infos())


def test_every_picture_is_decoded_back_at_its_instant_and_keys_start_segments() -> None:
    instants = [0.0]
    while instants[-1] < 5:
        instants.append(instants[-1] + (1 / 30, 1 / 5, 1 / 12)[len(instants) % 3])

    store = film(instants)
    pictures = decoded(store.stream())

    assert [round(seconds(p), 3) for p in pictures] == [round(at, 3) for at in instants]
    keys = [seconds(p) for p in pictures if p.key_frame]
    starts = [(info.filmed_from - START).total_seconds() for info in store.infos()]
    assert keys == pytest.approx(starts, abs=0.001)


def test_a_segment_names_exactly_the_span_it_was_filmed_in() -> None:
    infos = film([3 + n / 10 for n in range(31)]).infos()

    assert infos[0].filmed_from == START + timedelta(seconds=3)
    for info, following in pairwise(infos):
        assert info.filmed_until == following.filmed_from
        assert info.filmed_until - info.filmed_from == timedelta(
            seconds=info.duration_ticks / TICKS_PER_SECOND
        )


def test_a_change_of_size_starts_a_new_init_section() -> None:
    store = Filmed()
    pipeline = Pipeline(STREAM, store, [], first_k=100, film_clock=FileClock(START))
    for n in range(40):
        pipeline.push(frame(n / 10, *((64, 48) if n < 15 else (96, 64))))
    pipeline.finish()

    assert [(info.k, info.init, info.discontinuity) for info in store.infos()] == [
        (100, 100, False), (101, 100, False), (102, 102, True), (103, 102, False), (104, 102, False),
    ]  # fmt: skip
    assert {(p.width, p.height) for p in decoded(store.stream(init=100))} == {(64, 48)}
    assert {(p.width, p.height) for p in decoded(store.stream(init=102))} == {(96, 64)}


def test_a_mask_is_still_grey_after_the_encoder() -> None:
    store = film([n / 10 for n in range(11)], masks=[[[0, 0], [499, 0], [499, 1000], [0, 1000]]])

    for shown in decoded(store.stream()):
        for plane in planes(shown):
            assert abs(plane[:, : plane.shape[1] // 2 - 8].astype(int) - GREY).max() <= 3


@pytest.mark.parametrize("level", ["faces", "figures", "closed"])
def test_at_any_level_but_clear_nothing_is_stored(level: str) -> None:
    store, stream = MemoryStore(), StreamKey("oak-camera", 7, level)
    pipeline = Pipeline(stream, store, [], first_k=0, film_clock=FileClock(START))

    for n in range(30):
        pipeline.push(frame(n / 10))
    pipeline.finish()

    assert store.window(stream, "main") == ()


def test_pictures_that_are_not_later_are_dropped() -> None:
    store = film([0, 0.5, 0.5, 0.2, 0.501, 0.7, 1.0])

    assert len(decoded(store.stream())) == 4


def test_a_large_picture_is_sent_with_at_most_720_lines() -> None:
    store = film([0, 0.5], size=(1440, 1080))

    assert {(p.width, p.height) for p in decoded(store.stream())} == {(960, 720)}
    assert encoded_size(1921, 719) == (1920, 718)


def test_an_unknown_preset_is_refused() -> None:
    with pytest.raises(ValueError, match="placebo"):
        Encoder(width=64, height=48, preset="placebo", frames_per_second=30)


def test_ffprobe_reads_what_we_write(tmp_path: Path) -> None:
    path = tmp_path / "filmed.mp4"
    path.write_bytes(film([n / 10 for n in range(25)]).stream())

    told = subprocess.run(
        ["ffprobe", "-v", "error", "-count_frames", "-show_streams", "-of", "json", str(path)],
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )

    shown = json.loads(told.stdout)["streams"][0]
    assert told.stderr == ""
    assert (shown["codec_name"], shown["profile"], shown["has_b_frames"]) == ("h264", "Main", 0)
    assert (shown["nb_read_frames"], shown["color_primaries"], shown["time_base"]) == (
        "25",
        "bt709",
        "1/90000",
    )


def test_a_file_runs_through_as_fast_as_it_goes(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(film([n / 10 for n in range(25)]).stream())
    store = Filmed()

    count = film_file(path, store, stream=STREAM)

    assert count == 25
    assert len(decoded(store.stream())) == 25
