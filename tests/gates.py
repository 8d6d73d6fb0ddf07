"""The gates of a camera, confirmed by those who may, so that it is seen."""

from access import acts_cameras
from access.acts import Actor
from access.acts_gates import confirm_gates
from access.camera_gates import CONFIRMED, GateKind
from access.world import World

WHY = "checked on the spot"
#: All that one person can confirm beside whoever signs.
LOOKED_AT = tuple(kind for kind in CONFIRMED if kind is not GateKind.RESPONSIBLE)


def opens_gates(world: World, camera: int, *, by: Actor, second: Actor) -> None:
    """Confirm a new camera and activate it: *by* may have installed it, *second* signs and approves."""
    confirm_gates(
        world, actor=by, reason=WHY, camera_id=camera, kinds=LOOKED_AT, purpose="families see the class play"
    )
    confirm_gates(world, actor=second, reason=WHY, camera_id=camera, kinds=[GateKind.RESPONSIBLE])
    acts_cameras.activate_camera(world, actor=second, reason=WHY, camera_id=camera)
