"""``./portal camera``: cameras; where their video comes from goes in unseen and never comes out."""

import click
from sqlalchemy import and_, select

from access import acts_places
from access.acts import widen
from access.places import Camera, Epoch, Outage, Room
from app.cli import camera_gates, times
from app.cli.desk import Act, Desk, acted, asked, of_school, secret
from app.cli.find import Kind
from app.cli.probe import probe_camera
from app.mask_words import read_mask


@click.group("camera")
def command() -> None:
    """Cameras.

    example: ./portal camera status --json
    """


for _verb in camera_gates.VERBS:
    command.add_command(_verb)


@command.command("add")
@click.argument("room")
@click.argument("name")
@click.option("--recorder", metavar="RECORDER", help="The camera is a channel of this recorder.")
@click.option("--channel", type=int, help="Which channel of the recorder.")
@click.option(
    "--mask", "masks", multiple=True, metavar="MASK", help="Always hidden: 'x,y x,y x,y'; repeatable."
)
@click.option("--delay-allowance", default=2.0, show_default=True, help="Seconds a picture may be late.")
@acted
@of_school
def add(
    desk: Desk,
    act: Act,
    *,
    room: str,
    name: str,
    recorder: str | None,
    channel: int | None,
    masks: tuple[str, ...],
    delay_allowance: float,
) -> None:
    """Add a camera; its address (rtsp:// or rtsps://) is typed unseen or read from standard input.

    example: ./portal camera add "Oak room" "Window side" --as office --reason "new camera" < address.txt
    """
    if (recorder is None) != (channel is None):
        raise click.UsageError("--recorder and --channel belong together")
    camera = acts_places.add_camera(
        desk.world,
        actor=act.actor,
        reason=act.reason,
        room_id=desk.find(Kind.ROOM, room),
        name=name,
        address=None if recorder else secret("address"),
        recorder_id=desk.find(Kind.RECORDER, recorder) if recorder else None,
        channel=channel,
        masks=[read_mask(words) for words in masks],
        delay_allowance_seconds=delay_allowance,
        allow_loopback=desk.settings.allow_loopback_cameras,
    )
    desk.tell({"id": camera}, f"camera {camera} added; not activated yet")


@command.command("activate")
@click.argument("camera")
@acted
@of_school
def activate(desk: Desk, act: Act, camera: str) -> None:
    """Approve a camera for this term and let it be connected, once all its gates are confirmed.

    A second person does: neither who installed it, nor who alone confirmed all the rest.

    example: ./portal camera activate 1 --as director --reason "sign is up, place approved"
    """
    camera_id = desk.find(Kind.CAMERA, camera)
    acts_places.activate_camera(desk.world, actor=act.actor, reason=act.reason, camera_id=camera_id)
    desk.tell({"id": camera_id, "activated": True}, f"camera {camera_id} activated")


@command.command("deactivate")
@click.argument("camera")
@acted
@of_school
def deactivate(desk: Desk, act: Act, camera: str) -> None:
    """Disconnect a camera now; its room's curtain is drawn with it, and its gates begin anew.

    example: ./portal camera deactivate 1 --as director --reason "moved to another wall"
    """
    camera_id = desk.find(Kind.CAMERA, camera)
    recorded = acts_places.deactivate_camera(
        desk.world, actor=act.actor, reason=act.reason, camera_id=camera_id
    )
    desk.tell_ending(
        {"id": camera_id, "activated": False}, f"camera {camera_id} deactivated", recorded=recorded
    )


@command.command("mask")
@click.argument("camera")
@click.argument("masks", nargs=-1, metavar="MASK...")
@acted
@of_school
def mask(desk: Desk, act: Act, camera: str, masks: tuple[str, ...]) -> None:
    """Replace what is always hidden of a camera's picture; no mask at all shows the whole of it.

    A mask is three corners or more, each as x,y in thousandths of the picture from its top left.
    The curtain of its room is drawn with it.

    example: ./portal camera mask 1 "0,0 250,0 250,400 0,400" --as office --reason "changing corner"
    """
    camera_id = desk.find(Kind.CAMERA, camera)
    wanted = [read_mask(words) for words in masks]
    recorded = acts_places.mask_camera(
        desk.world, actor=act.actor, reason=act.reason, camera_id=camera_id, masks=wanted
    )
    number = f"{len(wanted)} mask{'' if len(wanted) == 1 else 's'}"
    desk.tell_ending(
        {"id": camera_id, "masks": len(wanted), "curtain": "drawn"},
        f"camera {camera_id} has {number}; open the curtain of its room when it may be seen again",
        recorded=recorded,
    )


@command.command("probe")
@click.argument("camera")
@click.option("--seconds", default=10.0, show_default=True, help="How long to wait for an answer.")
@acted
@of_school
def probe(desk: Desk, act: Act, camera: str, seconds: float) -> None:
    """Try whether a camera answers; no picture is kept or shown, and the log says who tried.

    example: ./portal camera probe 1 --as office --reason "does not answer since Monday"
    """
    camera_id = desk.find(Kind.CAMERA, camera)
    widen(
        desk.world,
        school_id=desk.school_id,
        actor=act.actor,
        reason=act.reason,
        kind="camera:probed",
        subject={"camera": camera_id},
        apply=lambda _connection, _at: None,
    )
    state = probe_camera(desk.world, desk.settings, camera_id, seconds)
    desk.tell({"id": camera_id, "state": state}, state)


@command.command("list")
@asked
@of_school
def list_(desk: Desk) -> None:
    """List the cameras; their addresses are never shown.

    example: ./portal camera list --json
    """
    with desk.reading() as connection:
        found = connection.execute(
            select(
                Camera.id,
                Camera.key,
                Camera.name,
                Room.name.label("room"),
                Camera.activated_at.isnot(None).label("activated"),
                Camera.ended_at.isnot(None).label("ended"),
                Camera.masks,
            )
            .join(Room, and_(Room.id == Camera.room_id, Room.school_id == Camera.school_id))
            .where(Camera.school_id == desk.school_id)
            .order_by(Camera.id)
        )
        desk.table([{**row, "masks": len(row.masks)} for row in found.mappings()])


@command.command("status")
@asked
@of_school
def status(desk: Desk) -> None:
    """Say of each camera what the records know: live, in trouble, or not due.

    example: ./portal camera status --json
    """
    with desk.reading() as connection:
        zone = times.zone_of(connection, desk.school_id)
        cameras = connection.execute(
            select(Camera.id, Camera.name).where(Camera.school_id == desk.school_id).order_by(Camera.id)
        ).all()
        trouble = {
            camera: (state, at)
            for camera, state, at in connection.execute(
                select(Outage.camera_id, Outage.state, Outage.started_at).where(
                    Outage.school_id == desk.school_id, Outage.ended_at.is_(None)
                )
            )
        }
        live = {
            camera: ("camera:live", at)
            for camera, at in connection.execute(
                select(Epoch.camera_id, Epoch.started_at).where(
                    Epoch.school_id == desk.school_id, Epoch.ended_at.is_(None)
                )
            )
        }
        rows = []
        for camera_id, name in cameras:
            state, since = trouble.get(camera_id) or live.get(camera_id) or ("camera:not_due", None)
            rows.append({"id": camera_id, "name": name, "state": state, "since": times.shown(since, zone)})
    desk.table(rows)
