"""``./portal up`` begins with nothing half-made: what is missing is said, with what to do."""

import http.client
import os
import shutil
import socket
import stat
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from access import schema
from access.copies import make_copy
from access.database import connect, reading
from access.key_files import make_key_file
from access.seen import Seen
from app.cli import main
from tests.cli.desk import Desk
from tests.cli.running import certified, portal, running, settings
from tests.e2e.waiting import until

SETTINGS_WRONG = 78


def database(home: Path, revision: str = "head") -> None:
    """Make a database of an older version, or of this one."""
    engine = connect(f"sqlite:///{home / 'portal.db'}")
    schema.upgrade(engine, revision)
    engine.dispose()


def test_a_database_of_another_version_is_not_opened(tmp_path: Path) -> None:
    make_key_file(tmp_path / "key")
    database(tmp_path, "0001")

    said = CliRunner().invoke(main, ["up"], env=settings(tmp_path))

    assert said.exit_code == SETTINGS_WRONG
    assert "./portal db upgrade" in said.output


def test_beside_records_no_new_key_is_made(tmp_path: Path) -> None:
    database(tmp_path)

    said = CliRunner().invoke(main, ["up", "--json"], env=settings(tmp_path))

    assert said.exit_code == SETTINGS_WRONG
    assert "put back the copy that is kept apart" in said.output
    assert not (tmp_path / "key").exists()


def test_another_key_than_the_one_that_sealed_the_cameras_is_told(desk: Desk) -> None:
    key = desk.home / "key"
    key.unlink()
    refused = desk.types("key", "make")
    key.write_bytes(os.urandom(32))
    key.chmod(0o400)

    said = desk.types("up")

    assert (refused.exit_code, said.exit_code) == (SETTINGS_WRONG, SETTINGS_WRONG)
    assert "sealed with another key" in refused.output
    assert "is not the one that sealed" in said.output


def test_an_older_copy_of_the_database_is_not_served(desk: Desk, tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{desk.database}")
    copy = make_copy(engine, tmp_path, revision="test", now=datetime.now(UTC))
    desk.does("child", "add", "小满", by="office")
    with reading(engine) as connection:
        Seen(desk.home / "seen").note(connection)
    engine.dispose()
    for left in desk.home.glob("portal.db*"):
        left.unlink()
    gone = desk.types("up")
    shutil.copyfile(copy, desk.database)

    with tempfile.TemporaryDirectory(prefix="littlewindow-test-", dir="/dev/shm") as ram:
        desk.sets("PORTAL_RAM_DIRECTORY", ram)
        put_back = desk.types("up")

    assert (gone.exit_code, put_back.exit_code) == (SETTINGS_WRONG, SETTINGS_WRONG)
    assert "the database is gone" in gone.output
    assert "an older copy was put back" in put_back.output


@pytest.mark.parametrize("name", ["key", "secret"])
def test_a_secret_that_others_may_read_is_refused_with_what_to_do(first_desk: Desk, name: str) -> None:
    secret = first_desk.home / name
    if not secret.exists():
        secret.write_bytes(os.urandom(32))
    secret.chmod(0o644)

    said = first_desk.types("up")

    assert said.exit_code == SETTINGS_WRONG
    assert "chmod" in said.output


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
@pytest.mark.parametrize("name", ["key", "secret"])
def test_a_secret_of_somebody_elses_is_refused_with_what_to_do(first_desk: Desk, name: str) -> None:
    secret = first_desk.home / name
    secret.write_bytes(os.urandom(32)) if name == "secret" else None
    secret.chmod(0o600)
    os.chown(secret, 65534, 65534)

    said = first_desk.types("up")

    assert said.exit_code == SETTINGS_WRONG
    assert "chown" in said.output


def test_plain_http_for_others_is_refused(tmp_path: Path) -> None:
    make_key_file(tmp_path / "key")

    said = CliRunner().invoke(main, ["up"], env=settings(tmp_path, PORTAL_BIND="192.0.2.1"))

    assert said.exit_code == SETTINGS_WRONG
    assert "PORTAL_BIND" in said.output


@pytest.mark.parametrize(
    ("made_out_to", "days", "said"),
    [
        pytest.param("window.example", -2, "ran out on", id="run out"),
        pytest.param("other.example", 90, "is not made out to window.example", id="made out to another"),
    ],
)
def test_a_certificate_that_no_phone_would_accept_is_refused_with_what_to_do(
    tmp_path: Path, made_out_to: str, days: int, said: str
) -> None:
    make_key_file(tmp_path / "key")
    own = certified(tmp_path / "tls", "https://window.example:8443", made_out_to, lasts=timedelta(days=days))

    given = settings(tmp_path, PORTAL_BIND="192.0.2.1", **own)
    assert CliRunner().invoke(main, ["db", "upgrade"], env=given).exit_code == 0

    answer = CliRunner().invoke(main, ["up"], env=given)

    assert answer.exit_code == SETTINGS_WRONG
    assert said in answer.output


@pytest.mark.e2e
def test_the_first_start_makes_what_it_needs_for_nobody_else(tmp_path: Path) -> None:
    home = tmp_path / "new"

    with (
        socket.create_server(("127.0.0.1", 0)) as free,
        tempfile.TemporaryDirectory(prefix="littlewindow-test-", dir="/dev/shm") as ram,
    ):
        port = free.getsockname()[1]
        free.close()
        given = {"PORTAL_DATA_DIRECTORY": str(home), "PORTAL_RAM_DIRECTORY": ram, "PORTAL_PORT": str(port)}
        with running(given, tmp_path / "said") as (_, said):
            until("it is open", lambda: "小窗 is open" in said.read_text(), 30)

    assert said.read_text().count("first start: made") == 2
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in [home, *home.iterdir()]}
    assert modes["new"] == 0o700
    assert modes["key"] == 0o400
    assert modes["secret"] == modes["portal.db"] == modes["journal"] == 0o600


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
