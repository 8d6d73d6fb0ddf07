"""``./portal demo`` comes up with either server, ends in every way, and leaves nothing behind."""

import signal
from pathlib import Path

import pytest

from tests.e2e.shown import Demo, until_gone
from tests.e2e.waiting import until


@pytest.mark.parametrize(
    ("server", "says"),
    [
        ("gstreamer", "cameras: GStreamer's RTSP server, with digest login and TLS"),
        ("pip", "cameras: the pip RTSP server, without login and TLS"),
    ],
)
def test_with_either_server_it_comes_up_stops_by_itself_and_leaves_nothing(
    tmp_path: Path, server: str, says: str
) -> None:
    with Demo(tmp_path, "--minutes", "0.05", "--rtsp-server", server) as running:
        code = running.process.wait(30)

    assert says in running.said()
    assert code == 0
    until_gone(running)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda one: one.name)
def test_a_signal_ends_it_and_leaves_nothing(tmp_path: Path, number: signal.Signals) -> None:
    with Demo(tmp_path, "--minutes", "20") as running:
        code = running.end(number)

    assert code == (128 + number if number == signal.SIGHUP else 0)
    assert "Traceback" not in running.said()
    until_gone(running)


def test_ctrl_c_while_it_starts_leaves_nothing(tmp_path: Path) -> None:
    starting = Demo(tmp_path)
    starting.start()
    try:
        until("a directory of it is there", lambda: list(tmp_path.glob("littlewindow-*")), 20)
    finally:
        code = starting.end(signal.SIGINT)

    assert code != 0
    assert "Traceback" not in starting.said()
    until_gone(starting)
