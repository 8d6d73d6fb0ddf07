"""``./portal up`` begins with nothing half-made: what is missing is said, with what to do."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
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


@pytest.mark.e2e
def test_a_portal_whose_web_does_not_answer_is_not_called_open(tmp_path: Path) -> None:
    make_key_file(tmp_path / "key")
    said = tmp_path / "said"

    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        tempfile.TemporaryDirectory(prefix="littlewindow-test-", dir="/dev/shm") as ram,
        said.open("wb") as output,
    ):
        port = str(taken.getsockname()[1])
        given = settings(tmp_path, PORTAL_RAM_DIRECTORY=ram, PORTAL_PORT=port)
        assert CliRunner().invoke(main, ["db", "upgrade"], env=given).exit_code == 0
        portal = subprocess.Popen(
            [sys.executable, "-m", "app.cli", "up"],
            cwd=ROOT,
            env=os.environ | given,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
        try:
            until("the web cannot listen", lambda: b"in use" in said.read_bytes(), 30)
        finally:
            portal.send_signal(signal.SIGTERM)
            portal.wait(20)

    assert "小窗 does not answer yet" in said.read_text()
    assert "小窗 is open" not in said.read_text()
