"""``./portal recorder``: a box with many cameras behind one login."""

import click

from access import acts_places
from app.cli.desk import Act, Desk, acted, of_school, secret


@click.group("recorder")
def command() -> None:
    """Recorders.

    example: ./portal recorder add "Hall box" --session-limit 4 --as office --reason "new box"
    """


@command.command("add")
@click.argument("name")
@click.option("--session-limit", default=4, show_default=True, help="Connections it bears at once.")
@acted
@of_school
def add(desk: Desk, act: Act, *, name: str, session_limit: int) -> None:
    """Add a recorder; its address, with {channel} in it, is typed unseen or read from standard input.

    example: ./portal recorder add "Hall box" --as office --reason "new box" < address.txt
    """
    recorder = acts_places.add_recorder(
        desk.world,
        actor=act.actor,
        reason=act.reason,
        school_id=desk.school_id,
        name=name,
        address=secret("address"),
        session_limit=session_limit,
        allow_loopback=desk.settings.allow_loopback_cameras,
    )
    desk.tell({"id": recorder}, f"recorder {recorder} added")
