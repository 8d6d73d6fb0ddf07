"""A backup or a restore that is killed: nothing is lost, nothing starts half, and it is done again."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

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
