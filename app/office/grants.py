"""The school's leave for one guardian to watch: given on a page, until a day.

It makes nobody a viewer by itself: the tie has to be verified too, by somebody else than who made it.
"""

from datetime import date, datetime, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request
from flask_babel import gettext, lazy_gettext
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from access.acts_families import issue_grant
from access.calendar_writing import term_end
from access.custody_desk import find_guardianship
from access.database import reading
from access.errors import Refused
from access.roster import StaffSchool
from app.account.step_up import require_fresh
from app.forms import Form, needed, reason_field
from app.guard import audience
from app.office import bp, here
from app.office.changes import BACKWARDS, KEY
from app.office.days import first_day_field, last_day_field, over, span_of
from app.office.words import REFUSALS
from app.services import services


class GrantForm(Form):
    """Until when a guardian may watch, if all the rest holds."""

    refusals: ClassVar = {
        "span:backwards": ("ends_on", BACKWARDS),
        "grant:past_term": ("ends_on", lazy_gettext("That is after the last day of the term.")),
        "term:over": ("", REFUSALS["term:over"]),
        "grant:oneself": (
            "",
            lazy_gettext("Nobody gives themselves permission. That you tried is written down."),
        ),
        "grant:stands": ("", lazy_gettext("This permission is there already.")),
        "guardianship:ended": ("", lazy_gettext("This guardianship has ended.")),
    }

    starts_on = first_day_field()
    ends_on = last_day_field(
        needed(), told=lazy_gettext("The last day of the term, where nothing else was agreed.")
    )
    reason = reason_field()


@bp.route(f"/office/guardianships/{KEY}/grant", methods=["GET", "POST"])
@audience(*here.FAMILY_ROLES)
def grant(key: str) -> Response | str | tuple[str, int]:
    """Let a guardian watch, until a day."""
    world = services().world
    now = world.clock.now()
    with reading(world.database) as connection:
        (school,) = here.my_schools(connection)
        tie = here.found(find_guardianship(connection, key, school.id))
        term_ends = _last_of_term(connection, school, now)
    if request.method == "POST":
        require_fresh()
    form = GrantForm(ends_on=term_ends)
    if form.holds():
        try:
            issue_grant(
                world,
                actor=here.actor(),
                reason=form.reason.data,
                guardianship_id=tie.id,
                starts_at=span_of(form, school, now)[0],
                ends_at=over(form.ends_on.data, school),
            )
        except Refused as refusal:
            form.refuse(refusal.reason)
        else:
            flash(gettext("Done."), "done")
            return redirect("/office", 303)
    page = render_template("office/grant.html", form=form, tie=tie)
    return (page, 400) if request.method == "POST" else page


def _last_of_term(connection: Connection, school: StaffSchool, now: datetime) -> date | None:
    """Return the last day of the term under way, or else of the next; None where there is none."""
    try:
        over_at = term_end(connection, school.id, now)
    except Refused:  # the form says so, where it is sent
        return None
    if over_at is None:
        return None
    return (over_at - timedelta(microseconds=1)).astimezone(ZoneInfo(school.zone)).date()
