"""The commands: one verb per noun, one file per noun.

A command parses words, calls one act or one question of ``access``, and prints.
It decides nothing.
"""

import importlib
from typing import Any

import click

#: Command → the module it lives in; a command's module is read only when it is called.
NOUNS = {
    "attendance": "attendance",
    "backup": "backup",
    "budgets": "budgets",
    "calendar": "calendar",
    "camera": "camera",
    "child": "child",
    "class": "class_group",
    "clock": "clock",
    "consent": "consent",
    "curtain": "curtain",
    "custody": "custody",
    "db": "db",
    "delegate": "delegate",
    "demo": "demo",
    "doctor": "doctor",
    "door": "door",
    "duty": "duty",
    "enrolment": "enrolment",
    "explain": "explain",
    "factors": "factors",
    "grant": "grant",
    "guardianship": "guardianship",
    "guest": "guest",
    "hours": "hours",
    "invitation": "invitation",
    "key": "key",
    "log": "log",
    "look": "look",
    "person": "person",
    "recorder": "recorder",
    "restore": "restore",
    "room": "room",
    "school": "school",
    "staff": "staff",
    "subject": "subject",
    "unwatched": "unwatched",
    "up": "up",
}


class Nouns(click.Group):
    """The table above, as a click group."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return every noun."""
        del ctx
        return sorted(NOUNS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module of *cmd_name*; its ``command`` is the command."""
        del ctx
        if cmd_name not in NOUNS:
            return None
        module: Any = importlib.import_module(f"app.cli.{NOUNS[cmd_name]}")
        found: click.Command = module.command
        return found


@click.group(cls=Nouns)
def main() -> None:
    """小窗 Littlewindow. `./portal help` is the page to read first."""
