"""``./portal look``: setup looks are asked for, agreed to, ended; the picture is on its page only."""

import click

from access.acts_looks import agree_look, ask_look, end_look
from access.look_records import LookKind
from access.looks_seen import looks_seen
from app.cli import times
from app.cli.desk import Act, Desk, acted, asked, of_school
from app.cli.find import Kind


@click.group("look")
def command() -> None:
    """Staff looking at a camera's picture to test, mask or measure: two people, ten minutes.

    example: ./portal look list --json
    """


@command.command("ask")
@click.argument("camera")
@click.argument("purpose", type=click.Choice([kind.value for kind in LookKind]))
@acted
@of_school
def ask(desk: Desk, act: Act, camera: str, purpose: str) -> None:
    """Ask for a look at a camera's picture; --reason says what for. Somebody else agrees.

    example: ./portal look ask "Window side" mask --as office --reason "the changing corner"
    """
    camera_id = desk.find(Kind.CAMERA, camera)
    made = ask_look(desk.world, actor=act.actor, camera_id=camera_id, kind=purpose, words=act.reason)
    desk.tell({"id": made.id, "key": made.key}, f"look {made.id} waits for a second person")


@command.command("agree")
@click.argument("number", metavar="LOOK")
@acted
@of_school
def agree(desk: Desk, act: Act, number: str) -> None:
    """Agree to a look that somebody else asked for: they may look for ten minutes, told at the door.

    example: ./portal look agree 1 --as director --reason "masks have to be checked"
    """
    look_id = desk.find(Kind.SETUP_LOOK, number)
    until = agree_look(desk.world, actor=act.actor, reason=act.reason, look_id=look_id)
    with desk.reading() as connection:
        shown = times.shown(until, times.zone_of(connection, desk.school_id))
    desk.tell({"id": look_id, "until": shown}, f"look {look_id}: until {shown}")


@command.command("end")
@click.argument("number", metavar="LOOK")
@acted
@of_school
def end(desk: Desk, act: Act, number: str) -> None:
    """End a look now, whoever asked for it.

    example: ./portal look end 1 --as mei --reason "children are changing"
    """
    look_id = desk.find(Kind.SETUP_LOOK, number)
    recorded = end_look(desk.world, actor=act.actor, reason=act.reason, look_id=look_id)
    desk.tell_ending({"id": look_id, "ended": True}, f"look {look_id} ended", recorded=recorded)


@command.command("list")
@asked
@of_school
def list_(desk: Desk) -> None:
    """List the looks that wait for a second person or may be had now.

    example: ./portal look list --json
    """
    with desk.reading() as connection:
        zone = times.zone_of(connection, desk.school_id)
        seen = looks_seen(connection, desk.school_id, desk.world.clock.now())
    desk.table(
        [
            {
                "id": one.id,
                "camera": one.camera,
                "room": one.room,
                "purpose": one.kind,
                "words": one.words,
                "asked_by": one.asker,
                "agreed_by": one.second,
                "until": times.shown(one.until, zone),
            }
            for one in seen
        ]
    )
