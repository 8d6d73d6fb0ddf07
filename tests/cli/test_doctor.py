"""``./portal doctor`` on an installation as it is typed in: what it says, and what it leaves alone."""

import json
import socket
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from access.database import connect, writing
from access.log import entry
from tests.cameras import closed_port
from tests.cli.desk import Desk

WRONG = 1


class Bare(Desk):
    """A terminal on which nothing was set."""

    def __init__(self) -> None:
        self._settings = {}


@pytest.fixture
def tmp_path(disk: Path) -> Path:
    """An installation lies on a disk, or doctor says so."""
    return disk


@pytest.fixture
def memory(desk: Desk) -> Iterator[Path]:
    """Have the installation's RAM directory really in memory."""
    desk.home.chmod(0o700)
    with tempfile.TemporaryDirectory(prefix="littlewindow-test-", dir="/dev/shm") as place:
        desk.sets("PORTAL_RAM_DIRECTORY", place)
        yield Path(place)


def findings(desk: Desk, code: int) -> dict[str, list[dict[str, Any]]]:
    """Return what doctor found, by check."""
    result = desk.types("doctor", "--json")
    assert result.exit_code == code, result.output
    told = json.loads(result.output)
    assert told["well"] == (code == 0)
    by_check: dict[str, list[dict[str, Any]]] = {}
    for finding in told["findings"]:
        by_check.setdefault(finding["check"], []).append(finding)
    return by_check


def states(found: dict[str, list[dict[str, Any]]], check: str) -> list[str]:
    return [finding["state"] for finding in found[check]]


class Listening:
    """A port that accepts whoever comes, and says nothing."""

    def __init__(self) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._server.getsockname()[1])

    def __enter__(self) -> "Listening":
        return self

    def __exit__(self, *_: object) -> None:
        self._server.close()

    def said_by_visitors(self) -> list[bytes]:
        """Return what each of those said who came before now, and left."""
        said: list[bytes] = []
        with socket.create_connection(("127.0.0.1", self.port)) as own:
            while True:  # they are accepted in the order in which they came, ours last
                visitor, end = self._server.accept()
                with visitor:
                    if end == own.getsockname():
                        return said
                    said.append(visitor.recv(100))


def hang_camera_at(desk: Desk, port: int) -> None:
    """Replace the camera by one on this machine."""
    desk.sets("PORTAL_ALLOW_LOOPBACK_CAMERAS", "true")
    desk.does("camera", "deactivate", "Window side", by="director")
    address = f"rtsp://viewer:canary-pass-7193@127.0.0.1:{port}/canary-path\n"
    desk.does("camera", "add", "Oak room", "Near", by="office", typed=address)
    desk.opens_gates("Near")
    desk.does("curtain", "open", "Oak room", by="director")


def test_an_installation_in_order_is_told_line_by_line_with_code_0(desk: Desk, memory: Path) -> None:
    with Listening() as camera:
        hang_camera_at(desk, camera.port)

        result = desk.types("doctor")
        lines = result.output.splitlines()

        assert result.exit_code == 0, result.output
        assert any("Near: somebody answers at its address" in line for line in lines)
        assert camera.said_by_visitors() == [b""]  # nothing was asked of it
    assert not [line for line in lines if line.startswith("wrong")]
    assert [line for line in lines if "->" not in line and not line.startswith("well")] == []
    for name in ("Settings", "Portal", "Address", "Clock", "Database", "Key files", "Backup", "Versions"):
        assert any(f" {name}: " in line for line in lines), name


def test_no_secret_and_no_camera_address_is_printed(desk: Desk, memory: Path) -> None:
    desk.sets("PORTAL_DATABASE_URL", "postgresql+psycopg://portal:canary-word@127.0.0.1:1/portal")
    remote = desk.types("doctor").output
    desk.sets("PORTAL_DATABASE_URL", "")

    said = remote + desk.types("doctor", "--json").output

    assert "Database: The database does not answer" in remote
    assert "canary" not in said
    assert "192.0.2.17" not in said


