"""An installation as it grows by the steps of docs/operations/install.md, up to its first family.

Each stage is typed once; every test works on a copy of the installation.
"""

import shutil
from pathlib import Path

import pytest

from access.key_files import make_key_file
from tests.cli.desk import ADDRESS, PASSPHRASE, Desk


@pytest.fixture(scope="session")
def typed_first(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A school in which there is nobody and nothing yet."""
    desk = Desk(tmp_path_factory.mktemp("first"))
    (desk.home / "ram").mkdir(mode=0o700)
    for step in (("key", "make"), ("db", "upgrade")):
        assert desk.types(*step).exit_code == 0
    desk.does("school", "add", "向日葵", "--zone", "Asia/Shanghai", "--country", "none")
    return desk


@pytest.fixture(scope="session")
def typed_school(typed_first: Desk, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A school with its staff, class, room, camera and hours."""
    desk = copied(typed_first, tmp_path_factory.mktemp("school"))
    for role, by in (("director", None), ("office", "director")):
        desk.does("person", "add", f"The {role}", role, by=by)
        desk.does("person", "passphrase", role, by=by, typed=PASSPHRASE + "\n")
        desk.does("staff", "appoint", role, role, by=by)
    desk.does("class", "add", "橡树", by="office")
    desk.does("room", "add", "Oak room", by="office")
    desk.does("room", "use", "Oak room", "橡树", by="office")
    desk.does("camera", "add", "Oak room", "Window side", by="office", typed=ADDRESS + "\n")
    desk.opens_gates("Window side")
    desk.does("hours", "set", "橡树", "mon-sun 00:00-24:00", by="director")
    desk.does("curtain", "open", "Oak room", by="director")
    return desk


@pytest.fixture(scope="session")
def typed_family(typed_school: Desk, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """That school with a family that may watch."""
    desk = copied(typed_school, tmp_path_factory.mktemp("family"))
    desk.does("person", "add", "Noor Haddad", "noor", by="office")
    desk.does("person", "passphrase", "noor", by="office", typed=PASSPHRASE + "\n")
    desk.does("child", "add", "Ilyas Haddad", by="office")
    desk.does("child", "enrol", "Ilyas Haddad", "橡树", by="office")
    desk.does("guardianship", "add", "noor", "Ilyas Haddad", by="office")
    desk.agrees_on_paper()
    desk.verifies()
    desk.does("grant", "issue", "1", "--until", "2199-07-31", by="director")
    return desk


@pytest.fixture
def first_desk(typed_first: Desk, tmp_path: Path) -> Desk:
    """A school in which there is nobody and nothing yet."""
    return copied(typed_first, tmp_path)


@pytest.fixture
def desk(typed_school: Desk, tmp_path: Path) -> Desk:
    """A school with its staff, class, room, camera and hours."""
    return copied(typed_school, tmp_path)


@pytest.fixture
def family_desk(typed_family: Desk, tmp_path: Path) -> Desk:
    """That school with a family that may watch."""
    return copied(typed_family, tmp_path)


def copied(desk: Desk, home: Path) -> Desk:
    """Return the same installation in *home*; nobody works on it meanwhile."""
    shutil.copytree(desk.home, home, dirs_exist_ok=True)
    return Desk(home)


@pytest.fixture
def stick(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the private half is carried to."""
    return tmp_path_factory.mktemp("stick") / "key"


@pytest.fixture
def school(family_desk: Desk, stick: Path) -> Desk:
    """A school with one family that may watch, a key for the log and one for backups."""
    make_key_file(family_desk.home / "log_key")
    assert family_desk.types("backup", "key", "--to", str(stick)).exit_code == 0
    return family_desk
