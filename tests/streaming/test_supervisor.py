"""What is wanted runs, what is not wanted is dead, and its ring is empty."""

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import pytest

from tests.streaming.supervised import Supervised, program

WAIT = "time.sleep(60)"
Supervise: TypeAlias = Callable[..., Supervised]
ADDRESS = "rtsp://office:CANARY-password@127.0.0.1:9/CANARY-path"


@pytest.fixture
def supervised(tmp_path: Path) -> Iterator[Supervise]:
    """Return a supervisor whose camera processes say some events, and then do something."""
    made: list[Supervised] = []

    def supervise(*events: dict[str, object], then: str = WAIT) -> Supervised:
        made.append(Supervised(tmp_path / "ring", spawn=[sys.executable, "-c", program(*events, then=then)]))
        return made[-1]

    yield supervise
    for told in made:
        told.supervisor.stop_all()


def test_a_camera_films_only_once_its_epoch_is_recorded(supervised: Supervise) -> None:
    told = supervised({"event": "connected"})
    told.want(ADDRESS)

    told.turns_until(lambda: told.begun, 5)

    assert told.begun == [1]
    assert told.told == [("oak", "camera:connecting")]


def test_without_a_record_there_is_no_connection_either(supervised: Supervise) -> None:
    told = supervised({"event": "connected"})
    told.allowed = False
    told.want(ADDRESS)
    told.turns_until(lambda: told.supervisor.pids, 5)
    first = told.supervisor.pids["oak"]

    told.turns_until(lambda: told.supervisor.pids.get("oak") not in {None, first}, 5)

    assert not Path(f"/proc/{first}").exists()
    assert told.begun == []


def test_a_stream_begins_anew_when_others_come_to_the_room(supervised: Supervise) -> None:
    told = supervised({"event": "connected"})
    told.want(ADDRESS, unbroken=(1,))
    told.turns_until(lambda: told.begun == [1], 5)

    told.want(ADDRESS, unbroken=(1, 2))
    told.turns_until(lambda: told.begun == [1, 2], 5)

    assert told.ended == [1]


def test_segments_before_an_epoch_make_no_camera_live(supervised: Supervise) -> None:
    told = supervised({"event": "segment", "k": 1})
    told.want(ADDRESS)

    with pytest.raises(TimeoutError):
        told.turns_until(lambda: told.state() == "camera:live", 0.5)


def test_a_camera_no_longer_wanted_is_dead_and_its_ring_empty_at_once(
    tmp_path: Path, supervised: Supervise
) -> None:
    # It writes for as long as it lives, so emptying the ring too early would show.
    writes = "import os, pathlib\n" + (
        f"place = pathlib.Path({str(tmp_path / 'ring' / 'oak')!r})\n"
        "while True:\n"
        "    place.mkdir(exist_ok=True, parents=True)\n"
        "    (place / '1').write_text('picture')\n"
    )
    told = supervised({"event": "connected"}, then=writes)
    told.want(ADDRESS)
    told.turns_until(lambda: told.begun and (tmp_path / "ring" / "oak" / "1").exists(), 5)
    pid = told.supervisor.pids["oak"]

    told.supervisor.want([])
    told.turns_until(lambda: told.ended, 1)
    told.turns_until(lambda: not Path(f"/proc/{pid}").exists(), 1)

    assert told.ended == [1]
    assert list((tmp_path / "ring").iterdir()) == []
    assert told.supervisor.states == {}


def test_a_fault_is_over_when_its_camera_is_not_due_any_more(supervised: Supervise) -> None:
    told = supervised({"event": "lost", "state": "camera:stalled"}, then="")
    told.want(ADDRESS)
    told.turns_until(lambda: told.state() == "camera:stalled", 5)

    told.supervisor.want([])

    assert told.told[-1] == ("oak", "camera:not_due")
    assert told.state() is None


