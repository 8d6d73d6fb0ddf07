"""What somebody of the staff signed on paper: one of the office enters it, another compares it."""

from flask import abort, flash, redirect, render_template, request
from flask_babel import gettext
from sqlalchemy import select
from werkzeug.wrappers import Response

from access.acts_paper import enter_paper, look_at_paper
from access.consent_records import LEVELS, NO, Consent
from access.consenting import of_staff
from access.consents_asked import waiting_staff_papers
from access.database import reading
from access.errors import Refused
from access.expected_seen import who_may_answer
from app.account.step_up import require_fresh
from app.errors import FormRefused
from app.guard import audience
from app.office import bp, here
from app.office.words import refused_words
from app.services import services

PAGE = "/office/staff-papers"
YES = "yes"


@bp.get(PAGE)
@audience(*here.FAMILY_ROLES)
def staff_papers() -> str:
    """Show the papers that wait, and a form for another."""
    world = services().world
    now = world.clock.now()
    with reading(world.database) as connection:
        (school,) = here.my_schools(connection)
        papers = waiting_staff_papers(connection, school.id, now)
        staff = who_may_answer(connection, school.id, now)
    me = here.actor().person_id
    return render_template("office/staff_papers.html", papers=papers, staff=staff, me=me)


@bp.post(PAGE)
@audience(*here.FAMILY_ROLES)
def change_staff_papers() -> Response:
    """Enter a paper, or look at one that a colleague entered."""
    said = request.form
    if not said.get("look") and (not said.get("person") or said.get("answer") not in {YES, NO}):
        raise FormRefused
    why = here.reason()
    try:
        if said.get("look"):
            _look(said["look"], why)
        else:
            _enter(said["person"], said["answer"], why)
    except Refused as refusal:
        flash(refused_words(refusal.reason), "problem")
    else:
        flash(gettext("Done."), "done")
    return redirect(PAGE, 303)


def _enter(key: str, answer: str, why: str) -> None:
    world = services().world
    with reading(world.database) as connection:
        (school,) = here.my_schools(connection)
        staff = {one.key: one.id for one in who_may_answer(connection, school.id, world.clock.now())}
    whose = of_staff(world, school.id, here.found(staff.get(key)))
    if answer == YES:  # what opens asks who holds the device; what closes never waits
        require_fresh()
    level = LEVELS[0] if answer == YES else NO
    enter_paper(world, actor=here.actor(), reason=why, whose=whose, level=level)


def _look(key: str, why: str) -> None:
    world = services().world
    with reading(world.database) as connection:
        (school,) = here.my_schools(connection)
        this = (Consent.key == key, Consent.school_id == school.id, Consent.guardianship_id.is_(None))
        paper = connection.execute(select(Consent.id).where(*this)).scalar_one_or_none()
    if paper is None:
        abort(404)
    require_fresh()
    look_at_paper(world, actor=here.actor(), reason=why, consent_id=paper)
