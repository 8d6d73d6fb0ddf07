"""A terminal on which the commands of an installation are typed."""

from pathlib import Path

from click.testing import CliRunner, Result

from app.cli import main
from app.config import Settings
from app.parts import build_world
from tests.shown_codes import shown_code

ADDRESS = "rtsp://viewer:canary-pass-7193@192.0.2.17:554/canary-path"
PASSPHRASE = "willow lantern drum 42"


class Desk:
    """One terminal, with the settings of one installation."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._settings = {"PORTAL_DATA_DIRECTORY": str(home), "PORTAL_RAM_DIRECTORY": str(home / "ram")}

    @property
    def database(self) -> Path:
        """Return the file of its records."""
        return self.home / "portal.db"

    def sets(self, name: str, value: str) -> None:
        """Change one setting of the installation."""
        self._settings[name] = value

    def settings(self) -> dict[str, str]:
        """Return the settings of the installation, for a process of its own."""
        return dict(self._settings)

    def types(self, *words: str, typed: str | None = None) -> Result:
        """Type a command, and *typed* where it asks."""
        return CliRunner().invoke(main, list(words), input=typed, env=self._settings)

    def shown_code(self, guardianship: int = 1, *, delegate: bool = False) -> str:
        """Return the check code that a guardian reads on their own page."""
        world = build_world(Settings(data_directory=self.home, ram_directory=self.home / "ram"))
        try:
            return shown_code(world, guardianship, delegate=delegate)
        finally:
            world.stops.close()
            world.database.dispose()

    def agrees_on_paper(self, guardianship: int = 1) -> None:
        """Enter that a guardian agreed on paper, as two of the staff do."""
        self.does("consent", "paper", str(guardianship), "yes", by="office")
        self.does("consent", "look", str(guardianship), by="director")

    def verifies(self, *words: str, by: str = "director") -> Result:
        """Check the identity of the first guardianship, with the code that is shown."""
        return self.does("guardianship", "verify", "1", "--code", self.shown_code(), *words, by=by)

    def opens_gates(self, camera: str, *, by: str = "office", second: str = "director") -> None:
        """Confirm a new camera and activate it: *by* may have installed it, *second* signs and approves."""
        looked_at = ("--purpose", "they see the class", "--sign", "--masks", "--cloud-off")
        self.does("camera", "gate", camera, *looked_at, by=by)
        self.does("camera", "gate", camera, "--responsible", by=second)
        self.does("camera", "activate", camera, by=second)

    def does(self, *words: str, by: str | None = None, typed: str | None = None) -> Result:
        """Do an act that must succeed."""
        result = self.types(*words, "--reason", "set-up", *(["--as", by] if by else []), typed=typed)
        assert result.exit_code == 0, result.output
        return result
