"""``./portal room``: where cameras hang, and which class uses them when."""

import click
from sqlalchemy import and_, select

from access import acts_places
from access.acts_room_kinds import set_room_kind
from access.enrolment import ClassGroup
from access.errors import Refused
from access.places import Room, RoomUse
from access.room_kinds import RoomKind
from access.room_uses import find_use
from app.cli import room_moves
from app.cli.desk import Act, Desk, acted, asked, of_school
from app.cli.find import Kind
from app.cli.hours import read_window
from app.cli.spell import dated


@click.group("room")
def command() -> None:
    """Rooms.

    example: ./portal room list --json
    """


for _verb in room_moves.VERBS:
    command.add_command(_verb)


@command.command("add")
@click.argument("name")
@click.option(
    "--kind",
    type=click.Choice([kind.value for kind in RoomKind]),
    default=RoomKind.CLASSROOM.value,
    show_default=True,
    help="What it is for; no camera shows where people sleep, wash or change.",
)
@acted
@of_school
def add(desk: Desk, act: Act, name: str, kind: str) -> None:
    """Add a room; its curtain is drawn until somebody opens it.

    example: ./portal room add "Oak room" --as office --reason "new wing"
    """
    room = acts_places.add_room(
        desk.world, actor=act.actor, reason=act.reason, school_id=desk.school_id, name=name, kind=kind
    )
    desk.tell({"id": room}, f"room {room} added; its curtain is drawn")


@command.command("kind")
@click.argument("room")
@click.argument("kind", metavar="KIND", type=click.Choice([kind.value for kind in RoomKind]))
@acted
@of_school
def kind(desk: Desk, act: Act, room: str, kind: str) -> None:
    """Say what a room is for; where people sleep, wash or change, its curtain is drawn at once, for good.

    example: ./portal room kind "Oak room" nap --as office --reason "beds moved in"
    """
    room_id = desk.find(Kind.ROOM, room)
    recorded = set_room_kind(desk.world, actor=act.actor, reason=act.reason, room_id=room_id, kind=kind)
    desk.tell_ending({"id": room_id, "kind": kind}, f"room {room_id} is for: {kind}", recorded=recorded)


@command.command("level")
@click.argument("room")
@click.argument("level", type=click.Choice(acts_places.ROOM_LEVELS))
@acted
@of_school
def level(desk: Desk, act: Act, room: str, level: str) -> None:
    """Say how much a room may show; whatever is less than "clear" draws its curtain at once.

    Until the portal can hide faces or people, a room at any other level shows nothing.

    example: ./portal room level "Oak room" closed --as office --reason "building work"
    """
    room_id = desk.find(Kind.ROOM, room)
    recorded = acts_places.set_level(
        desk.world, actor=act.actor, reason=act.reason, room_id=room_id, level=level
    )
    desk.tell_ending({"id": room_id, "level": level}, f"room {room_id} shows: {level}", recorded=recorded)


@command.command("use")
@click.argument("room")
@click.argument("class_group", metavar="CLASS")
@dated(end_needed=False)
@click.option("--weekly", metavar="WINDOW", help="Only at this time of the week, such as 'tue 10:00-11:00'.")
@acted
@of_school
def use(
    desk: Desk,
    act: Act,
    *,
    room: str,
    class_group: str,
    starts: str | None,
    ends: str | None,
    weekly: str | None,
) -> None:
    """Say that a class uses a room over a time, or at one time of each week.

    example: ./portal room use "Music room" 橡树 --weekly "tue 10:00-11:00" --as office --reason "new year"
    """
    window = None
    if weekly is not None:
        window, *others = read_window(weekly)
        if others:
            raise Refused("hours:words", "one day: say the others one by one")
    room_id = desk.find(Kind.ROOM, room)
    starts_at, ends_at = desk.stretch(starts, ends)
    room_use = acts_places.use_room(
        desk.world,
        actor=act.actor,
        reason=act.reason,
        room_id=room_id,
        class_group_id=desk.find(Kind.CLASS, class_group),
        starts_at=starts_at,
        ends_at=ends_at,
        weekly=window,
    )
    desk.tell({"id": room_use}, f"use {room_use} begun")


@command.command("end")
@click.argument("use")
@acted
@of_school
def end(desk: Desk, act: Act, use: str) -> None:
    """End a class's use of a room and draw its curtain, at once; `./portal room list` shows its number.

    example: ./portal room end 3 --as office --reason "music is on Thursday now"
    """
    with desk.reading() as connection:
        use_id = find_use(connection, use, desk.school_id)
    if use_id is None:
        raise Refused("room_use:unknown", "no class of this school uses a room under that number")
    recorded = acts_places.end_room_use(desk.world, actor=act.actor, reason=act.reason, room_use_id=use_id)
    desk.tell_ending({"id": use_id, "ended": True}, f"use {use_id} ended", recorded=recorded)


@command.command("list")
@asked
@of_school
def list_(desk: Desk) -> None:
    """List the rooms with the classes that use them.

    example: ./portal room list --json
    """
    with desk.reading() as connection:
        found = connection.execute(
            select(
                Room.id,
                Room.key,
                Room.name,
                Room.level,
                Room.kind,
                ClassGroup.name.label("class"),
                RoomUse.id.label("use"),
                RoomUse.ended_at.isnot(None).label("ended"),
            )
            .outerjoin(RoomUse, and_(RoomUse.room_id == Room.id, RoomUse.school_id == Room.school_id))
            .outerjoin(
                ClassGroup,
                and_(ClassGroup.id == RoomUse.class_group_id, ClassGroup.school_id == Room.school_id),
            )
            .where(Room.school_id == desk.school_id)
            .order_by(Room.id)
        )
        desk.table([dict(row) for row in found.mappings()])
