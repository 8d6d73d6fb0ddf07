"""Accepting a letter. The page is the same for everybody, down to its bytes
but for the number that its script is allowed by.

What stands behind the ``#`` of a letter's address never leaves the phone by itself: the
page's script takes it out of the address bar and sends it in the body of a form. The
page is not asked for again when something is wrong, so nothing typed is lost.

A passkey is chosen in two steps, a challenge and the device's answer; each says both papers.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar, cast

from flask import Response, jsonify, render_template, request
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from access.acts_accepting import Accepted, accept, sign_in_accepted
from access.acts_doors import sign_in_door
from access.database import reading
from access.errors import RecordsUnavailable, Refused
from access.factors_held import factors_of, is_staff
from access.letter_passkeys import Answer, accept_with_passkey, ask_to_accept
from access.passkeys import LONGEST_ANSWER
from access.sign_ins import end_sign_in
from app import at_door, site
from app.account import cookie, known_device
from app.account.device import device_words
from app.account.limits import address, failed, held_back, limiter
from app.factors.sheet import SHEET
from app.forms import LONGEST_SECRET
from app.guard import ANYONE, audience
from app.invited import bp
from app.language import CATALOGUES, remember
from app.letters import PATH
from app.security import token_free
from app.services import services

View = TypeVar("View", bound=Callable[..., Any])

#: What is longer is nothing that anybody types here.
LONGEST_TYPED = 200
#: Per address, of tries that failed: a whole class may stand in the school's own network.
PER_ADDRESS = "60 per 5 minutes"
#: An accepted letter or a wrong word is told as JSON.
CREATED, WRONG = 201, 400


def _tried_only_so_often(view: View) -> View:
    limit = limiter.shared_limit(
        PER_ADDRESS, scope="letter", key_func=address, deduct_when=failed, on_breach=held_back("letter")
    )
    return cast("View", limit(view))


@bp.get(PATH)
@audience(ANYONE)
def page() -> str:
    """Show the page that a letter opens."""
    return render_template("invited.html")


@bp.post(f"{PATH}/passkey")
@audience(ANYONE)
@token_free
@_tried_only_so_often
def ask_for_passkey() -> tuple[Response, int] | BaseResponse:
    """Give a challenge to who holds letter and slip and chooses a passkey."""
    typed = _typed()
    if max(map(len, typed.values())) > LONGEST_TYPED:
        return _refused("form:long")
    try:
        asked, options = ask_to_accept(
            services().world, **typed, site=site.site(), portal=gettext("Littlewindow")
        )
    except Refused as refusal:
        return _refused(refusal.reason)
    answer = jsonify(options)
    site.keep(answer, asked.token)
    return answer


@bp.post(PATH)
@audience(ANYONE)
@token_free
@_tried_only_so_often
def accept_letter() -> tuple[Response, int] | BaseResponse:
    """Accept a letter and sign its person in on this device."""
    typed, passphrase = _typed(), request.form.get("passphrase", "")
    if max(map(len, typed.values())) > LONGEST_TYPED or len(passphrase) > LONGEST_SECRET:
        return _refused("form:long")
    world = services().world
    words = device_words(request.headers.get("User-Agent", ""))
    try:
        accepted = _accepted(typed, passphrase, words)
        token = sign_in_accepted(world, accepted, words)
    except Refused as refusal:
        return _refused(refusal.reason)
    if current_user.is_authenticated:
        end_sign_in(world, current_user.sign_in_id)
    answer = jsonify(next=_goes_on(accepted))
    answer.status_code = CREATED
    cookie.give(answer, token)
    if accepted.second:
        site.forget(answer)
    known_device.remember(answer, typed["sign_in_name"])
    if request.form.get("language") in CATALOGUES:
        remember(answer, request.form["language"])
    return answer


@bp.post(f"{PATH}/door")
@audience(ANYONE)
@token_free
@_tried_only_so_often
def become_door() -> tuple[Response, int] | BaseResponse:
    """Make this device the display at a room's door; whoever was signed in on it is so no longer."""
    typed = request.form.get("code", "")
    try:
        token = sign_in_door(services().world, typed[:LONGEST_TYPED])
    except Refused as refusal:
        return _refused(refusal.reason)
    answer = jsonify(next="/door")
    answer.status_code = CREATED
    cookie.take_back(answer)
    at_door.put(answer, token)
    if current_user.is_authenticated:
        with suppress(RecordsUnavailable):  # then it is over until the machine restarts
            end_sign_in(services().world, current_user.sign_in_id)
    return answer


def _typed() -> dict[str, str]:
    return {name: request.form.get(name, "") for name in ("token", "secret", "sign_in_name")}


def _accepted(typed: dict[str, str], passphrase: str, words: str) -> Accepted:
    """Accept with the device's answer where there is one, else with the passphrase."""
    said = request.form.get("answer")
    if said is None:
        return accept(services().world, **typed, passphrase=passphrase)
    answer = Answer(site.kept(), said[: LONGEST_ANSWER + 1], site.site(), words)
    return accept_with_passkey(services().world, **typed, answer=answer)


def _goes_on(accepted: Accepted) -> str:
    """Return where who has accepted goes on; staff with their first factor print recovery codes first."""
    if accepted.second:
        world = services().world
        with reading(world.database) as connection:
            person_id, now = accepted.person_id, world.clock.now()
            if is_staff(connection, person_id, now) and not factors_of(connection, person_id).codes_left:
                return SHEET
    return "/welcome"


def _refused(reason: str) -> tuple[Response, int]:
    return jsonify(refused=reason), WRONG
