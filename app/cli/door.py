"""``./portal door``: the displays at the doors of rooms."""

import click

from access.acts_doors import add_door, end_door
from access.doors import doors_seen
from app.cli import times
from app.cli.desk import Act, Desk, acted, asked, of_school
from app.cli.find import Kind
from app.letters import door_address


@click.group("door")
def command() -> None:
    """Door displays: a tablet says how many family members watch, and when staff look.

    example: ./portal door list --json
    """


@command.command("add")
@click.argument("room")
@acted
@of_school
def add(desk: Desk, act: Act, room: str) -> None:
    """Print the address that makes one tablet the display of a room, this once; good for 15 minutes.

    example: ./portal door add "Oak room" --as office --reason "the tablet by the door"
    """
    room_id = desk.find(Kind.ROOM, room)
    made = add_door(desk.world, actor=act.actor, reason=act.reason, room_id=room_id)
    with desk.reading() as connection:
        until = times.shown(made.until, times.zone_of(connection, desk.school_id))
    address = door_address(desk.settings, made.code)
    answer = {"id": made.id, "address": address, "until": until}
    desk.tell(answer, f"door display {made.id}; open this on the tablet until {until}, once:\n{address}")


@command.command("end")
@click.argument("number", metavar="DOOR")
@acted
@of_school
def end(desk: Desk, act: Act, number: str) -> None:
    """Sign a display out now, or take back its code.

    example: ./portal door end 1 --as office --reason "the tablet is broken"
    """
    door_id = desk.find(Kind.DOOR_DISPLAY, number)
    recorded = end_door(desk.world, actor=act.actor, reason=act.reason, door_id=door_id)
    desk.tell_ending({"id": door_id, "ended": True}, f"door display {door_id} ended", recorded=recorded)


@command.command("list")
@asked
@of_school
def list_(desk: Desk) -> None:
    """List the displays, and whether each is on.

    example: ./portal door list --json
    """
    with desk.reading() as connection:
        zone = times.zone_of(connection, desk.school_id)
        seen = doors_seen(connection, desk.school_id, desk.world.clock.now())
    desk.table(
        [
            {
                "id": one.id,
                "room": one.room,
                "signed_in": one.signed_in,
                "on": one.is_on,
                "seen": times.shown(one.seen_at, zone),
            }
            for one in seen
        ]
    )
