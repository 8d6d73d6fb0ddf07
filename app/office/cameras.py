"""The cameras: one checklist for each of what has to be confirmed this term, and by whom.

Confirming and approving ask who you are; taking back, or taking a camera out of use, never
waits for that. No picture is on this page, and nothing of a camera's address.
"""

from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request
from flask_babel import gettext, lazy_gettext
from flask_babel.speaklater import LazyString
from flask_login import current_user
from werkzeug.wrappers import Response

from access.acts_cameras import activate_camera, deactivate_camera
from access.acts_gates import confirm_gates, take_gate_back
from access.acts_room_kinds import set_room_kind
from access.camera_gates import CONFIRMED, LETTERS, GateKind
from access.database import reading
from access.errors import Refused
from access.gates_seen import CameraSeen, GateSeen, Standing, cameras_seen, find_camera_by_key
from access.looks_seen import looks_seen
from access.room_kinds import NEVER, RoomKind
from access.roster import find_room
from app.account.step_up import require_fresh
from app.errors import FormRefused
from app.guard import audience
from app.look_words import PURPOSES
from app.office import bp, here
from app.office.changes import KEY
from app.office.looks import look_lines
from app.office.page import CURTAIN_ROLES
from app.office.words import ended_words, refused_words
from app.services import services
from app.words import calendar_day
from app.working import school_here

PAGE = "/office/cameras"

GATE_WORDS: dict[GateKind, LazyString] = {
    GateKind.PURPOSE: lazy_gettext("What families see here, and why, is written down"),
    GateKind.SIGN: lazy_gettext("The notice hangs on the wall, where whoever comes in reads it"),
    GateKind.MASKS: lazy_gettext("What is always hidden was looked at, and is right"),
    GateKind.CLOUD_OFF: lazy_gettext("The maker's own sharing over the internet is off"),
    GateKind.RESPONSIBLE: lazy_gettext("Somebody answers for this camera, and signed"),
    GateKind.APPROVAL: lazy_gettext("A second person approved it"),
}
KIND_WORDS: dict[str, LazyString] = {
    RoomKind.CLASSROOM: lazy_gettext("classroom"),
    RoomKind.HALL: lazy_gettext("hall"),
    RoomKind.PLAYGROUND: lazy_gettext("playground"),
    RoomKind.DINING: lazy_gettext("dining room"),
    RoomKind.CORRIDOR: lazy_gettext("corridor"),
    RoomKind.TOILET: lazy_gettext("toilet (never shown)"),
    RoomKind.NAP: lazy_gettext("nap room (never shown)"),
    RoomKind.CHANGING: lazy_gettext("changing room (never shown)"),
    RoomKind.NURSING: lazy_gettext("nursing room (never shown)"),
}


@dataclass(frozen=True, slots=True)
class GateLine:
    """One gate in words."""

    kind: str
    name: str
    standing: str
    holds: bool
    #: What was written, of a purpose.
    words: str


@dataclass(frozen=True, slots=True)
class CameraCard:
    """One camera as the page shows it."""

    camera: CameraSeen
    kind: str
    lines: list[GateLine]
    #: All of its gates hold, and its room may be shown.
    is_open: bool
    #: Every gate but the approval holds, and that lapses, has lapsed, or was never given.
    may_approve: bool
    #: What holds, and can be taken back one by one.
    may_take_back: list[GateLine]
    #: It is in use, or approved.
    may_take_off: bool
    mine: bool


@bp.get(PAGE)
@audience(*CURTAIN_ROLES)
def camera_list() -> str:
    """Show every camera with its checklist."""
    now = services().world.clock.now()
    with reading(services().world.database) as connection:
        school = school_here(connection, CURTAIN_ROLES)
        seen = cameras_seen(connection, [school.id], now)
        looks = looks_seen(connection, school.id, now)
    return render_template(
        "office/cameras.html",
        cards=[_card(camera) for camera in seen],
        kinds=KIND_WORDS,
        gates={kind.value: GATE_WORDS[kind] for kind in CONFIRMED if kind is not GateKind.PURPOSE},
        letters=LETTERS,
        may_say_kind=bool(here.FAMILY_ROLES & school.roles),
        looks=look_lines(looks, school),
        purposes=PURPOSES,
    )


@bp.post(f"{PAGE}/{KEY}/gates")
@audience(*CURTAIN_ROLES)
def confirm_camera(key: str) -> Response:
    """Confirm what was ticked, for this term."""
    camera_id = _camera(key)
    require_fresh()
    why, purpose = here.reason(), request.form.get("purpose", "").strip()
    kinds = [kind for kind in CONFIRMED if request.form.get(kind.value) == "yes"]
    if purpose:
        kinds.append(GateKind.PURPOSE)
    if not kinds:
        raise FormRefused
    return _done(
        lambda: confirm_gates(
            services().world,
            actor=here.actor(),
            reason=why,
            camera_id=camera_id,
            kinds=kinds,
            purpose=purpose,
        )
    )


