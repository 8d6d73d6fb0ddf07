"""``./portal camera gate`` and its like: what has to be confirmed of a camera each term."""

import click

from access.acts_gates import confirm_gates, take_gate_back
from access.camera_gates import CONFIRMED, GateKind
from access.gates_seen import cameras_seen
from app.cli import times
from app.cli.desk import Act, Desk, acted, asked, of_school
from app.cli.find import Kind


@click.command("gate")
@click.argument("camera")
@click.option("--purpose", metavar="TEXT", default="", help="What families are to see, and why.")
@click.option("--sign", is_flag=True, help="The notice hangs on the wall.")
@click.option("--masks", is_flag=True, help="What is always hidden was looked at, and is right.")
@click.option("--cloud-off", is_flag=True, help="The maker's own sharing over the internet is off.")
@click.option("--responsible", is_flag=True, help="Whoever --as names answers for this camera, and signs.")
@acted
@of_school
def gate(desk: Desk, act: Act, *, camera: str, purpose: str, **given: bool) -> None:
    """Confirm of a camera what has to be confirmed each term, before it can be activated.

    Who installed it may confirm each once; it is renewed by somebody else.

    example: ./portal camera gate "Window side" --purpose "families see the class play" --sign --masks
             --cloud-off --as office --reason "looked at on the spot"
    """
    kinds = [kind.value for kind in CONFIRMED if given.get(kind.value)]
    if purpose.strip():
        kinds.insert(0, GateKind.PURPOSE.value)
    camera_id = desk.find(Kind.CAMERA, camera)
    until = confirm_gates(
        desk.world, actor=act.actor, reason=act.reason, camera_id=camera_id, kinds=kinds, purpose=purpose
    )
    shown = desk.shown(until)
    desk.tell(
        {"id": camera_id, "gates": kinds, "until": shown},
        f"camera {camera_id}: {', '.join(kinds)} until {shown}",
    )


@click.command("withdraw")
@click.argument("camera")
@click.argument("gate", metavar="GATE", type=click.Choice([kind.value for kind in CONFIRMED]))
@acted
@of_school
def take_back(desk: Desk, act: Act, camera: str, gate: str) -> None:
    """Take back what was confirmed of a camera, now; its room's curtain is drawn with it.

    example: ./portal camera withdraw "Window side" sign --as mei --reason "the notice fell down"
    """
    camera_id = desk.find(Kind.CAMERA, camera)
    recorded = take_gate_back(desk.world, actor=act.actor, reason=act.reason, camera_id=camera_id, kind=gate)
    desk.tell_ending(
        {"id": camera_id, "gate": gate, "curtain": "drawn"},
        f"camera {camera_id}: {gate} taken back, curtain drawn",
        recorded=recorded,
    )


@click.command("gates")
@asked
@of_school
def gates(desk: Desk) -> None:
    """Say of each gate of each camera whether it holds, until when, and by whom.

    example: ./portal camera gates --json
    """
    with desk.reading() as connection:
        zone = times.zone_of(connection, desk.school_id)
        seen = cameras_seen(connection, [desk.school_id], desk.world.clock.now())
    desk.table(
        [
            {
                "id": camera.id,
                "name": camera.name,
                "room": camera.room,
                "kind": camera.room_kind,
                "gate": one.kind.value,
                "standing": one.standing.value,
                "until": times.shown(one.until, zone),
                "by": one.by,
                "installed_by": camera.installer,
            }
            for camera in seen
            for one in camera.gates
        ]
    )


VERBS = (gate, take_back, gates)
