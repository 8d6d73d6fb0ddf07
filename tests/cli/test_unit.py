"""The systemd unit that is shipped: systemd takes it, and what it names is there.

It is run, less systemd itself, by tests/e2e/test_installation.py.
"""

import re
import subprocess
from pathlib import Path

import pytest

from app.cli.desk import SETTINGS
from tests.readme import ROOT

UNIT = ROOT / "setup" / "littlewindow.service"
INSTALLED = "/home/littlewindow/littlewindow"
#: What systemd calls "OK"; from 5.0 on it is "MEDIUM".
MOST_EXPOSED = 25
LACKING = 69


def values(name: str) -> list[str]:
    return re.findall(rf"^{name}=(.*)$", UNIT.read_text("utf-8"), re.MULTILINE)


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """Give the unit with the places of this machine."""
    text = UNIT.read_text("utf-8").replace(INSTALLED, str(ROOT))
    path = tmp_path / UNIT.name
    path.write_text(text)
    return path


def asked(*words: str | Path) -> tuple[int, str]:
    """Ask systemd."""
    ran = subprocess.run(["systemd-analyze", *words], capture_output=True, text=True, check=False)
    return ran.returncode, ran.stdout + ran.stderr


def test_systemd_takes_every_line_of_it(here: Path) -> None:
    assert asked("verify", "--man=no", here) == (0, "")


def test_it_is_held_as_tightly_as_it_says(here: Path) -> None:
    code, said = asked("security", "--offline=true", f"--threshold={MOST_EXPOSED}", "--no-pager", here)

    assert code == 0, said


def test_it_starts_the_portal_and_ends_it_by_its_runner() -> None:
    (started,) = values("ExecStart")

    program = Path(started.split()[0].replace(INSTALLED, str(ROOT)))
    assert (program, started.split()[1:]) == (ROOT / "portal", ["up"])
    assert values("KillMode") == ["mixed"]
    assert values("RestartPreventExitStatus") == [f"{LACKING} {SETTINGS}"]


def test_what_runs_reads_neither_the_repository_nor_the_tests() -> None:
    """A clone has both; a path that is not there is none that could be read."""
    (hidden,) = values("InaccessiblePaths")

    assert {path.removeprefix("-").replace(INSTALLED, "") for path in hidden.split()} == {"/.git", "/tests"}
    assert not any(line.startswith(("!.git", "!tests")) for line in image())


def image() -> list[str]:
    """Return what goes into the container's image: all else is left out."""
    lines = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    assert lines[0] == "*"
    return lines


def test_its_places_are_those_of_the_document_and_its_commands_find_them() -> None:
    said = (ROOT / "docs/operations/install.md").read_text("utf-8")

    assert f"PORTAL_DATA_DIRECTORY={values('ReadWritePaths')[0]}" in said
    assert values("EnvironmentFile")[0] in said
    # A private /dev/shm would hide the stop marks from the commands.
    assert values("PrivateIPC") == values("TemporaryFileSystem") == values("DynamicUser") == []


def test_the_unit_lets_the_portal_ask_whether_the_clock_is_right() -> None:
    unit = UNIT.read_text("utf-8")

    assert "ProtectClock" not in unit  # it denies adjtimex, and the portal would never believe a clock
    assert re.search(r"^SystemCallFilter=.*\badjtimex\b", unit, re.MULTILINE)
