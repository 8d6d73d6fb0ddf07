"""Ask one camera whether it answers, by the way in which the runner connects it."""

from access.camera_sources import load_source
from access.database import reading
from access.policy import CLEAR
from access.world import World
from app.config import Settings
from app.parts import camera_settings, desired_camera
from streaming.probe import probe


def probe_camera(world: World, settings: Settings, camera_id: int, seconds: float) -> str:
    """Return the camera's state: ``camera:live`` where a picture came within *seconds*.

    The process is never told to film, so it writes nothing. It takes its seat at a
    recorder like any other, and none from a camera that is connected.
    """
    with reading(world.database) as connection:
        source = load_source(connection, world.vault, camera_id)
    camera = desired_camera(source, masks=[], level=CLEAR, delay_allowance_seconds=0.0)
    return probe(camera, camera_settings(settings), world.clock.now, seconds=seconds).value
