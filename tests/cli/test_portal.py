"""`portal` before anything is installed, while it installs, and where it cannot."""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.small_house import PackageIndex, SmallHouse, some_programs
from tests.e2e.waiting import until
from tests.readme import ROOT, readme_command

#: What `portal` ends with where something is missing that it cannot bring.
LACKING = 69
ONE_LINE = "  sudo apt-get install -y python3 python3-venv"


@pytest.fixture
def index(tmp_path: Path) -> Iterator[PackageIndex]:
    """Serve the one package there is."""
    with PackageIndex(tmp_path) as running:
        yield running


@pytest.fixture
def house(tmp_path: Path, index: PackageIndex) -> SmallHouse:
    """A house where nothing is installed, at a place whose name has a space in it."""
    place = tmp_path / "small house"
    place.mkdir()
    return SmallHouse(place, index)


@pytest.fixture(scope="module")
def house_with_venv(tmp_path_factory: pytest.TempPathFactory) -> SmallHouse:
    """A house in which a virtual environment was made, and nothing installed."""
    place, elsewhere = tmp_path_factory.mktemp("made"), tmp_path_factory.mktemp("index")
    with PackageIndex(elsewhere) as index:
        made = SmallHouse(place, index)
    made.makes_venv()
    return made


@pytest.fixture
def begun(house: SmallHouse, house_with_venv: SmallHouse) -> SmallHouse:
    """That house, for what comes after the virtual environment: its making takes the longest."""
    house.takes_venv_of(house_with_venv)
    return house


@pytest.mark.e2e
def test_a_first_call_installs_and_a_second_does_not(house: SmallHouse, index: PackageIndex) -> None:
    first = house.call("key", "make").end()
    second = house.call("key", "make").end()

    assert first[0] == 0, first
    assert "installing what requirements.txt names" in first[1]
    assert second == (0, "tiny ran key make\n")
    assert index.asked == 1


@pytest.mark.e2e
def test_ctrl_c_while_pip_installs_is_mended_by_the_next_call(begun: SmallHouse, index: PackageIndex) -> None:
    index.hold()
    broken_off = begun.call("key", "make")
    assert index.is_asked.wait(60)
    broken_off.presses_ctrl_c()
    code, said = broken_off.end()
    index.answer()
    half = next(begun.venv.glob("lib/*/site-packages")) / "tiny-1.0.dist-info"
    half.mkdir()  # as pip leaves it when it is stopped a moment later: named, and not there
    (half / "METADATA").write_text("Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n")

    mended = begun.call("key", "make").end()

    assert code != 0
    assert "tiny ran" not in said
    assert mended[0] == 0, mended
    assert mended[1].endswith("tiny ran key make\n")


@pytest.mark.e2e
def test_ctrl_c_while_the_virtual_environment_is_made_is_mended_by_the_next_call(house: SmallHouse) -> None:
    broken_off = house.call("key", "make")
    until("there is a Python, and no pip yet", (house.venv / "bin/python").exists, 60)
    broken_off.presses_ctrl_c()
    code, _ = broken_off.end()
    was_whole = (house.venv / "bin/pip").exists()

    mended = house.call("key", "make").end()

    assert code != 0
    assert not was_whole
    assert mended[0] == 0, mended
    assert mended[1].endswith("tiny ran key make\n")


@pytest.mark.e2e
@pytest.mark.parametrize("lock", ["flock", "python"], ids=lambda one: f"locked by {one}")
def test_of_two_calls_at_once_one_installs_and_the_other_waits_for_it(
    tmp_path: Path, begun: SmallHouse, index: PackageIndex, lock: str
) -> None:
    begun.path = some_programs(tmp_path / "programs", "python3", *(["flock"] if lock == "flock" else []))
    index.hold()
    first = begun.call("key", "make")
    assert index.is_asked.wait(60)

    second = begun.call("hours", "show")
    assert second.is_waiting_for_another()
    index.answer()

    one, other = first.end(), second.end()
    assert (one[0], other[0]) == (0, 0), (one, other)
    assert one[1].endswith("tiny ran key make\n")
    assert other[1] == "waiting: something is being installed here by another ./portal\ntiny ran hours show\n"
    assert index.asked == 1


@pytest.mark.e2e
def test_a_call_that_was_killed_keeps_nobody_waiting(begun: SmallHouse, index: PackageIndex) -> None:
    index.hold()
    killed = begun.call("key", "make")
    assert index.is_asked.wait(60)
    killed.is_killed()
    index.answer()

    assert begun.call("key", "make").end()[1].endswith("tiny ran key make\n")


@pytest.mark.e2e
def test_without_a_network_it_says_so_and_ends(begun: SmallHouse) -> None:
    code, said = begun.call("key", "make", index="http://127.0.0.1:9/simple").end()

    assert code == LACKING
    assert "What requirements.txt names could not be brought" in said
    assert "is this machine online" in said
    assert "Then call ./portal again." in said


