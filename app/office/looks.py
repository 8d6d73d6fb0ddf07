"""Setup looks on the staff's pages: asked for beside a camera, agreed to by another, had on its own page.

Asking, agreeing and looking ask who you are; ending a look never waits for that.
"""

from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from access.acts_looks import agree_look, ask_look, end_look, find_look
from access.database import reading
from access.errors import Refused
from access.gates_seen import find_camera_by_key
from access.look_records import LETTERS, LookKind
from access.looks_seen import LookSeen, looks_seen
from access.roster import StaffSchool
from app.account.step_up import require_fresh
from app.errors import FormRefused
from app.guard import audience
from app.look_words import PURPOSES
from app.office import bp, here
from app.office.changes import KEY
from app.office.page import CURTAIN_ROLES
from app.office.words import ended_words, refused_words
from app.services import services
from app.words import clock_time, page_clock
from app.working import school_here

PAGE = "/office/cameras"
#: Stands in the log where nobody said why.
BY_HAND = "ended by hand"


@dataclass(frozen=True, slots=True)
class LookLine:
    """One look in words."""

    key: str
    camera: str
    room: str
    purpose: str
    #: What for, in the words of who asked.
    words: str
    standing: str
    waits: bool
    #: The reader asked for it.
    mine: bool


def look_lines(looks: list[LookSeen], school: StaffSchool) -> list[LookLine]:
    """Return the looks of a school as its staff read them."""
    return [_line(look, ZoneInfo(school.zone)) for look in looks]


@bp.post(f"{PAGE}/{KEY}/looks")
@audience(*here.FAMILY_ROLES)
def ask_for_look(key: str) -> Response:
    """Ask for a look at a camera's picture."""
    with reading(services().world.database) as connection:
        school = school_here(connection, here.FAMILY_ROLES)
        camera_id = here.found(find_camera_by_key(connection, key, school.id))
    require_fresh()
    kind, words = request.form.get("purpose", ""), request.form.get("words", "").strip()
    if kind not in set(LookKind) or not 1 <= len(words) <= LETTERS:
        raise FormRefused
    return _done(
        lambda: ask_look(services().world, actor=here.actor(), camera_id=camera_id, kind=kind, words=words),
        gettext("Done. Somebody else of the staff has to agree now."),
    )


@bp.post(f"/office/looks/{KEY}/agree")
@audience(*CURTAIN_ROLES)
def agree_to_look(key: str) -> Response:
    """Agree to a look that somebody else asked for."""
    look_id = _look(key, CURTAIN_ROLES)
    require_fresh()
    why = here.reason()
    return _done(
        lambda: agree_look(services().world, actor=here.actor(), reason=why, look_id=look_id),
        gettext("Done. Whoever asked may look for ten minutes; the door display says so."),
    )


@bp.post(f"/office/looks/{KEY}/end")
@audience(*CURTAIN_ROLES)
def end_this_look(key: str) -> Response:
    """End a look at once."""
    look_id, why = _look(key, CURTAIN_ROLES), request.form.get("reason", "").strip() or BY_HAND
    recorded = end_look(services().world, actor=here.actor(), reason=why[:LETTERS], look_id=look_id)
    flash(ended_words(recorded=recorded), "done" if recorded else "problem")
    return redirect(PAGE, 303)


@bp.get(f"/office/looks/{KEY}")
@audience(*here.FAMILY_ROLES)
def look(key: str) -> str:
    """Show the page on which the picture is, to the one who asked for it and while it is not over."""
    now = services().world.clock.now()
    with reading(services().world.database) as connection:
        school = school_here(connection, here.FAMILY_ROLES)
        seen = [one for one in looks_seen(connection, school.id, now) if one.key == key]
    found = here.found(next((one for one in seen if one.asked_by == current_user.person_id), None))
    require_fresh()
    zone = ZoneInfo(school.zone)
    return render_template("office/look.html", look=_line(found, zone), **page_clock(now, zone))


def _look(key: str, roles: tuple[str, ...]) -> int:
    with reading(services().world.database) as connection:
        return here.found(find_look(connection, key, school_here(connection, roles).id))


def _done(act: Callable[[], object], done: str) -> Response:
    try:
        act()
    except Refused as refusal:
        flash(refused_words(refusal.reason), "problem")
    else:
        flash(done, "done")
    return redirect(PAGE, 303)


def _line(look: LookSeen, zone: ZoneInfo) -> LookLine:
    until = clock_time(look.until, zone=zone)
    if look.agreed_at is None:
        said = gettext(
            "%(who)s asked. It waits for a second person until %(time)s.", who=look.asker, time=until
        )
    else:
        said = gettext(
            "%(who)s may look until %(time)s. %(second)s agreed.",
            who=look.asker,
            time=until,
            second=look.second,
        )
    return LookLine(
        key=look.key,
        camera=look.camera,
        room=look.room,
        purpose=str(PURPOSES[look.kind]),
        words=look.words,
        standing=said,
        waits=look.agreed_at is None,
        mine=look.asked_by == current_user.person_id,
    )
