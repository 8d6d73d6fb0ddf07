"""``./portal guest``: somebody on no roster is in a room."""

import click
from sqlalchemy import and_, select

from access.acts_expected import guest_comes, guest_leaves
from access.consent_records import Guest
from access.places import Room
from app.cli import times
from app.cli.desk import Act, Desk, acted, asked, of_school
from app.cli.find import Kind


@click.group("guest")
def command() -> None:
    """Guests in the rooms.

    example: ./portal guest comes "Oak room" --as mei --reason "substitute teacher"
    """


@command.command("comes")
@click.argument("room")
@acted
@of_school
def comes(desk: Desk, act: Act, room: str) -> None:
    """Say that somebody on no roster is in a room: it is shown to nobody.

    example: ./portal guest comes "Oak room" --as mei --reason "substitute teacher"
    """
    room_id = desk.find(Kind.ROOM, room)
    recorded = guest_comes(desk.world, actor=act.actor, reason=act.reason, room_id=room_id)
    desk.tell_ending({"room": room_id, "guest": True}, "the room is shown to nobody", recorded=recorded)


@command.command("leaves")
@click.argument("number", metavar="GUEST")
@acted
@of_school
def leaves(desk: Desk, act: Act, number: str) -> None:
    """Say that a guest has left.

    example: ./portal guest leaves 1 --as mei --reason "gone home"
    """
    guest_id = desk.find(Kind.GUEST, number)
    guest_leaves(desk.world, actor=act.actor, reason=act.reason, guest_id=guest_id)
    desk.tell({"id": guest_id, "left": True}, f"guest {guest_id} has left")


@command.command("list")
@asked
@of_school
def list_(desk: Desk) -> None:
    """List who is or was a guest, by room.

    example: ./portal guest list --json
    """
    of, school_id = Guest, desk.school_id
    with desk.reading() as connection:
        zone = times.zone_of(connection, school_id)
        rows = connection.execute(
            select(of.id, of.key, Room.name.label("room"), of.came_at, of.left_at)
            .join(Room, and_(Room.id == of.room_id, Room.school_id == of.school_id))
            .where(of.school_id == school_id)
            .order_by(of.id)
        )
        desk.table([times.row(row, zone) for row in rows.mappings()])
