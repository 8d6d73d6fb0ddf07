"""An installation as it grows by the steps of docs/operations/install.md, up to its first family."""

from pathlib import Path

import pytest

from tests.cli.desk import ADDRESS, PASSPHRASE, Desk


@pytest.fixture
def first_desk(tmp_path: Path) -> Desk:
    """A school in which there is nobody and nothing yet."""
    (tmp_path / "ram").mkdir(mode=0o700)
    desk = Desk(tmp_path)
    for step in (("key", "make"), ("db", "upgrade")):
        assert desk.types(*step).exit_code == 0
    desk.does("school", "add", "向日葵", "--zone", "Asia/Shanghai")
    return desk


@pytest.fixture
def desk(first_desk: Desk) -> Desk:
    """A school with its staff, class, room, camera and hours."""
    desk = first_desk
    for role, by in (("director", None), ("office", "director")):
        desk.does("person", "add", f"The {role}", role, by=by)
        desk.does("person", "passphrase", role, by=by, typed=PASSPHRASE + "\n")
        desk.does("staff", "appoint", role, role, by=by)
    desk.does("class", "add", "橡树", by="office")
    desk.does("room", "add", "Oak room", by="office")
    desk.does("room", "use", "Oak room", "橡树", by="office")
    desk.does("camera", "add", "Oak room", "Window side", by="office", typed=ADDRESS + "\n")
    desk.does("camera", "activate", "Window side", by="director")
    desk.does("hours", "set", "橡树", "mon-sun 00:00-24:00", by="director")
    desk.does("curtain", "open", "Oak room", by="director")
    return desk
