"""What has to be confirmed of each camera: what has lapsed, and what lapses soon, and who renews it."""

from collections.abc import Collection, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext
from sqlalchemy import Engine

from access.database import reading
from access.gates_seen import CameraSeen, Standing, cameras_seen
from app.health.finding import Finding, look, well, wrong


def gate_findings(engine: Engine, school_ids: Collection[int], now: datetime) -> Iterator[Finding]:
    """Say of each camera in use whether it is confirmed for this term."""
    with reading(engine) as connection:
        found = [camera for camera in cameras_seen(connection, school_ids, now) if camera.activated]
    if not found:
        yield well(lazy_gettext("No camera is in use yet."))
    for camera in found:
        yield _finding(camera)


def _finding(camera: CameraSeen) -> Finding:
    told = {"camera": camera.name, "room": camera.room}
    who = camera.installer or "?"
    if not camera.may_be_shown:
        return wrong(
            lazy_gettext("%(room)s, %(camera)s: closed, because of what the room is for.", **told),
            lazy_gettext("Say what the room is for on the page Cameras, or with ./portal room kind."),
            detail=camera.room_kind or "",
        )
    closed = [gate.kind.value for gate in camera.gates if not gate.holds]
    if closed:
        return wrong(
            lazy_gettext("%(room)s, %(camera)s: closed until it is confirmed for this term.", **told),
            lazy_gettext(
                "Somebody other than %(who)s, who installed it, confirms it on the page Cameras, or with"
                " ./portal camera gate.",
                who=who,
            ),
            detail=", ".join(closed),
        )
    soon = [gate for gate in camera.gates if gate.standing is Standing.SOON and gate.until]
    if soon:
        day = min(gate.until for gate in soon if gate.until).astimezone(ZoneInfo(camera.zone))
        return look(
            lazy_gettext("%(room)s, %(camera)s: closes on %(day)s.", day=f"{day:%Y-%m-%d}", **told),
            lazy_gettext(
                "Now, or where the term ends then, with the next: somebody other than %(who)s, who installed"
                " it, renews it on the page Cameras, or with ./portal camera gate.",
                who=who,
            ),
            detail=", ".join(gate.kind.value for gate in soon),
        )
    return well(lazy_gettext("%(room)s, %(camera)s: confirmed for this term.", **told))
