"""Passkeys, as the script ``passkey.js`` asks for them: each way is a question and an answer.

The script sends forms with their token and gets JSON. Where something is refused it gets
the words for the reader; a stranger always gets the same ones.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar, cast

from flask import jsonify, request
from flask_babel import gettext
from flask_login import current_user
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response

from access.ceremonies import Asked
from access.database import reading
from access.errors import Refused
from access.factors_held import factors_of
from access.passkeys import (
    LONGEST_ANSWER,
    add_passkey,
    ask_to_add,
    ask_to_prove,
    ask_to_sign_in,
    prove_with_passkey,
    sign_in_with_passkey,
)
from access.sign_ins import end_sign_in
from app import site
from app.account import cookie
from app.account.device import device_words
from app.account.failed import failed_sign_in
from app.account.limits import PER_ADDRESS, address, failed, held_back, limit_proofs, limiter
from app.account.ways import way_back
from app.factors import bp
from app.factors.words import why_not
from app.guard import ANYONE, AWAY, SIGNED_IN, audience
from app.security import renew_forms
from app.services import services

View = TypeVar("View", bound=Callable[..., Any])

#: Challenges that one network may ask for: each is a row, for five minutes.
ASKED_PER_ADDRESS = "120 per 5 minutes"


def _asked_only_so_often(view: View) -> View:
    limit = limiter.limit(ASKED_PER_ADDRESS, key_func=address, on_breach=held_back("passkey_asked"))
    return cast("View", limit(view))


def _tried_only_so_often(view: View) -> View:
    limit = limiter.limit(PER_ADDRESS, key_func=address, deduct_when=failed, on_breach=held_back("passkey"))
    return cast("View", limit(view))


@bp.post("/passkey/ask")
@audience(ANYONE)
@_asked_only_so_often
def ask_for_sign_in() -> Response:
    """Give a challenge to somebody who is about to sign in; no name is asked for."""
    return _question(ask_to_sign_in(services().world, site.site()))


@bp.post("/passkey/sign-in")
@audience(ANYONE)
@_tried_only_so_often
def sign_in() -> Response:
    """Begin a sign-in for whoever answers the challenge; the device's earlier one ends."""
    world = services().world
    words = device_words(request.headers.get("User-Agent", ""))
    token = sign_in_with_passkey(
        world,
        site.kept(),
        _answer(),
        site.site(),
        device=words,
        failed=partial(failed_sign_in, by="passkey"),
    )
    if token is None:
        return _refused(gettext("That passkey does not open anything here. Please use your passphrase."))
    if current_user.is_authenticated:
        end_sign_in(world, current_user.sign_in_id)
    return _done("/welcome", token)


@bp.post("/passkey/ask-to-prove")
@audience(AWAY)
@limit_proofs
def ask_for_proof() -> Response:
    """Give a challenge to whoever holds a device that is signed in."""
    try:
        return _question(ask_to_prove(services().world, current_user.sign_in_id, site.site()))
    except Refused as refusal:
        return _refused(why_not(refusal.reason))


@bp.post("/passkey/prove")
@audience(AWAY)
@limit_proofs
def prove() -> Response:
    """Let whoever answered the challenge go on where they were."""
    try:
        token = prove_with_passkey(
            services().world, current_user.sign_in_id, site.kept(), _answer(), site.site()
        )
    except Refused as refusal:
        return _refused(why_not(refusal.reason))
    return _done(way_back(request.form.get("to", "")), token)


@bp.post("/factors/passkeys/ask")
@audience(SIGNED_IN)
def ask_for_new() -> Response:
    """Give a challenge for a new passkey."""
    try:
        return _question(
            ask_to_add(services().world, current_user.sign_in_id, site.site(), portal=gettext("Littlewindow"))
        )
    except Refused as refusal:
        return _refused(why_not(refusal.reason), again=refusal.reason == "sign_in:not_fresh")


@bp.post("/factors/passkeys")
@audience(SIGNED_IN)
def add() -> Response:
    """Keep a new passkey; with the first factor of all comes the sheet of recovery codes."""
    world, words = services().world, device_words(request.headers.get("User-Agent", ""))
    try:
        token = add_passkey(world, current_user.sign_in_id, site.kept(), _answer(), site.site(), name=words)
    except Refused as refusal:
        return _refused(why_not(refusal.reason), again=refusal.reason == "sign_in:not_fresh")
    with reading(world.database) as connection:
        has_sheet = factors_of(connection, current_user.person_id).codes_left > 0
    return _done("/factors" if has_sheet else "/factors/sheet", token)


def _answer() -> str:
    return request.form.get("answer", "")[: LONGEST_ANSWER + 1]


def _question(question: tuple[Asked, dict[str, Any]]) -> Response:
    asked, options = question
    answer = jsonify(options)
    site.keep(answer, asked.token)
    return answer


def _done(to: str, token: str) -> Response:
    """Hand out the new token of the sign-in, and a form token: those of the page count no more."""
    renew_forms()
    answer = jsonify(to=to, csrf_token=generate_csrf())
    cookie.put(answer, token)
    site.forget(answer)
    return answer


def _refused(words: str, *, again: bool = False) -> Response:
    """Return the words of a refusal; *again* where the page, asked for again, leads further."""
    answer = jsonify(words=words, again=again)
    answer.status_code = 400
    site.forget(answer)
    return answer
