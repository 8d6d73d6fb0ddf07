"""Delegates at the office's desk: agree to whom a guardian proposes, check who they are, end it."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response

from access.acts_delegates import approve_delegate, end_delegation, verify_delegate
from access.database import reading
from access.delegates_seen import DelegateHere, delegates_here, find_delegate
from access.errors import Refused
from access.front_desk import SomebodyHere, find_somebody, somebody_named
from access.roster import StaffSchool
from app.account.step_up import require_fresh
from app.guard import audience
from app.office import bp, here
from app.office.families import KEY
from app.office.identity import IdentityForm
from app.office.words import ended_words, refused_words
from app.services import services
from app.words import calendar_day

#: Stand in the log; their words are in :mod:`app.office.words`.
AGREED = "school_agrees"
PAGE = "/office/delegates"


class DelegateIdentityForm(IdentityForm):
    """What was seen of a delegate."""

    refusals = {  # noqa: RUF012  # never changed
        **IdentityForm.refusals,
        "delegation:same_person": (
            "",
            lazy_gettext(
                "A colleague has to do this: you agreed to this relative, gave a passphrase, or printed"
                " a letter or slip. That you tried is written down."
            ),
        ),
        "delegation:over": ("", lazy_gettext("This person is no delegate any more.")),
        "delegation:not_approved": ("", lazy_gettext("The school has not agreed yet.")),
    }


@dataclass(frozen=True, slots=True)
class Line:
    """A delegate in words, and who it could be that the school knows already."""

    delegate: DelegateHere
    words: str
    known: list[SomebodyHere]


@bp.get(PAGE)
@audience(*here.FAMILY_ROLES)
def delegates() -> str:
    """Show who is proposed, and who may watch for a guardian."""
    world = services().world
    now = world.clock.now()
    with reading(world.database) as connection:
        (school,) = here.my_schools(connection)
        lines = []
        for one in delegates_here(connection, school.id, now):
            known = [] if one.approved_at else somebody_named(connection, school.id, one.name, now)
            lines.append(Line(one, _words(one, school, now), known))
    return render_template("office/delegates.html", lines=lines)


@bp.post(f"{PAGE}/{KEY}/approve")
@audience(*here.FAMILY_ROLES)
def approve(key: str) -> Response:
    """Agree to a relative: with an account that is there, or a new one."""
    world = services().world
    found, school = _delegate(key)
    require_fresh()
    sought, person = request.form.get("person", ""), None
    if sought:
        with reading(world.database) as connection:
            person = here.found(find_somebody(connection, sought, [school.id], world.clock.now())).id
    try:
        done = approve_delegate(
            world, actor=here.actor(), reason=AGREED, delegation_id=found.id, person_id=person
        )
    except Refused as refusal:
        flash(refused_words(refusal.reason), "problem")
    else:
        day = calendar_day(done.ends_at, zone=ZoneInfo(school.zone))
        said = gettext(
            "Done, until %(day)s. Now print %(name)s a letter; a colleague checks the identity.",
            day=day,
            name=found.name,
        )
        flash(said, "done")
    return redirect(PAGE, 303)


@bp.route(f"{PAGE}/{KEY}/identity", methods=["GET", "POST"])
@audience(*here.FAMILY_ROLES)
def check_delegate(key: str) -> Response | str | tuple[str, int]:
    """Mark that a delegate's identity was checked."""
    world = services().world
    found, school = _delegate(key)
    if request.method == "POST":
        require_fresh()
    form = DelegateIdentityForm()
    if form.holds() and form.verifies(
        partial(verify_delegate, world, delegation_id=found.id), name=found.name, school=school
    ):
        return redirect(PAGE, 303)
    page = render_template("office/delegate_check.html", form=form, delegate=found)
    return (page, 400) if request.method == "POST" else page


@bp.post(f"{PAGE}/{KEY}/end")
@audience(*here.FAMILY_ROLES)
def end_one(key: str) -> Response:
    """Decline a proposal, or end what a relative may see."""
    found, _ = _delegate(key)
    recorded = end_delegation(
        services().world, actor=here.actor(), reason=here.reason(), delegation_id=found.id
    )
    flash(ended_words(recorded=recorded), "done" if recorded else "problem")
    return redirect(PAGE, 303)


def _delegate(key: str) -> tuple[DelegateHere, StaffSchool]:
    with reading(services().world.database) as connection:
        (school,) = here.my_schools(connection)
        return here.found(find_delegate(connection, key, [school.id])), school


def _words(one: DelegateHere, school: StaffSchool, now: datetime) -> str:
    zone = ZoneInfo(school.zone)
    if one.ends_at is None:
        return str(gettext("Proposed on %(day)s.", day=calendar_day(one.recorded_at, zone=zone)))
    until = calendar_day(one.ends_at, zone=zone)
    if one.verified_until is None or one.verified_until <= now:
        return str(gettext("Agreed until %(day)s; the identity is not checked.", day=until))
    return str(gettext("May watch until %(day)s.", day=until))
