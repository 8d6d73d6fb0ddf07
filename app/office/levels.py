"""How much each room may show: what the school asks for, and what everybody there has agreed to.

To show less draws the curtain at once and asks for no proof of who acts; to ask for the picture
as it is does.
"""

from flask import flash, redirect, render_template, request
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response

from access.acts_coverage import choose_for_uncovered
from access.acts_places import ROOM_LEVELS, set_level
from access.coverage import CLOSED, POLICIES
from access.database import reading
from access.errors import Refused
from access.levels import levels_now, policy_of
from access.policy import CLEAR
from access.roster import find_room
from app.account.step_up import require_fresh
from app.errors import FormRefused
from app.guard import audience
from app.office import bp, here
from app.office.changes import KEY
from app.office.words import LOOK_AGAIN, ended_words
from app.services import services
from app.working import school_here

PAGE = "/office/levels"

#: What the school asks for.
ASKED_WORDS = {
    CLEAR: lazy_gettext("the picture as it is"),
    "faces": lazy_gettext("only with faces hidden"),
    "figures": lazy_gettext("only figures, nobody to be made out"),
    CLOSED: lazy_gettext("nothing"),
}
#: What a room may show at most now, where that is less than the school asks for.
COVERED_WORDS = {
    "faces": lazy_gettext("Now at most: faces hidden. That is what everybody there agreed to."),
    "figures": lazy_gettext(
        "Now at most: figures only. Not everybody there agreed to more, or a guest is in it."
    ),
    CLOSED: lazy_gettext("Now: nothing. Somebody there has not agreed, or a guest is in it."),
}
#: The school's policy.
POLICY_WORDS = {
    "figures": lazy_gettext("Only figures, nobody to be made out. Nobody can tell who has not agreed."),
    CLOSED: lazy_gettext("Nothing at all."),
}


@bp.get(PAGE)
@audience(*here.FAMILY_ROLES)
def levels() -> str:
    """Show every room with its level."""
    world = services().world
    with reading(world.database) as connection:
        school = school_here(connection, here.FAMILY_ROLES)
        rooms = levels_now(connection, school.id, world.clock.now())
        policy = policy_of(connection, school.id)
    return render_template(
        "office/levels.html",
        rooms=rooms,
        asked=ASKED_WORDS,
        covered=COVERED_WORDS,
        policy=policy,
        policies=POLICY_WORDS if "director" in school.roles else {},
    )


@bp.post(f"{PAGE}/uncovered")
@audience("director")
def choose_policy() -> Response:
    """Choose what a room shows where somebody has not agreed."""
    policy, shown = request.form.get("policy", ""), request.form.get("shown", "")
    if policy not in POLICIES:
        raise FormRefused
    world = services().world
    with reading(world.database) as connection:
        school = school_here(connection, ("director",))
    require_fresh()
    actor, why = here.actor(), here.reason()
    try:
        choose_for_uncovered(world, actor=actor, reason=why, school_id=school.id, policy=policy, shown=shown)
    except Refused:
        flash(str(LOOK_AGAIN), "problem")
    else:
        flash(gettext("Done."), "done")
    return redirect(PAGE, 303)


@bp.post(f"/office/rooms/{KEY}/level")
@audience(*here.FAMILY_ROLES)
def ask_for_level(key: str) -> Response:
    """Ask that a room show so much."""
    world = services().world
    with reading(world.database) as connection:
        school = school_here(connection, here.FAMILY_ROLES)
        room_id = here.found(find_room(connection, key, school.id))
    level, shown = request.form.get("level", ""), request.form.get("shown", "")
    if level not in ROOM_LEVELS:
        raise FormRefused
    if level == CLEAR:
        require_fresh()
    actor, why = here.actor(), here.reason()
    try:
        recorded = set_level(world, actor=actor, reason=why, room_id=room_id, level=level, shown=shown)
    except Refused:
        flash(str(LOOK_AGAIN), "problem")
    else:
        flash(ended_words(recorded=recorded), "done" if recorded else "problem")
    return redirect(PAGE, 303)
