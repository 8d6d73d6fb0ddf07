"""Which cameras are connected for staff alone: somebody of them looks now, and no family may.

Decided as for the picture itself. What is filmed so is of a level of its own, which no room is
ever asked for: no family's right covers it, whatever opens meanwhile.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select

from access.camera_sources import COLUMNS, OF_ITS_RECORDER, open_source
from access.database import UtcDateTime
from access.due import DueCamera
from access.look_facts import load_look_facts, marks_about, unmarked
from access.look_records import SETUP, LookOpening
from access.places import Camera, Recorder
from access.setup_looks import LookAllowed, decide_look
from access.stops import Mark
from access.world import World

_OPEN = select(
    LookOpening.look_id, LookOpening.school_id, LookOpening.sign_in_id, LookOpening.camera_id
).where(
    LookOpening.closed_at.is_(None),
    LookOpening.lease_until > bindparam("now", type_=UtcDateTime()),
)
_CAMERA = (
    select(*COLUMNS, Camera.room_id, Camera.masks, Camera.delay_allowance_seconds)
    .outerjoin(Recorder, OF_ITS_RECORDER)
    .where(Camera.id == bindparam("camera_id"), Camera.school_id == bindparam("school_id"))
)


@dataclass(frozen=True, slots=True)
class LookedCamera(DueCamera):
    """A camera to be connected for a look; what stops the look stops it."""

    look_marks: tuple[Mark, ...] = ()

    @property
    def marks(self) -> tuple[Mark, ...]:
        """Return the marks that would end the look. Not the room's: a curtain drawn before stands."""
        return self.look_marks


def looked_cameras(
    connection: Connection, world: World, now: datetime, *, besides: Collection[str]
) -> list[LookedCamera]:
    """Return the cameras that staff look at now; one question where nobody does.

    Args:
        besides: keys of cameras that are connected for families anyway; the look has their stream.
    """
    found: dict[str, LookedCamera] = {}
    for opened in connection.execute(_OPEN, {"now": now}).all():
        marks = _marks_of_allowed(connection, world, opened, now)
        if marks is None:
            continue
        this = {"camera_id": opened.camera_id, "school_id": opened.school_id}
        row = connection.execute(_CAMERA, this).one()
        if row.key not in besides:
            found[row.key] = LookedCamera(
                source=open_source(world.vault, row),
                masks=row.masks,
                level=SETUP,
                delay_allowance_seconds=row.delay_allowance_seconds,
                room_id=row.room_id,
                used_by=(),
                look_marks=marks,
            )
    return list(found.values())


def is_looked_at(
    connection: Connection, world: World, camera_id: int, school_id: int, *, now: datetime
) -> bool:
    """Say whether somebody of the staff looks at this camera now, and may."""
    this = (LookOpening.camera_id == camera_id, LookOpening.school_id == school_id)
    rows = connection.execute(_OPEN.where(*this), {"now": now}).all()
    return any(_marks_of_allowed(connection, world, opened, now) is not None for opened in rows)


def _marks_of_allowed(
    connection: Connection, world: World, opened: Any, now: datetime
) -> tuple[Mark, ...] | None:
    """Return the marks that would end a look that goes on, or None where it may not go on."""
    facts = load_look_facts(
        connection,
        look_id=opened.look_id,
        school_id=opened.school_id,
        sign_in_id=opened.sign_in_id,
        now=now,
    )
    is_allowed = isinstance(decide_look(unmarked(world, facts), now), LookAllowed)
    return marks_about(facts) if is_allowed else None
