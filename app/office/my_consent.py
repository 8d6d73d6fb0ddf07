"""Staff answer for themselves: the same two buttons as families have."""

from flask import redirect, render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response

from access.consent_records import NO
from access.consenting import Whose
from access.consents_seen import own_staff_consent
from access.database import reading
from app.errors import FormRefused
from app.family.consent import YES, in_words, take_answer
from app.guard import audience
from app.office import bp
from app.office.page import CURTAIN_ROLES
from app.services import services
from app.working import school_here

PAGE = "/office/my-consent"


@bp.get(PAGE)
@audience(*CURTAIN_ROLES)
def my_consent() -> str:
    """Show what one is asked for oneself."""
    world = services().world
    with reading(world.database) as connection:
        school = school_here(connection, CURTAIN_ROLES)
        asked = own_staff_consent(connection, current_user.person_id, school.id, world.clock.now())
    return render_template("office/my_consent.html", card=in_words(asked), action=PAGE)


@bp.post(PAGE)
@audience(*CURTAIN_ROLES)
def answer_for_oneself() -> Response:
    """Agree, refuse or take back, with one tap."""
    world = services().world
    said = request.form.get("answer")
    if said not in {YES, NO}:
        raise FormRefused
    with reading(world.database) as connection:
        school = school_here(connection, CURTAIN_ROLES)
        asked = own_staff_consent(connection, current_user.person_id, school.id, world.clock.now())
    take_answer(asked, Whose(school.id, current_user.person_id, None), str(said))
    return redirect(PAGE, 303)
