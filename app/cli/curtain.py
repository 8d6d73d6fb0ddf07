"""``./portal curtain``: hide a room at once; opening is a deliberate act."""

import click

from access import acts_places
from app.cli.desk import Act, Desk, acted, of_school
from app.cli.find import Kind


@click.group("curtain")
def command() -> None:
    """The curtain of a room.

    example: ./portal curtain draw "Oak room" --as mei --reason "changing"
    """


@command.command("draw")
@click.argument("room")
@acted
@of_school
def draw(desk: Desk, act: Act, room: str) -> None:
    """Hide a room now, for everybody; the camera is disconnected.

    example: ./portal curtain draw "Oak room" --as mei --reason "changing"
    """
    room_id = desk.find(Kind.ROOM, room)
    recorded = acts_places.draw_curtain(desk.world, actor=act.actor, reason=act.reason, room_id=room_id)
    desk.tell_ending({"id": room_id, "curtain": "drawn"}, "the curtain is drawn", recorded=recorded)


@command.command("open")
@click.argument("room")
@acted
@of_school
def open_(desk: Desk, act: Act, room: str) -> None:
    """Open a room's curtain; nothing from behind it is ever shown.

    example: ./portal curtain open "Oak room" --as mei --reason "lunch is over"
    """
    room_id = desk.find(Kind.ROOM, room)
    acts_places.open_curtain(desk.world, actor=act.actor, reason=act.reason, room_id=room_id)
    desk.tell({"id": room_id, "curtain": "open"}, "the curtain is open")