@pytest.mark.e2e
def test_on_a_full_disk_it_says_so_and_ends(tmp_path: Path, index: PackageIndex) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    source = tmp_path / "house"
    source.mkdir()
    house = SmallHouse(source, index)
    small = 'mount -t tmpfs -o size=4m tmpfs "$0" && cp -R . "$0" && cd "$0" && exec "$@"'
    house.before = ("unshare", "--user", "--map-root-user", "--mount", "sh", "-c", small, str(disk))

    code, said = house.call("key", "make").end()

    assert code == LACKING
    assert "A virtual environment could not be brought" in said
    assert "The disk is nearly full:" in said


@pytest.mark.parametrize(
    ("system", "says"),
    [
        pytest.param("Linux", ["On Debian or Ubuntu:", ONE_LINE], id="Linux, Homebrew there or not"),
        pytest.param(
            "Darwin",
            ["On macOS, with Homebrew (https://brew.sh):", "  brew install python@3.13"],
            id="macOS",
        ),
    ],
)
def test_what_only_the_system_has_is_said_in_one_line(
    tmp_path: Path, house: SmallHouse, system: str, says: list[str]
) -> None:
    house.path = some_programs(tmp_path / "programs", "true")
    (house.path / "brew").symlink_to(house.path / "true")
    (house.path / "uname").unlink()
    (house.path / "uname").write_text(f"#!/bin/sh\necho {system}\n")
    (house.path / "uname").chmod(0o755)

    code, said = house.call("demo").end()

    assert code == LACKING
    assert said.splitlines() == ["This needs something of the system first.", *says]
    assert not house.venv.exists()


@pytest.mark.parametrize(
    "mode",
    [
        pytest.param(0o555, id="the directory is not"),
        pytest.param(0o777, id="somebody else installed in it first"),
    ],
)
def test_a_directory_that_is_not_ones_own_is_named(index: PackageIndex, mode: int) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        place = Path(temporary) / "house"
        place.mkdir()
        house = SmallHouse(place, index)
        (place / ".portal.lock").touch(0o444)
        for directory, its_mode in ((Path(temporary), 0o555), (place, mode)):
            directory.chmod(its_mode)
        house.user = 65534 if os.getuid() == 0 else None

        code, said = house.call("key", "make").end()

        for directory in (Path(temporary), place):
            directory.chmod(0o755)
    assert code == LACKING
    assert "which is not yours to write" in said
    assert "Permission denied" not in said


@pytest.mark.parametrize(
    "words",
    [("demo",), ("up",), ("test",), ("check",), ("bench",), ("help",), ("grant", "issue"), ("camera",)],
    ids=" ".join,
)
@pytest.mark.parametrize("option", ["--help", "-h"])
def test_help_installs_nothing_and_has_an_example(
    house: SmallHouse, words: tuple[str, ...], option: str
) -> None:
    for folder in ("app", "bench"):
        shutil.copytree(ROOT / folder, house.place / folder, dirs_exist_ok=True)

    code, said = house.call(*words, option).end()

    assert code == 0
    assert f"./portal {' '.join(words)}" in said
    assert "example: " in said
    assert not house.venv.exists()


def test_it_goes_to_its_own_directory_wherever_cdpath_would_lead(tmp_path: Path, house: SmallHouse) -> None:
    (tmp_path / "elsewhere/small house").mkdir(parents=True)

    ran = subprocess.run(
        ["sh", "small house/portal", "help", "--json"],
        cwd=tmp_path,
        env=os.environ | {"CDPATH": str(tmp_path / "elsewhere")},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (ran.returncode, ran.stderr) == (0, "")
    assert "demo" in json.loads(ran.stdout)["commands"]


def test_an_unknown_command_is_told_before_anything_is_installed(house: SmallHouse) -> None:
    assert house.call("grnt").end() == (2, "no such command: grnt; ./portal help lists them\n")
    assert not house.venv.exists()


@pytest.mark.parametrize(
    ("test", "code", "counts"),
    [
        pytest.param("passes.py", 0, {"passed": 2, "failed": 0, "skipped": 1}, id="two pass, one is skipped"),
        pytest.param(
            "fails.py", 1, {"passed": 1, "failed": 2, "skipped": 0}, id="one fails, one cannot begin"
        ),
        pytest.param("nothing.py", 5, {"passed": 0, "failed": 1, "skipped": 0}, id="no test is no success"),
    ],
)
@pytest.mark.e2e
def test_the_readmes_test_command_ends_with_its_counts(
    tmp_path: Path, test: str, code: int, counts: dict[str, int]
) -> None:
    (tmp_path / "passes.py").write_text(
        "import pytest\n"
        "def test_one(): pass\n"
        "def test_two(): pass\n"
        "@pytest.mark.skip(reason='to be counted')\ndef test_three(): pass\n"
    )
    (tmp_path / "fails.py").write_text(
        "def test_one(): pass\ndef test_two(): assert False\ndef test_three(nothing): pass\n"
    )
    (tmp_path / "nothing.py").touch()
    words = [*readme_command("test"), str(tmp_path / test)]

    plain = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    ended = subprocess.run([*words, "--json"], cwd=ROOT, capture_output=True, text=True, check=False)

    told = json.loads(ended.stdout.splitlines()[-1])
    assert plain.returncode == ended.returncode == code
    assert {name: told[name] for name in counts} == counts
    assert told.keys() == {*counts, "seconds"}
    assert plain.stdout.splitlines()[-1].split(" in ")[0] == ended.stdout.splitlines()[-2].split(" in ")[0]
