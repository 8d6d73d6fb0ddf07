"""``./portal up`` begins with nothing half-made: what is missing is said, with what to do."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from access.vault import make_key_file
from app.cli import main
from tests.e2e.waiting import until
from tests.readme import ROOT

SETTINGS_WRONG = 78


def settings(home: Path, **more: str) -> dict[str, str]:
    home.chmod(0o700)
    return {"PORTAL_DATA_DIRECTORY": str(home), "PORTAL_RAM_DIRECTORY": str(home / "ram"), **more}


def test_a_database_of_another_version_is_not_opened(tmp_path: Path) -> None:
    make_key_file(tmp_path / "key")

    said = CliRunner().invoke(main, ["up"], env=settings(tmp_path))

    assert said.exit_code == SETTINGS_WRONG
    assert "./portal db upgrade" in said.output


def test_without_its_key_nothing_starts(tmp_path: Path) -> None:
    said = CliRunner().invoke(main, ["up", "--json"], env=settings(tmp_path))

    assert said.exit_code == SETTINGS_WRONG
    assert "./portal key make" in said.output


def test_plain_http_for_others_is_refused(tmp_path: Path) -> None:
    make_key_file(tmp_path / "key")

    said = CliRunner().invoke(main, ["up"], env=settings(tmp_path, PORTAL_BIND="192.0.2.1"))

    assert said.exit_code == SETTINGS_WRONG
    assert "PORTAL_BIND" in said.output


@contextmanager
def portal(home: Path, **more: str) -> Iterator[tuple["subprocess.Popen[bytes]", Path]]:
    """Run ``./portal up`` on a database that is as it should be; give what it prints as a file."""
    make_key_file(home / "key")
    said = home / "said"
    with (
        tempfile.TemporaryDirectory(prefix="littlewindow-test-", dir="/dev/shm") as ram,
        said.open("wb") as output,
    ):
        given = settings(home, PORTAL_RAM_DIRECTORY=ram, **more)
        assert CliRunner().invoke(main, ["db", "upgrade"], env=given).exit_code == 0
        running = subprocess.Popen(
            [sys.executable, "-m", "app.cli", "up"],
            cwd=ROOT,
            env=os.environ | given,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
        try:
            yield running, said
        finally:
            running.send_signal(signal.SIGTERM)
            running.wait(20)


@pytest.mark.e2e
def test_a_portal_whose_web_does_not_answer_is_not_called_open(tmp_path: Path) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        portal(tmp_path, PORTAL_PORT=str(taken.getsockname()[1])) as (_, said),
    ):
        until("the web cannot listen", lambda: b"in use" in said.read_bytes(), 30)

    assert "小窗 does not answer yet" in said.read_text()
    assert "小窗 is open" not in said.read_text()


@pytest.mark.e2e
@pytest.mark.parametrize(
    ("bind", "family", "host"),
    [
        pytest.param("::1", socket.AF_INET6, "[::1]", id="IPv6"),
        pytest.param("127.0.0.2", socket.AF_INET, "127.0.0.2", id="another address of this machine"),
        pytest.param("localhost", socket.AF_INET, "localhost", id="a name"),
    ],
)
def test_it_listens_and_answers_where_it_is_told(
    tmp_path: Path, bind: str, family: socket.AddressFamily, host: str
) -> None:
    with socket.create_server((bind, 0), family=family) as free:
        port = free.getsockname()[1]
    with portal(tmp_path, PORTAL_BIND=bind, PORTAL_PORT=str(port)) as (_, said):
        until("it is open", lambda: "小窗 is open" in said.read_text(), 30)

        front = http.client.HTTPConnection(bind, port, timeout=10)
        front.request("GET", "/", headers={"Host": f"{host}:{port}"})
        status = front.getresponse().status
        front.close()

    assert status == 200
    assert f"小窗 is open at http://{host}:{port}" in said.read_text()
