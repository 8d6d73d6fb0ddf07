"""A whole sheet of who came and went, pasted from a table; one wrong line, and nothing is noted.

No file is taken: what stands in a table or in a gate's file is copied and pasted, and can be mended here.
"""

from typing import ClassVar

from flask import flash, redirect, render_template
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import TextAreaField

from access.acts_attendance import note_all
from access.attendance import OFF
from access.attendance_sheet import Line, read_sheet
from access.database import reading
from access.errors import Refused
from access.roll import attendance_of
from app.forms import Form, at_most, needed, reason_field
from app.guard import audience
from app.office import bp, here
from app.office.attendance import PAGE as ATTENDANCE
from app.office.page import CURTAIN_ROLES
from app.office.words import ended_words
from app.services import services
from app.working import school_here

PAGE = "/office/attendance/sheet"
#: Of all lines together; a form of ours is small.
MOST_LETTERS = 16_000
#: So many wrong lines are told of at once.
MOST_TOLD = 20

_WRONG = {
    "attendance:sheet_columns": lazy_gettext("it needs three things: child, in or out, and the time"),
    "attendance:sheet_word": lazy_gettext("neither 入园 (in) nor 离园 (out)"),
    "attendance:future": lazy_gettext("that time has not come yet"),
    "child:unknown": lazy_gettext("no child of this school is called that"),
    "child:ambiguous": lazy_gettext("several children are called that: note them with their buttons"),
    "time:words": lazy_gettext("not a time such as 08:12 or 2026-03-10 08:12"),
}


class SheetForm(Form):
    """Lines, and why."""

    refusals: ClassVar = {
        "attendance:sheet": (
            "lines",
            lazy_gettext("This cannot be read as lines of a table. Nothing was noted."),
        ),
        "attendance:off": ("", lazy_gettext("This school does not note who is in.")),
        "act:overtaken": (
            "",
            lazy_gettext(
                "Somebody noted one of them meanwhile. Send it once more: what is noted already stays."
            ),
        ),
    }

    lines = TextAreaField(
        lazy_gettext("The lines, copied from a table"),
        [needed(), at_most(MOST_LETTERS)],
        description=lazy_gettext(
            "One line for each, such as 小豆, 入园, 08:12. A time without a day is of today."
            " Some 500 lines at a time."
        ),
        render_kw={
            "rows": 10,
            "maxlength": MOST_LETTERS,
            "autocomplete": "off",
            "autocapitalize": "none",
            "spellcheck": "false",
        },
    )
    reason = reason_field()


@bp.get(PAGE)
@audience(*CURTAIN_ROLES)
def attendance_sheet() -> str:
    """Show the form."""
    with reading(services().world.database) as connection:
        school_here(connection, CURTAIN_ROLES)
    return _page(SheetForm())


@bp.post(PAGE)
@audience(*CURTAIN_ROLES)
def note_sheet() -> Response | tuple[str, int]:
    """Note what the sheet says; where a line makes no sense, say which, and note nothing."""
    with reading(services().world.database) as connection:
        school = school_here(connection, CURTAIN_ROLES)
    form = SheetForm()
    try:
        if form.holds():
            return _note(form, school.id)
    except Refused as refusal:
        form.refuse(refusal.reason)
    return _page(form), 400


def _note(form: SheetForm, school_id: int) -> Response | tuple[str, int]:
    world = services().world
    with reading(world.database) as connection:
        sheet = read_sheet(connection, school_id, form.lines.data, world.clock.now())
        mode = attendance_of(connection, school_id)
    if sheet.wrong:
        told = list(sheet.wrong.items())
        form.lines.errors = [
            gettext("Line %(number)s: %(words)s.", number=number, words=_WRONG[reason])
            for number, reason in told[:MOST_TOLD]
        ]
        if len(told) > MOST_TOLD:
            form.lines.errors.append(gettext("And %(more)s more.", more=len(told) - MOST_TOLD))
        return _page(form), 400
    if mode == OFF:
        raise Refused("attendance:off")
    return _noted(form, sheet.lines)


def _noted(form: SheetForm, lines: tuple[Line, ...]) -> Response:
    recorded = note_all(services().world, actor=here.actor(), reason=form.reason.data, lines=lines)
    if recorded:
        flash(gettext("Noted: %(number)s lines.", number=len(lines)), "done")
    else:
        flash(ended_words(recorded=False), "problem")
    return redirect(ATTENDANCE, 303)


def _page(form: SheetForm) -> str:
    return render_template("office/attendance_sheet.html", form=form)
