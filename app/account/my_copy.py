"""A copy of what is kept about whoever is signed in: asked for in one tap, downloaded once it is released."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Response as FlaskResponse
from flask import abort, flash, redirect, render_template, request
from flask_babel import gettext, lazy_gettext
from flask_babel.speaklater import LazyString
from flask_login import current_user
from werkzeug.wrappers import Response

from access.acts_subject import ask_export, download_export, hand_over
from access.database import reading
from access.errors import Refused
from access.subject_seen import Export, SchoolAsked, find_export, schools_asked_by
from app.account import bp
from app.account.step_up import require_fresh
from app.guard import SIGNED_IN, audience
from app.services import services
from app.words import calendar_day, weekday

PAGE = "/my-copy"
KEY = "<string(length=22):key>"
#: Stands in the log; its words are in :mod:`app.office.words`.
OWN_COPY = "own_copy"
REFUSALS: dict[str, LazyString] = {
    "subject:waits": lazy_gettext("You have asked already. The school is preparing it."),
    "subject:over": lazy_gettext("You have had this copy. You can ask for another one."),
    "subject:not_made": lazy_gettext("It is not ready any more: the school makes it again."),
    "subject:not_released": lazy_gettext("It is not ready yet."),
    "subject:other_copy": lazy_gettext("It cannot be given to you just now. Please ask the school office."),
}


@dataclass(frozen=True, slots=True)
class Line:
    """What one school was asked for, in words."""

    school: SchoolAsked
    #: ``none``, ``waits``, ``late``, ``ready`` or ``over``.
    state: str
    asked: str
    due: str
    downloaded: str
    handed: str


@bp.get(PAGE)
@audience(SIGNED_IN)
def my_copy() -> str:
    """Show how far the reader's own requests have come, by school."""
    return render_template("account/my_copy.html", lines=_lines())


@bp.post(PAGE)
@audience(SIGNED_IN)
def ask_for_copy() -> Response:
    """Ask a school that knows the reader for a copy."""
    key = request.form.get("school", "")
    if not key:
        flash(gettext("Choose a school."), "problem")
        return redirect(PAGE, 303)
    school = next((line.school for line in _lines() if line.school.key == key), None)
    if school is None:
        abort(404)
    said = {"actor": current_user.actor, "reason": OWN_COPY, "school_id": school.id}
    try:
        ask_export(services().world, **said, person_id=current_user.person_id)
    except Refused as refusal:
        _told(refusal)
    else:
        flash(gettext("Done. The school has been asked."), "done")
    return redirect(PAGE, 303)


@bp.get(f"{PAGE}/{KEY}")
@audience(SIGNED_IN)
def take_copy(key: str) -> Response | str:
    """Show the page on which a copy that is ready is downloaded, to whose it is."""
    _mine(key)
    require_fresh()
    line = next((one for one in _lines() if one.school.last and one.school.last.key == key), None)
    if line is None or line.state != "ready":
        return redirect(PAGE, 303)
    return render_template("account/take_copy.html", line=line)


@bp.post(f"{PAGE}/{KEY}/download")
@audience(SIGNED_IN)
def download_copy(key: str) -> Response:
    """Give the file; that it was taken is written down first."""
    export_id, school_id = _mine(key)
    require_fresh()
    said = {"actor": current_user.actor, "reason": OWN_COPY, "school_id": school_id}
    try:
        content = download_export(services().world, **said, export_id=export_id)
    except Refused as refusal:
        _told(refusal)
        return redirect(PAGE, 303)
    return zip_answer(content, "my-copy.zip")


@bp.post(f"{PAGE}/{KEY}/have")
@audience(SIGNED_IN)
def have_copy(key: str) -> Response:
    """Have the portal keep the copy no longer: its person has it."""
    export_id, school_id = _mine(key)
    require_fresh()
    said = {"actor": current_user.actor, "reason": OWN_COPY, "school_id": school_id}
    digest = request.form.get("sha256", "")
    try:
        hand_over(services().world, **said, export_id=export_id, sha256=digest)
    except Refused as refusal:
        _told(refusal)
    else:
        flash(gettext("Done. The portal does not keep your copy any more."), "done")
    return redirect(PAGE, 303)


def zip_answer(content: bytes, name: str) -> FlaskResponse:
    """Return a file to be saved under *name*."""
    answer = FlaskResponse(content, mimetype="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _told(refusal: Refused) -> None:
    """Say why; what is not about a copy is no business of the reader's.

    Raises:
        NotFound: any other reason.
    """
    if refusal.reason not in REFUSALS:
        abort(404)
    flash(str(REFUSALS[refusal.reason]), "problem")


def _mine(key: str) -> tuple[int, int]:
    """Return the ids of a request of the reader's own, and of its school; any other is the one 404."""
    me = current_user.person_id
    with reading(services().world.database) as connection:
        schools = [school.id for school in schools_asked_by(connection, me)]
        found = find_export(connection, key, schools, person_id=me)
    return abort(404) if found is None else found


def _lines() -> list[Line]:
    world = services().world
    with reading(world.database) as connection:
        schools = schools_asked_by(connection, current_user.person_id)
    return [_line(school, world.clock.now()) for school in schools]


def _line(school: SchoolAsked, now: datetime) -> Line:
    zone, last = ZoneInfo(school.zone), school.last

    def day(at: datetime | None) -> str:
        return "" if at is None else calendar_day(at, zone=zone)

    if last is None:
        return Line(school, "none", "", "", "", "")
    return Line(
        school=school,
        state=_state(last, now),
        asked=day(last.asked_at),
        due=weekday(last.due_at, zone=zone),
        downloaded=day(last.downloaded_at),
        handed=day(last.handed_at),
    )


def _state(last: Export, now: datetime) -> str:
    if last.handed_at is not None:
        return "over"
    if last.released_at is not None:
        return "ready"
    return "late" if last.due_at <= now else "waits"
