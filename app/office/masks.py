"""What is always hidden of a camera's picture: drawn without the picture, added and taken away.

Either draws the curtain, and the masks have to be looked at anew. To hide more asks for no
proof of who acts; to show again does. Nothing of a picture is on this page: whoever has to see
one asks for a look.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import flash, redirect, render_template, request
from flask_babel import gettext, lazy_gettext
from sqlalchemy import bindparam, select
from werkzeug.wrappers import Response
from wtforms import Field, IntegerField
from wtforms.validators import NumberRange

from access.acts_cameras import WHOLE, mask_camera
from access.database import reading
from access.errors import Refused
from access.gates_seen import find_camera_by_key
from access.places import Camera, Room
from app.account.step_up import require_fresh
from app.errors import FormRefused
from app.forms import Form, needed, reason_field
from app.guard import audience
from app.mask_words import read_mask, written
from app.office import bp, here
from app.office.changes import KEY
from app.office.words import LOOK_AGAIN, ended_words
from app.services import services
from app.working import school_here

PERCENT = 100
_SCALE = WHOLE // PERCENT


def _percent_field(label: object, least: int, most: int) -> Field:
    wrong = lazy_gettext("A number from %(min)s to %(max)s, please.")
    return IntegerField(
        label,
        [needed(), NumberRange(least, most, wrong)],
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )


class MaskForm(Form):
    """One rectangle that is to be hidden as well."""

    left = _percent_field(lazy_gettext("From the left edge, in percent of the picture"), 0, PERCENT - 1)
    top = _percent_field(lazy_gettext("From the top edge, in percent"), 0, PERCENT - 1)
    width = _percent_field(lazy_gettext("How wide, in percent"), 1, PERCENT)
    height = _percent_field(lazy_gettext("How high, in percent"), 1, PERCENT)
    reason = reason_field()

    refusals = {  # noqa: RUF012  # never changed
        "act:overtaken": (
            "",
            lazy_gettext(
                "Somebody else changed this meanwhile: above is what stands now."
                " Sent once more, yours is added to it."
            ),
        ),
        "camera:mask": ("", lazy_gettext("There are too many already. Take one away first.")),
    }

    def corners(self) -> list[list[int]]:
        """Return the rectangle; what would lie outside of the picture is left out of it."""
        left, top = self.left.data * _SCALE, self.top.data * _SCALE
        right = min(WHOLE, left + self.width.data * _SCALE)
        bottom = min(WHOLE, top + self.height.data * _SCALE)
        return [[left, top], [right, top], [right, bottom], [left, bottom]]


@dataclass(frozen=True, slots=True)
class Masked:
    """A camera and what is hidden of its picture."""

    id: int
    key: str
    name: str
    room: str
    masks: list[list[list[int]]]

    @property
    def shown(self) -> str:
        """Return the masks as the page's forms say that they showed them."""
        return "; ".join(map(written, self.masks))


@dataclass(frozen=True, slots=True)
class MaskLine:
    """One mask as the page shows it."""

    #: Its corners, as a drawing and the form want them.
    corners: str
    words: str


@bp.route(f"/office/cameras/{KEY}/masks", methods=["GET", "POST"])
@audience(*here.FAMILY_ROLES)
def masks(key: str) -> Response | str | tuple[str, int]:
    """Show what is hidden; hide one rectangle more."""
    camera, form = _camera(key), MaskForm()
    if form.holds():
        try:
            return _done(camera, [*_seen(), form.corners()], form.reason.data)
        except Refused as refusal:
            form.refuse(refusal.reason)
    lines = [MaskLine(written(mask), _where(mask)) for mask in camera.masks]
    page = render_template("office/masks.html", camera=camera, lines=lines, form=form, whole=WHOLE)
    return (page, 400) if request.method == "POST" else page


@bp.post(f"/office/cameras/{KEY}/masks/take-away")
@audience(*here.FAMILY_ROLES)
def take_mask_away(key: str) -> Response:
    """Show again what one mask hides."""
    camera, gone = _camera(key), request.form.get("mask", "")
    require_fresh()
    seen, why = _seen(), here.reason()
    if gone not in map(written, seen):
        raise FormRefused
    try:
        return _done(camera, [mask for mask in seen if written(mask) != gone], why)
    except Refused:
        flash(str(LOOK_AGAIN), "problem")
        return redirect(f"/office/cameras/{key}/masks", 303)


def _done(camera: Masked, wanted: Sequence[Sequence[Sequence[int]]], why: str) -> Response:
    recorded = mask_camera(
        services().world,
        actor=here.actor(),
        reason=why,
        camera_id=camera.id,
        masks=wanted,
        shown=_seen(),
    )
    flash(ended_words(recorded=recorded), "done" if recorded else "problem")
    return redirect(f"/office/cameras/{camera.key}/masks", 303)


def _seen() -> list[list[list[int]]]:
    """Return the masks that the page showed.

    Raises:
        FormRefused: no page of ours wrote it.
    """
    words = request.form.get("shown")
    if words is None:
        raise FormRefused
    try:
        return [read_mask(mask) for mask in words.split(";")] if words else []
    except Refused as refusal:
        raise FormRefused from refusal


_MASKED = (
    select(Camera.name, Camera.masks, Room.name.label("room"))
    .join(Room, Room.id == Camera.room_id)
    .where(
        Camera.id == bindparam("camera_id"),
        Camera.school_id == bindparam("school_id"),
        Room.school_id == bindparam("school_id"),
    )
)


def _camera(key: str) -> Masked:
    with reading(services().world.database) as connection:
        school = school_here(connection, here.FAMILY_ROLES)
        camera_id = here.found(find_camera_by_key(connection, key, school.id))
        row = connection.execute(_MASKED, {"camera_id": camera_id, "school_id": school.id}).one()
    return Masked(camera_id, key, row.name, row.room, row.masks)


def _where(mask: Sequence[Sequence[int]]) -> str:
    """Return where a mask lies, in words; of one that is no rectangle, what it lies within."""
    across, down = [x for x, _ in mask], [y for _, y in mask]
    words: str = gettext(
        "from the left %(left)d to %(right)d %%, from the top %(top)d to %(bottom)d %%",
        left=min(across) // _SCALE,
        right=-(-max(across) // _SCALE),
        top=min(down) // _SCALE,
        bottom=-(-max(down) // _SCALE),
    )
    return words
