"""A device that was left alone asks who holds it: by its PIN, by the passphrase, or by a passkey.

Nothing of the page that was open is shown before. Afterwards the reader is where they were.
"""

from flask import redirect, render_template, request
from flask_babel import gettext, lazy_gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from access.devices import PIN_DIGITS, passphrase_is, prove, try_pin
from access.errors import Refused
from app.account import bp, cookie
from app.account.failed import failed_proof
from app.account.limits import limit_proofs
from app.account.ways import way_back
from app.forms import Form, code_field, secret_field
from app.guard import AWAY, UNLOCK, audience
from app.services import services

WRONG_PIN = lazy_gettext("That is not the PIN of this device.")
WRONG_PASSPHRASE = lazy_gettext("That is not your passphrase.")


class PinForm(Form):
    """The PIN of this device."""

    pin = code_field(lazy_gettext("PIN of this device"), PIN_DIGITS, autocomplete="off")


class PassphraseForm(Form):
    """The passphrase of whoever is signed in."""

    passphrase = secret_field(lazy_gettext("Passphrase"), autocomplete="current-password")


@bp.get(UNLOCK)
@audience(AWAY)
def unlock() -> Response | str:
    """Ask who holds the device; whoever was not away is led on."""
    if not current_user.is_away:
        return redirect(way_back(request.args.get("to", "")), 303)
    return _page(request.args.get("to", ""))


@bp.post(f"{UNLOCK}/pin")
@audience(AWAY)
@limit_proofs
def unlock_by_pin() -> Response | tuple[str, int]:
    """Let the reader go on with the PIN of this device."""
    form = PinForm()
    try:
        right = form.holds() and try_pin(services().world, current_user.sign_in_id, form.pin.data)
    except Refused as refusal:
        if refusal.reason == "sign_in:ended":
            return redirect("/", 303)
        return _page(request.form.get("to", ""), tries_used=True), 400
    if right:
        return _go_on("pin")
    if not form.pin.errors:
        form.pin.errors = [WRONG_PIN]
    return _page(request.form.get("to", ""), by_pin=form), 400


@bp.post(f"{UNLOCK}/passphrase")
@audience(AWAY)
@limit_proofs
def unlock_by_passphrase() -> Response | tuple[str, int]:
    """Let the reader go on with their passphrase."""
    form = PassphraseForm()
    if form.holds() and passphrase_is(services().world, current_user.person_id, form.passphrase.data):
        return _go_on("passphrase")
    if not form.passphrase.errors:
        failed_proof()
        form.passphrase.errors = [WRONG_PASSPHRASE]
    return _page(request.form.get("to", ""), by_passphrase=form), 400


def _go_on(by: str) -> Response:
    try:
        token = prove(services().world, current_user.sign_in_id, by=by)
    except Refused:  # signed out meanwhile
        return redirect("/", 303)
    answer = redirect(way_back(request.form.get("to", "")), 303)
    cookie.give(answer, token)
    return answer


def _tries_used() -> str:
    if current_user.found.passkey_only:
        return str(gettext("The PIN was wrong too often. Please use your passkey."))
    return str(gettext("The PIN was wrong too often. Please use your passphrase."))


def _page(
    to: str,
    *,
    by_pin: PinForm | None = None,
    by_passphrase: PassphraseForm | None = None,
    tries_used: bool = False,
) -> str:
    has_pin = current_user.found.has_pin and not tries_used
    return render_template(
        "account/unlock.html",
        to=way_back(to),
        by_pin=(by_pin or PinForm()) if has_pin else None,
        by_passphrase=by_passphrase or PassphraseForm(),
        ask_for_passphrase=by_passphrase is not None or not has_pin,
        tries_used=_tries_used() if tries_used else "",
    )
