"""A camera's gates, confirmed and taken back, told in sentences."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from access import acts_cameras
from access.acts import Actor
from access.acts_gates import confirm_gates
from access.camera_gates import CameraGate
from access.database import reading
from access.errors import Refused
from tests.access.two_rooms import TwoRooms
from tests.access.writing_school import WHY


def gates_of(school: TwoRooms, camera: int) -> list[str]:
    """Return the gates that stand."""
    now = school.world.clock.now()
    with reading(school.world.database) as connection:
        rows = connection.execute(
            select(CameraGate.kind).where(
                CameraGate.camera_id == camera, CameraGate.ended_at.is_(None), CameraGate.ends_at > now
            )
        )
        return sorted(set(rows.scalars()))


def confirms(school: TwoRooms, by: Actor, *kinds: str, camera: int | None = None, purpose: str = "") -> Any:
    return confirm_gates(
        school.world,
        actor=by,
        reason=WHY,
        camera_id=camera or school.camera,
        kinds=kinds,
        purpose=purpose or ("they see the class" if "purpose" in kinds else ""),
    )


def activates(school: TwoRooms, by: Actor, camera: int | None = None) -> None:
    acts_cameras.activate_camera(school.world, actor=by, reason=WHY, camera_id=camera or school.camera)


def refusal(act: Callable[..., Any], *args: Any, **words: Any) -> str:
    with pytest.raises(Refused) as refused:
        act(*args, **words)
    return refused.value.reason
