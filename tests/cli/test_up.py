"""``./portal up`` begins with nothing half-made: what is missing is said, with what to do."""

from pathlib import Path

from click.testing import CliRunner

from access.vault import make_key_file
from app.cli import main

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