def test_a_camera_that_nobody_may_watch_is_not_connected(desk: Desk, memory: Path) -> None:
    with Listening() as camera:
        hang_camera_at(desk, camera.port)
        desk.does("curtain", "draw", "Oak room", by="office")

        found = findings(desk, 0)

        assert states(found, "cameras") == ["unknown"]
        assert camera.said_by_visitors() == []


def test_a_camera_that_does_not_answer_is_wrong(desk: Desk, memory: Path) -> None:
    hang_camera_at(desk, closed_port())

    found = findings(desk, WRONG)

    assert [(f["state"], f["detail"]) for f in found["cameras"]] == [("wrong", "camera:refused")]


def test_no_camera_is_connected_under_a_clock_that_is_not_believed(desk: Desk, memory: Path) -> None:
    engine = connect(f"sqlite:///{desk.home / 'portal.db'}")
    with writing(engine) as connection:
        tomorrow = datetime.now(UTC) + timedelta(days=1)
        entry.append(connection, log=1, kind="viewing:opened", at=tomorrow, body={"subject": {}})
    engine.dispose()

    with Listening() as camera:
        hang_camera_at(desk, camera.port)
        found = findings(desk, WRONG)

        assert states(found, "clock") == ["wrong"]
        assert states(found, "cameras") == ["unknown"]
        assert camera.said_by_visitors() == []
    desk.does("clock", "confirm", by="director")
    assert "wrong" not in states(findings(desk, WRONG), "clock")


def test_broken_settings_are_named_and_the_rest_is_looked_at(desk: Desk, memory: Path) -> None:
    desk.sets("PORTAL_PROT", "8080")
    desk.sets("PORTAL_WEB_THREADS", "canary")

    found = findings(desk, WRONG)

    assert states(found, "settings") == ["wrong"]
    assert "PORTAL_PROT is not known" in found["settings"][0]["detail"]
    assert "PORTAL_WEB_THREADS" in found["settings"][0]["detail"]
    assert states(found, "database") == ["well"]


def test_without_any_setting_the_machine_is_looked_at() -> None:
    found = findings(Bare(), WRONG)

    assert set(found) == {"settings", "clock", "memory", "versions"}


def test_plain_http_beyond_this_machine_is_wrong_before_the_start_refuses_it(
    desk: Desk, memory: Path
) -> None:
    desk.sets("PORTAL_BIND", "192.0.2.1")

    assert "PORTAL_BIND" in findings(desk, WRONG)["settings"][0]["detail"]


def test_looking_changes_nothing(desk: Desk, tmp_path: Path) -> None:
    desk.sets("PORTAL_DATA_DIRECTORY", str(tmp_path / "none"))
    desk.sets("PORTAL_RAM_DIRECTORY", str(tmp_path / "none either"))

    found = findings(desk, WRONG)

    assert not (tmp_path / "none").exists()
    assert not (tmp_path / "none either").exists()
    assert states(found, "data") == ["wrong"]
    assert states(found, "database") == ["wrong"]


def test_wrong_modes_are_seen_and_not_mended(desk: Desk, memory: Path) -> None:
    (desk.home / "key").chmod(0o644)
    memory.chmod(0o755)

    found = findings(desk, WRONG)

    assert "wrong" in states(found, "keys")
    assert "wrong" in states(found, "ram")
    assert (desk.home / "key").stat().st_mode & 0o777 == 0o644
    assert memory.stat().st_mode & 0o777 == 0o755


def test_a_locked_database_is_told_within_its_time(desk: Desk, memory: Path) -> None:
    with closing(sqlite3.connect(desk.home / "portal.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")

        assert states(findings(desk, WRONG), "database") == ["wrong"]


def test_whether_the_portal_runs_is_asked(desk: Desk, memory: Path) -> None:
    with Listening() as silent:
        desk.sets("PORTAL_PORT", str(silent.port))

        assert states(findings(desk, WRONG), "portal") == ["look"]
