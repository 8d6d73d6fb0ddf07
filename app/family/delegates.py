"""A guardian's delegates: relatives who may watch for them, once the school agrees."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask import abort, flash, redirect, render_template, request
from flask_babel import gettext, lazy_gettext
from flask_login import current_user
from werkzeug.wrappers import Response
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from access.acts_delegates import end_delegation, propose_delegate
from access.database import reading
from access.delegates_seen import OwnChild, OwnDelegate, own_children, own_delegates
from access.errors import Refused
from app.account.step_up import require_fresh
from app.family import bp
from app.forms import Form, name_field
from app.guard import audience
from app.services import services
from app.words import calendar_day

#: Stands in the log.
TAKEN_BACK = "taken back by the guardian"


class DelegateForm(Form):
    """A relative, and for which child."""

    refusals = {  # noqa: RUF012  # never changed
        "delegation:most": (
            "",
            lazy_gettext("At most two at a time for each child. End one of them first."),
        ),
        "delegation:not_guardian": (
            "",
            lazy_gettext("That is not possible now. Please ask the school office."),
        ),
        "name:characters": (
            "name",
            lazy_gettext("There are characters in this that cannot be seen. Please type it anew."),
        ),
    }

    name = name_field(
        lazy_gettext("Relative's name"),
        hint=lazy_gettext("As it stands in the document they will bring."),
        autocomplete="off",
    )
    child = SelectField(lazy_gettext("For which child?"))


@dataclass(frozen=True, slots=True)
class Line:
    """A delegate in words."""

    delegate: OwnDelegate
    words: str


@bp.route("/delegates", methods=["GET", "POST"])
@audience("guardian")
def delegates() -> Response | str | tuple[str, int]:
    """Show one's delegates, and propose one."""
    world = services().world
    now, me = world.clock.now(), current_user.person_id
    with reading(world.database) as connection:
        children = own_children(connection, me, now)
        lines = [Line(one, _words(one)) for one in own_delegates(connection, me, now)]
    if request.method == "POST":
        require_fresh()
    form = DelegateForm()
    form.child.choices = [SelectChoice(child.key, _child(child, children)) for child in children]
    if form.holds():
        tie = next(child.guardianship_id for child in children if child.key == form.child.data)
        try:
            propose_delegate(world, actor=current_user.actor, guardianship_id=tie, name=form.name.data)
        except Refused as refusal:
            form.refuse(refusal.reason)
        else:
            flash(gettext("Done. The school decides, and will ask them to come to the desk."), "done")
            return redirect("/delegates", 303)
    page = render_template("family/delegates.html", form=form, lines=lines, children=children)
    return (page, 400) if request.method == "POST" else page


@bp.post("/delegates/<string(length=22):key>/end")
@audience("guardian")
def end_delegate(key: str) -> Response:
    """Take a proposal back, or end what a relative may see for oneself."""
    world = services().world
    with reading(world.database) as connection:
        mine = own_delegates(connection, current_user.person_id, world.clock.now())
    found = next((one.id for one in mine if one.key == key), None)
    if found is None:
        abort(404)
    end_delegation(world, actor=current_user.actor, reason=TAKEN_BACK, delegation_id=found)
    flash(gettext("Done. They see nothing for you any more."), "done")
    return redirect("/delegates", 303)


def _child(child: OwnChild, children: list[OwnChild]) -> str:
    one_school = len({one.school for one in children}) == 1
    return child.child if one_school else f"{child.school} · {child.child}"


def _words(delegate: OwnDelegate) -> str:
    if delegate.ends_at is None:
        return str(gettext("Waits for the school to agree."))
    if not delegate.verified:
        return str(gettext("The school agreed. They bring their papers to the desk."))
    day = calendar_day(delegate.ends_at, zone=ZoneInfo(delegate.zone))
    return str(gettext("May watch as you may, until %(day)s.", day=day))
