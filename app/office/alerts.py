"""What calls the office: a viewing of which its own person says that it was somebody else."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask import abort, flash, redirect
from flask_babel import gettext
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from access.database import reading
from access.disowned import Alert, answer_alert, waiting_alerts
from access.errors import Refused
from access.roster import StaffSchool
from app.guard import audience
from app.office import bp, here
from app.services import services
from app.words import calendar_day, clock_time

KEY = "<string(length=22):key>"


@bp.post(f"/office/alerts/{KEY}/answer")
@audience(*here.FAMILY_ROLES)
def answer(key: str) -> Response:
    """Write down what the office found out."""
    world = services().world
    with reading(world.database) as connection:
        (school,) = here.my_schools(connection)
    try:
        answer_alert(world, actor=here.actor(), reason=here.reason(), school_id=school.id, key=key)
    except Refused as refusal:
        if refusal.reason != "alert:answered":
            abort(404)
        flash(gettext("A colleague has written it down already."), "done")
    else:
        flash(gettext("Written down."), "done")
    return redirect("/office", 303)


@dataclass(frozen=True, slots=True)
class AlertLine:
    """An alert in words."""

    alert: Alert
    words: str


def alert_lines(connection: Connection, school: StaffSchool) -> list[AlertLine]:
    """Return what calls the office and waits for an answer, the oldest first."""
    zone = ZoneInfo(school.zone)
    return [AlertLine(alert, _words(alert, zone)) for alert in waiting_alerts(connection, school.id)]


def _words(alert: Alert, zone: ZoneInfo) -> str:
    said = gettext(
        "%(day)s, %(time)s: the room %(room)s was watched on %(device)s. That device is signed out.",
        day=calendar_day(alert.opened_at, zone=zone),
        time=clock_time(alert.opened_at, zone=zone),
        room=alert.room,
        device=alert.device,
    )
    return str(said)