@bp.post(f"{PAGE}/{KEY}/approve")
@audience(*CURTAIN_ROLES)
def approve_camera(key: str) -> Response:
    """Approve a camera of which all the rest is confirmed."""
    camera_id = _camera(key)
    require_fresh()
    why = here.reason()
    return _done(
        lambda: activate_camera(services().world, actor=here.actor(), reason=why, camera_id=camera_id)
    )


@bp.post(f"{PAGE}/{KEY}/take-back")
@audience(*CURTAIN_ROLES)
def take_camera_back(key: str) -> Response:
    """Take back what was confirmed: the room is hidden at once."""
    camera_id, kind = _camera(key), request.form.get("gate", "")
    if kind not in set(CONFIRMED):
        raise FormRefused
    return _ended(
        recorded=take_gate_back(
            services().world, actor=here.actor(), reason=here.reason(), camera_id=camera_id, kind=kind
        )
    )


@bp.post(f"{PAGE}/{KEY}/off")
@audience(*CURTAIN_ROLES)
def take_camera_off(key: str) -> Response:
    """Take a camera out of use at once: its approval and all the rest fall, and the curtain is drawn."""
    camera_id, why = _camera(key), here.reason()
    return _ended(
        recorded=deactivate_camera(services().world, actor=here.actor(), reason=why, camera_id=camera_id)
    )


@bp.post(f"/office/rooms/{KEY}/kind")
@audience(*here.FAMILY_ROLES)
def say_what_a_room_is_for(key: str) -> Response:
    """Say what a room is for; to hide it for good asks for no proof."""
    with reading(services().world.database) as connection:
        school = school_here(connection, here.FAMILY_ROLES)
        room_id = here.found(find_room(connection, key, school.id))
    kind = request.form.get("kind", "")
    if kind not in set(RoomKind):
        raise FormRefused
    if kind not in NEVER:
        require_fresh()
    return _ended(
        recorded=set_room_kind(
            services().world, actor=here.actor(), reason=here.reason(), room_id=room_id, kind=kind
        )
    )


def _camera(key: str) -> int:
    with reading(services().world.database) as connection:
        school = school_here(connection, CURTAIN_ROLES)
        return here.found(find_camera_by_key(connection, key, school.id))


def _done(act: Callable[[], object]) -> Response:
    try:
        act()
    except Refused as refusal:
        flash(refused_words(refusal.reason), "problem")
    else:
        flash(gettext("Done."), "done")
    return redirect(PAGE, 303)


def _ended(*, recorded: bool) -> Response:
    flash(ended_words(recorded=recorded), "done" if recorded else "problem")
    return redirect(PAGE, 303)


def _card(camera: CameraSeen) -> CameraCard:
    zone, mine = ZoneInfo(camera.zone), camera.installed_by == current_user.person_id
    *others, approval = camera.gates
    lines = [_line(gate, zone) for gate in camera.gates]
    is_ready = camera.may_be_shown and all(gate.holds for gate in others)
    return CameraCard(
        camera=camera,
        kind=str(KIND_WORDS.get(camera.room_kind or "", gettext("nobody has said what for"))),
        lines=lines,
        is_open=is_ready and approval.holds and camera.activated,
        may_approve=is_ready and not mine and approval.standing is not Standing.HOLDS,
        may_take_back=[line for line in lines if line.holds and line.kind != GateKind.APPROVAL],
        may_take_off=camera.activated or approval.holds,
        mine=mine,
    )


def _line(gate: GateSeen, zone: ZoneInfo) -> GateLine:
    day = calendar_day(gate.until, zone=zone) if gate.until else ""
    said = {
        Standing.HOLDS: lambda: gettext("until %(day)s, by %(who)s", day=day, who=gate.by),
        Standing.SOON: lambda: gettext("lapses on %(day)s; confirmed by %(who)s", day=day, who=gate.by),
        Standing.LAPSED: lambda: gettext("lapsed on %(day)s", day=day),
        Standing.TAKEN_BACK: lambda: gettext("taken back on %(day)s", day=day),
        Standing.MISSING: lambda: gettext("not confirmed yet"),
    }
    return GateLine(
        kind=gate.kind.value,
        name=str(GATE_WORDS[gate.kind]),
        standing=str(said[gate.standing]()),
        holds=gate.holds,
        words=gate.words,
    )
