"""The devices on which somebody is signed in, and signing one of them out, at once."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import abort, flash, redirect, render_template
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from access.database import reading
from access.devices import Device, devices_of, zone_of
from access.sign_ins import end_sign_in
from app.account import bp
from app.guard import SIGNED_IN, audience
from app.services import services
from app.words import spoken


@dataclass(frozen=True, slots=True)
class Line:
    """One device as the page shows it."""

    key: str
    words: str
    is_this: bool
    since: str
    seen: str


@bp.get("/devices")
@audience(SIGNED_IN)
def devices() -> str:
    """Show this device and the others."""
    now = services().world.clock.now()
    with reading(services().world.database) as connection:
        found = devices_of(connection, current_user.person_id, now)
        zone = ZoneInfo(zone_of(connection, current_user.person_id))
    lines = [_line(device, now, zone) for device in found]
    return render_template(
        "account/devices.html",
        here=[line for line in lines if line.is_this],
        others=[line for line in lines if not line.is_this],
        has_pin=current_user.found.has_pin,
    )


@bp.post("/devices/<string(length=22):key>/sign-out")
@audience(SIGNED_IN)
def sign_out_device(key: str) -> Response:
    """Sign one of one's own devices out."""
    world = services().world
    with reading(world.database) as connection:
        mine = devices_of(connection, current_user.person_id, world.clock.now())
    found = next((device for device in mine if device.key == key), None)
    if found is None:
        abort(404)
    end_sign_in(world, found.sign_in_id, actor=current_user.actor, reason="signed out from another device")
    flash(gettext("Signed out there: %(device)s.", device=found.words), "done")
    return redirect("/devices", 303)


def _line(device: Device, now: datetime, zone: ZoneInfo) -> Line:
    return Line(
        key=device.key,
        words=device.words,
        is_this=device.sign_in_id == current_user.sign_in_id,
        since=spoken(device.started_at, now=now, zone=zone),
        seen=spoken(device.seen_at, now=now, zone=zone),
    )
