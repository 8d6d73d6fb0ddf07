"""Staff answer for themselves: the same two buttons as families have."""

from flask import flash, redirect, render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response

from access.acts_consent import agree, refuse
from access.consent_records import NO
from access.consenting import Whose
from access.consents_seen import own_staff_consent
from access.database import reading
from access.errors import Refused
from app.consent_words import done_words
from app.errors import FormRefused
from app.family.consent import YES, in_words, read_version, refused
from app.guard import audience
from app.office import bp, here
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
    whose, actor = Whose(school.id, current_user.person_id, None), here.actor()
    try:
        if said == YES:
            agree(world, actor=actor, whose=whose, version=read_version())
            recorded = True
        else:
            recorded = refuse(world, actor=actor, whose=whose)
    except Refused as refusal:
        flash(refused(refusal.reason), "problem")
    else:
        flash(done_words(asked, agreed=said == YES, recorded=recorded), "done" if recorded else "problem")
    return redirect(PAGE, 303)
