"""``./portal key``: the key that seals the cameras' addresses."""

import click

from access.key_files import make_key_file
from app.cli.desk import Desk, asked
from app.errors import SettingsError
from app.first_start import require_no_other_key


@click.group("key")
def command() -> None:
    """The installation's key.

    example: ./portal key make
    """


@command.command("make")
@asked
def make(desk: Desk) -> None:
    """Make the key file, readable by this user only; never over one that exists or was there once.

    example: ./portal key make --json
    """
    path = desk.settings.key_path
    if path.exists():
        raise SettingsError(f"{path} is there already: without it no camera's address can be read again")
    require_no_other_key(desk.settings)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    make_key_file(path)
    desk.tell({"key": str(path)}, f"made {path}; keep a copy apart from the database")
