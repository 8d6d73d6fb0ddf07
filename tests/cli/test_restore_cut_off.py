"""A backup or a restore that is killed: nothing is lost, nothing starts half, and it is done again."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine

from access import schema
from access.backups.plain import plain_copy
from access.database import connect
from tests.access.trouble import no_file_beyond
from tests.cli.desk import Desk
from tests.cli.restoring import back_up, explained, kinds, opened, restore


def test_a_restore_that_was_cut_off_starts_nothing_and_is_done_again(
    school: Desk, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup = back_up(school)
    school.does("curtain", "draw", "Oak room", by="director")
    with monkeypatch.context() as cut:
        cut.setattr("access.seen.Seen.begin_anew", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        school.types("restore", str(backup), "--identity", str(stick))

    up = school.types("up")

    assert "not to the end" in up.output
    said = restore(school, backup, stick)
    assert (said["complete"], said["exactly"]) == (True, 1)
    assert "open again" in opened(school, by="director")
    assert "curtain" in explained(school)


def test_what_a_killed_backup_left_goes_with_the_next(school: Desk, stick: Path) -> None:
    settings = {"PORTAL_DATA_DIRECTORY": str(school.home), "PORTAL_RAM_DIRECTORY": str(school.home / "ram")}
    killed = (
        "import os, signal, access.backups.making as making\n"
        "making._encrypted = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "from app.cli import main\n"
        "main(['backup'])\n"
    )
    left = subprocess.run([sys.executable, "-c", killed], env=os.environ | settings, check=False)
    assert left.returncode == -signal.SIGKILL
    assert (school.home / "backup.scratch" / "portal.db").stat().st_mode & 0o077 == 0

    backup = back_up(school)

    assert not (school.home / "backup.scratch").exists()
    assert school.types("backup", "verify", str(backup), "--identity", str(stick)).exit_code == 0


@pytest.mark.parametrize(
    "place",
    ["restoring._end_ways_in", "placing.onto_the_disk", "placing._keep"],
    ids=["made", "moved", "set aside"],
)
def test_a_killed_restore_loses_nothing_and_is_done_again(school: Desk, stick: Path, place: str) -> None:
    backup = back_up(school)
    school.does("curtain", "draw", "Oak room", by="director")
    before = kinds(school)
    settings = {"PORTAL_DATA_DIRECTORY": str(school.home), "PORTAL_RAM_DIRECTORY": str(school.home / "ram")}
    module, _, name = place.partition(".")
    killed = (
        f"import os, signal, access.backups.{module} as module\n"
        f"module.{name} = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "from app.cli import main\n"
        f"main(['restore', {str(backup)!r}, '--identity', {str(stick)!r}])\n"
    )
    left = subprocess.run([sys.executable, "-c", killed], env=os.environ | settings, check=False)
    assert left.returncode == -signal.SIGKILL
    assert kinds(school) == before

    said = restore(school, backup, stick)

    assert (said["complete"], said["exactly"]) == (True, 1)
    assert "open again" in opened(school, by="director")
    assert explained(school).startswith("refused: room:curtain")


@pytest.mark.parametrize("share", [0.3, 0.9], ids=["while it is opened", "near its end"])
def test_a_restore_without_room_changes_nothing_and_is_done_again(
    school: Desk, stick: Path, share: float
) -> None:
    backup = back_up(school)
    school.does("curtain", "draw", "Oak room", by="director")
    before = kinds(school)

    with no_file_beyond(int(school.database.stat().st_size * share)):
        refused = restore(school, backup, stick)

    assert "refused" in refused
    assert kinds(school) == before
    assert not (school.home / "backup.scratch").exists()
    assert restore(school, backup, stick)["complete"] is True
    assert "open again" in opened(school, by="director")
    assert explained(school).startswith("refused: room:curtain")


def test_a_backup_of_an_older_version_is_brought_to_todays_shape(
    school: Desk, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    revisions = schema.revisions()

    def copy_of_older(engine: Engine, target: Path) -> None:
        plain_copy(engine, target)
        copy = connect(f"sqlite:///{target}")
        schema.downgrade(copy, revisions[1])
        copy.dispose()

    with monkeypatch.context() as older:
        older.setattr("access.schema.is_current", lambda _: True)
        older.setattr("access.schema.revisions", lambda: revisions[1:])
        older.setattr("access.backups.making.plain_copy", copy_of_older)
        backup = back_up(school)
    said = restore(school, backup, stick)

    assert said["complete"] is True
    engine = connect(f"sqlite:///{school.database}")
    assert schema.is_current(engine)
    engine.dispose()
    assert "open again" in opened(school, by="director")
    assert school.types("log", "verify").exit_code == 0


def test_what_was_broken_off_is_finished_by_its_own_backup_and_nothing_is_done_meanwhile(
    school: Desk, stick: Path
) -> None:
    first = back_up(school)
    first = first.rename(first.with_name("first.age"))
    school.does("curtain", "draw", "Oak room", by="director")
    second = back_up(school)
    killed = (
        "import os, signal\n"
        "from app.cli import main, putting_back\n"
        "putting_back.finish = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        f"main(['restore', {str(first)!r}, '--identity', {str(stick)!r}])\n"
    )
    left = subprocess.run([sys.executable, "-c", killed], env=os.environ | school.settings(), check=False)
    assert left.returncode == -signal.SIGKILL

    beside = school.types("grant", "revoke", "1", "--as", "director", "--reason", "beside")
    assert "restore:unfinished" in beside.output
    assert "refused" in restore(school, first.with_name("none.age"), stick)
    said = restore(school, second, stick)

    assert (said["complete"], said["exactly"]) == (True, 0)  # the curtain is in the second
    assert explained(school).startswith("refused: school:closed")
    assert not (school.home / "restore.unfinished").exists()
