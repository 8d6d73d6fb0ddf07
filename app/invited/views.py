"""Accepting a letter. The page is the same for everybody, down to its bytes
but for the number that its script is allowed by.

What stands behind the ``#`` of a letter's address never leaves the phone by itself: the
page's script takes it out of the address bar and sends it in the body of a form. The
page is not asked for again when something is wrong, so nothing typed is lost.
"""

from flask import Response, jsonify, render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from access.acts_accepting import accept
from access.errors import Refused
from access.sign_ins import begin_sign_in, end_sign_in
from app.account import cookie, known_device
from app.account.device import device_words
from app.account.limits import address, failed, limiter
from app.forms import LONGEST_SECRET
from app.guard import ANYONE, audience
from app.invited import bp
from app.language import CATALOGUES, remember
from app.letters import PATH
from app.security import token_free
from app.services import services

#: What is longer is nothing that anybody types here.
LONGEST_TYPED = 200
#: Per address, of tries that failed: a whole class may stand in the school's own network.
PER_ADDRESS = "60 per 5 minutes"
#: An accepted letter or a wrong word is told as JSON.
CREATED, WRONG = 201, 400


@bp.get(PATH)
@audience(ANYONE)
def page() -> str:
    """Show the page that a letter opens."""
    return render_template("invited.html")


@bp.post(PATH)
@audience(ANYONE)
@token_free
@limiter.limit(PER_ADDRESS, key_func=address, deduct_when=failed)
def accept_letter() -> tuple[Response, int] | BaseResponse:
    """Accept a letter and sign its person in on this device."""
    typed = {name: request.form.get(name, "") for name in ("token", "secret", "sign_in_name")}
    passphrase = request.form.get("passphrase", "")
    if max(map(len, typed.values())) > LONGEST_TYPED or len(passphrase) > LONGEST_SECRET:
        return _refused("form:long")
    world = services().world
    try:
        accepted = accept(world, **typed, passphrase=passphrase)
        words = device_words(request.headers.get("User-Agent", ""))
        token = begin_sign_in(world, accepted.person_id, words, passphrase_hash=accepted.passphrase_hash)
    except Refused as refusal:
        return _refused(refusal.reason)
    if current_user.is_authenticated:
        end_sign_in(world, current_user.sign_in_id)
    answer = jsonify(next="/welcome")
    answer.status_code = CREATED
    cookie.give(answer, token)
    known_device.remember(answer, typed["sign_in_name"])
    if request.form.get("language") in CATALOGUES:
        remember(answer, request.form["language"])
    return answer


def _refused(reason: str) -> tuple[Response, int]:
    return jsonify(refused=reason), WRONG
