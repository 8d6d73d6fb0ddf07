"""One's own second factors: which there are, and taking one away."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask import abort, flash, redirect, render_template
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from access.database import reading
from access.devices import zone_of
from access.errors import Refused
from access.factors_ended import remove_factor
from access.factors_held import PasskeyKept
from access.memberships import FAMILY
from app.account.step_up import freshly_proven
from app.factors import bp
from app.factors.second import held
from app.factors.words import why_not
from app.guard import SIGNED_IN, audience
from app.pages import SECOND
from app.services import services
from app.words import spoken

FACTORS = "/factors"


@dataclass(frozen=True, slots=True)
class Line:
    """One passkey as the page shows it."""

    key: str
    name: str
    backed_up: bool
    since: str
    used: str


@bp.get(FACTORS)
@audience(SIGNED_IN)
@freshly_proven
def factors() -> Response | str:
    """Show what the reader has; staff who have not given theirs today are asked for it first."""
    if current_user.found.second_waits:
        return redirect(SECOND, 303)
    have, is_staff = held(), bool(current_user.roles - FAMILY)
    now = services().world.clock.now()
    with reading(services().world.database) as connection:
        zone = ZoneInfo(zone_of(connection, current_user.person_id))

    def line(one: PasskeyKept) -> Line:
        used = spoken(one.used_at, now=now, zone=zone) if one.used_at else ""
        return Line(one.key, one.name, one.backed_up, spoken(one.recorded_at, now=now, zone=zone), used)

    return render_template(
        "factors/own.html",
        app_since=spoken(have.app_since, now=now, zone=zone) if have.app_since else "",
        passkeys=[line(one) for one in have.passkeys],
        codes_left=have.codes_left,
        is_staff=is_staff,
        may_remove=have.count > 1 or not is_staff,
        is_only_way=current_user.found.passkey_only and len(have.passkeys) == 1,
    )


@bp.post(f"{FACTORS}/app/remove")
@audience(SIGNED_IN)
def remove_app() -> Response:
    """Take the code app away."""
    return _removed(None)


@bp.post(f"{FACTORS}/passkeys/<string(length=22):key>/remove")
@audience(SIGNED_IN)
def remove_passkey(key: str) -> Response:
    """Take one of one's own passkeys away; of anybody else's there is nothing to ask."""
    found = next((one.id for one in held().passkeys if one.key == key), None)
    if found is None:
        abort(404)
    return _removed(found)


@freshly_proven
def _removed(passkey_id: int | None) -> Response:
    try:
        remove_factor(services().world, current_user.sign_in_id, passkey_id=passkey_id)
    except Refused as refusal:
        flash(why_not(refusal.reason), "problem")
    else:
        flash(gettext("Removed. It opens nothing any more."), "done")
    return redirect(FACTORS, 303)