@pytest.mark.parametrize(
    "changed",
    [{"masks": [[[0, 0], [500, 0], [0, 500]]]}, {"level": "faces"}, {"delay_allowance_seconds": 3.0}],
    ids=["masks", "level", "allowance"],
)
def test_a_change_is_a_new_process(supervised: Supervise, changed: dict[str, object]) -> None:
    told = supervised()
    told.want(ADDRESS)
    told.turns_until(lambda: told.supervisor.pids, 5)
    first = told.supervisor.pids["oak"]

    told.want(ADDRESS, **changed)

    assert "oak" not in told.supervisor.pids
    told.turns_until(lambda: told.supervisor.pids, 2)
    assert told.supervisor.pids["oak"] != first


def test_a_fault_is_named_until_the_camera_is_live_again(supervised: Supervise) -> None:
    told = supervised({"event": "lost", "state": "camera:wrong_password"}, then="")
    told.want(ADDRESS)
    told.turns_until(lambda: told.state() == "camera:wrong_password", 5)
    first = dict(told.supervisor.pids)

    told.turns_until(lambda: told.supervisor.pids not in ({}, first), 5)

    assert told.told == [("oak", "camera:connecting"), ("oak", "camera:wrong_password")]


def test_pauses_grow(supervised: Supervise) -> None:
    told = supervised({"event": "lost", "state": "camera:refused"}, then="")
    told.want(ADDRESS)
    starts: list[float] = []
    seen: set[int] = set()

    def third_start() -> bool:
        for pid in set(told.supervisor.pids.values()) - seen:
            seen.add(pid)
            starts.append(time.monotonic())
        return len(starts) == 3

    told.turns_until(third_start, 10)

    assert starts[1] - starts[0] >= 0.5
    assert starts[2] - starts[1] >= 1.0


@pytest.mark.parametrize(
    "events",
    [
        pytest.param([], id="it says nothing"),
        pytest.param([{"event": "lost", "state": "rtsp://CANARY"}], id="it makes up a state"),
    ],
)
def test_a_process_that_ends_without_a_word_was_killed(
    supervised: Supervise, events: list[dict[str, object]]
) -> None:
    told = supervised(*events, then="")
    told.want(ADDRESS)

    told.turns_until(lambda: told.state() == "camera:killed", 5)

    assert "CANARY" not in repr(told.told)


@pytest.mark.e2e
def test_a_process_that_falls_silent_is_killed(supervised: Supervise) -> None:
    told = supervised({"event": "connected"})
    told.want(ADDRESS)
    told.turns_until(lambda: told.begun, 5)

    took = told.turns_until(lambda: told.state() == "camera:killed", 8)

    assert took >= 4
    assert told.ended == [1]


def test_a_step_does_not_wait_for_a_process_that_reads_nothing(tmp_path: Path) -> None:
    told = Supervised(tmp_path / "ring", spawn=[sys.executable, "-c", "import time; " + WAIT])
    told.want(ADDRESS, masks=[[[number, 0] for number in range(1000)] for _ in range(100)])
    began = time.monotonic()

    told.supervisor.step()
    told.supervisor.step()

    assert time.monotonic() - began < 1
    told.turns_until(lambda: told.state() == "camera:killed", 2)


def test_what_a_process_prints_is_redacted(supervised: Supervise, caplog: pytest.LogCaptureFixture) -> None:
    said = "print('fault at', 'CANARY-password', '/CANARY%2Dpath', file=sys.stderr, flush=True)\n" + WAIT
    told = supervised(then=said)
    told.want(ADDRESS)

    told.turns_until(lambda: "fault at" in caplog.text, 5)

    assert "CANARY" not in caplog.text


def test_nothing_is_left_when_all_is_stopped(supervised: Supervise) -> None:
    told = supervised()
    told.want(ADDRESS)
    told.turns_until(lambda: told.supervisor.pids, 5)
    pid = told.supervisor.pids["oak"]

    told.supervisor.stop_all()

    assert not Path(f"/proc/{pid}").exists()
