"""``./portal db``: the shape of the database."""

import click

from access import schema
from app.cli.desk import Desk, asked


@click.group("db")
def command() -> None:
    """The database.

    example: ./portal db upgrade
    """


@command.command("upgrade")
@asked
def upgrade(desk: Desk) -> None:
    """Bring the database to the shape this version needs; safe to repeat.

    example: ./portal db upgrade --json
    """
    schema.upgrade(desk.world.database)
    desk.tell({"current": schema.is_current(desk.world.database)}, "the database is current")
