"""A recorder bears only so many connections: never more, and who has one keeps it."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import pytest

from streaming.orders import DesiredCamera, RecorderLimit
from streaming.probe import probe
from streaming.recorders import Lines, Seats
from tests.streaming.supervised import Supervised, camera_settings, program

HALL = RecorderLimit("hall", 2)
ADDRESS = "rtsp://192.0.2.7/{}"
WAIT = "time.sleep(60)"
Supervise: TypeAlias = Callable[..., Supervised]


def channel(key: str, limit: RecorderLimit | None = HALL) -> DesiredCamera:
    return DesiredCamera(key, ADDRESS.format(key), [], "clear", 2.0, limit)


CAMERA = """
import json, sys

def say(**event):
    print(json.dumps(event), flush=True)

order = json.loads(sys.stdin.readline())
if order["camera"] in sys.argv[1:]:
    say(event="lost", state="camera:no_frames")
    sys.exit()
say(event="connected")
if sys.stdin.readline():  # the order to film
    say(event="segment", k=1)
sys.stdin.readline()
"""


def films(*, but: str = "") -> list[str]:
    """Return a camera process that is live at once; that of the camera *but* never is."""
    return [sys.executable, "-c", CAMERA, but]


@pytest.fixture
def supervised(tmp_path: Path) -> Iterator[Supervise]:
    made: list[Supervised] = []

    def supervise(spawn: list[str], turn_seconds: float = 60.0) -> Supervised:
        made.append(Supervised(tmp_path / "ring", spawn=spawn, turn_seconds=turn_seconds))
        return made[-1]

    yield supervise
    for told in made:
        told.supervisor.stop_all()


def states(told: Supervised) -> dict[str, str]:
    return {key: state.removeprefix("camera:") for key, state in told.supervisor.states.items()}


# Who has a turn


def test_first_come_first_seated_and_who_sits_stays() -> None:
    lines = Lines()
    lines.want({"b": HALL, "c": HALL})
    lines.want({"a": HALL, "b": HALL, "c": HALL, "d": HALL})

    assert [key for key in "abcd" if lines.has_turn(key, HALL)] == ["b", "c"]


def test_who_leaves_makes_room_for_the_next() -> None:
    lines = Lines()
    lines.want(dict.fromkeys("abc", HALL))
    lines.want(dict.fromkeys("bc", HALL))
    lines.want(dict.fromkeys("abc", HALL))

    assert [key for key in "abc" if lines.has_turn(key, HALL)] == ["b", "c"]


def test_who_had_its_turn_stands_behind_who_waits_and_loses_nothing_where_nobody_does() -> None:
    lines = Lines()
    lines.want(dict.fromkeys("abc", HALL))
    lines.to_the_back("a", HALL)
    behind = [key for key in "abc" if lines.has_turn(key, HALL)]
    lines.want(dict.fromkeys("ab", HALL))
    lines.to_the_back("b", HALL)

    assert behind == ["b", "c"]
    assert [key for key in "ab" if lines.has_turn(key, HALL)] == ["a", "b"]


def test_recorders_have_lines_of_their_own() -> None:
    yard = RecorderLimit("yard", 1)
    lines = Lines()
    lines.want({"a": HALL, "b": HALL, "c": yard})
    lines.want({"a": yard, "b": HALL, "c": yard})

    assert lines.has_turn("c", yard)
    assert not lines.has_turn("a", yard)
    assert not lines.has_turn("a", HALL)


# Seats


def test_there_are_as_many_seats_as_the_recorder_bears(tmp_path: Path) -> None:
    seats = Seats(tmp_path / "seats")
    taken = [seats.take(HALL), seats.take(HALL)]
    full = Seats(tmp_path / "seats").take(HALL)
    other = seats.take(RecorderLimit("yard", 1))
    assert None not in [*taken, other]
    assert full is None

    os.close(taken[0] or -1)

    again = seats.take(HALL)
    for descriptor in (taken[1], other, again):
        assert descriptor is not None
        os.close(descriptor)


def test_a_seat_is_free_when_its_process_was_killed_and_not_before(tmp_path: Path) -> None:
    seats, one = Seats(tmp_path / "seats"), RecorderLimit("hall", 1)
    seat = seats.take(one)
    assert seat is not None
    holder = subprocess.Popen(
        [sys.executable, "-c", "import time; time.sleep(60)"], pass_fds=[seat], stdin=subprocess.DEVNULL
    )
    os.close(seat)
    held = seats.take(one)

    holder.kill()
    holder.wait()

    free = seats.take(one)
    assert held is None
    assert free is not None
    os.close(free)


# Cameras


def test_cameras_beyond_the_limit_are_named_and_not_started(supervised: Supervise) -> None:
    told = supervised(films())
    told.supervisor.want(map(channel, "abc"))

    told.turns_until(lambda: list(states(told).values()) == ["live", "live", "recorder_full"], 10)

    assert sorted(told.supervisor.pids) == ["a", "b"]
    assert ("c", "camera:recorder_full") in told.told


def test_a_camera_with_an_address_of_its_own_waits_for_nobody(supervised: Supervise) -> None:
    told = supervised(films())
    told.supervisor.want([channel("a"), channel("b"), channel("c", None)])

    told.turns_until(lambda: list(states(told).values()) == ["live"] * 3, 10)


def test_a_newcomer_takes_the_place_of_nobody_and_follows_who_leaves(supervised: Supervise) -> None:
    told = supervised(films())
    told.supervisor.want(map(channel, "bc"))
    told.turns_until(lambda: list(states(told).values()) == ["live"] * 2, 10)
    first = dict(told.supervisor.pids)

    told.supervisor.want(map(channel, "abc"))
    told.turns_until(lambda: states(told).get("a") == "recorder_full", 5)
    assert told.supervisor.pids == first

    told.supervisor.want(map(channel, "ab"))
    told.turns_until(lambda: states(told) == {"a": "live", "b": "live"}, 10)
    assert told.supervisor.pids["b"] == first["b"]


def test_a_lost_camera_keeps_its_place_through_its_pauses(supervised: Supervise) -> None:
    told = supervised(films(but="a"))
    told.supervisor.want(map(channel, "abc"))
    told.turns_until(lambda: ("a", "camera:no_frames") in told.told, 10)
    first: set[int] = set()

    def tried_again() -> bool:
        first.update({told.supervisor.pids["a"]} if "a" in told.supervisor.pids else set())
        return len(first) >= 2

    told.turns_until(tried_again, 10)

    assert states(told) == {"a": "no_frames", "b": "live", "c": "recorder_full"}


def test_a_camera_that_stays_lost_lets_others_have_a_turn(supervised: Supervise) -> None:
    told = supervised(films(but="a"), turn_seconds=0.5)
    told.supervisor.want(map(channel, "abc"))

    told.turns_until(lambda: states(told) == {"a": "recorder_full", "b": "live", "c": "live"}, 10)

    assert told.told.index(("a", "camera:no_frames")) < told.told.index(("c", "camera:live"))


def test_somebody_elses_connection_counts_too(supervised: Supervise, tmp_path: Path) -> None:
    told = supervised(films())
    elsewhere = Seats(tmp_path / "seats").take(HALL)
    assert elsewhere is not None
    told.supervisor.want(map(channel, "ab"))
    told.turns_until(lambda: states(told) == {"a": "live", "b": "recorder_full"}, 10)

    os.close(elsewhere)

    told.turns_until(lambda: states(told) == {"a": "live", "b": "live"}, 10)


def test_where_seats_cannot_be_looked_at_nobody_is_connected(supervised: Supervise, tmp_path: Path) -> None:
    (tmp_path / "seats").write_text("no directory")
    told = supervised(films())
    told.supervisor.want([channel("a")])

    told.turns_until(lambda: states(told) == {"a": "recorder_full"}, 5)

    assert told.supervisor.pids == {}


# Probing


def test_a_probe_takes_a_free_seat_and_no_other(supervised: Supervise, tmp_path: Path) -> None:
    told, settings = supervised(films()), camera_settings(tmp_path / "ring")

    def probed(key: str) -> str:
        return probe(channel(key), settings, told.clock, seconds=10, spawn=films()).value

    told.supervisor.want([channel("a")])
    told.turns_until(lambda: states(told) == {"a": "live"}, 10)
    beside_one = probed("b")
    told.supervisor.want(map(channel, "ab"))
    told.turns_until(lambda: states(told) == {"a": "live", "b": "live"}, 10)

    assert beside_one == "camera:live"
    assert probed("c") == "camera:recorder_full"
    assert told.told.count(("a", "camera:live")) == 1


@pytest.mark.parametrize(
    ("said", "then", "state"),
    [
        pytest.param([{"event": "lost", "state": "camera:stalled"}], "", "camera:stalled", id="a fault"),
        pytest.param([], "", "camera:killed", id="nothing"),
        pytest.param([{"event": "lost", "state": "rtsp://CANARY"}], "", "camera:killed", id="an invention"),
        pytest.param([{"event": "confined", "landlock": 7}], WAIT, "camera:connecting", id="no end"),
    ],
)
def test_a_probe_says_what_became_of_the_camera(
    tmp_path: Path, said: list[dict[str, object]], then: str, state: str
) -> None:
    spawn = [sys.executable, "-c", program(*said, then=then)]
    told = Supervised(tmp_path / "ring")

    found = probe(
        channel("a", None), camera_settings(tmp_path / "ring"), told.clock, seconds=1.5, spawn=spawn
    )

    assert found.value == state
