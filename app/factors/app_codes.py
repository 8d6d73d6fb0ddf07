"""Adding a code app: a QR code to scan, and one code to show that it was scanned."""

import segno
from flask import flash, redirect, render_template
from flask_babel import gettext, lazy_gettext
from flask_login import current_user
from markupsafe import Markup
from werkzeug.wrappers import Response

from access.errors import Refused
from access.new_factors import begin_app, confirm_app, seed_to_confirm
from access.one_time_codes import DIGITS, seed_address
from app.account import cookie
from app.account.step_up import freshly_proven
from app.factors import bp
from app.factors.own import FACTORS
from app.factors.second import held
from app.factors.words import why_not
from app.forms import Form, code_field
from app.guard import SIGNED_IN, audience
from app.pages import SECOND
from app.services import services

APP = f"{FACTORS}/app"


class FirstCodeForm(Form):
    """The first code that the app shows."""

    code = code_field(
        lazy_gettext("The six digits that the app shows now"), DIGITS, autocomplete="one-time-code"
    )


@bp.post(APP)
@audience(SIGNED_IN)
@freshly_proven
def begin() -> Response:
    """Make what the app is to scan."""
    try:
        begin_app(services().world, current_user.sign_in_id)
    except Refused:  # the second factor is asked for first
        return redirect(SECOND, 303)
    return redirect(APP, 303)


@bp.get(APP)
@audience(SIGNED_IN)
@freshly_proven
def scan() -> Response | str:
    """Show it, until it is confirmed."""
    return _page(FirstCodeForm())


@bp.post(f"{APP}/confirm")
@audience(SIGNED_IN)
@freshly_proven
def confirm() -> Response | str | tuple[Response | str, int]:
    """Let the app count, as it shows the right code; with the first factor comes the sheet."""
    form = FirstCodeForm()
    if not form.holds():
        return _page(form), 400
    try:
        token = confirm_app(services().world, current_user.sign_in_id, form.code.data)
    except Refused as refusal:
        if refusal.reason in {"factor:none", "second:missing", "sign_in:ended"}:
            return redirect(SECOND, 303)
        form.code.errors = [why_not(refusal.reason)]
        return _page(form), 400
    flash(gettext("Your code app counts from now on."), "done")
    answer = redirect(FACTORS if held().codes_left else f"{FACTORS}/sheet", 303)
    cookie.give(answer, token)
    return answer


def _page(form: FirstCodeForm) -> Response | str:
    try:
        seed = seed_to_confirm(services().world, current_user.sign_in_id)
    except Refused:
        return redirect(SECOND, 303)
    if seed is None:
        return redirect(FACTORS, 303)
    address = seed_address(seed, whose=current_user.name, issuer=gettext("Littlewindow"))
    return render_template(
        "factors/app.html",
        asked=form,
        address=address,
        qr=picture(address),
        seed=" ".join(seed[begin : begin + 4] for begin in range(0, len(seed), 4)),
    )


def picture(address: str) -> Markup:
    """Return *address* as a QR code, black on white also where the page is dark."""
    code = segno.make(address, error="m", micro=False)
    drawn = code.svg_inline(
        border=4,
        dark="#000",
        light="#fff",
        svgclass="qr",
        omitsize=True,
        title=gettext("QR code for your app"),
    )
    return Markup(drawn)  # noqa: S704  # drawn by the library from modules; the title is ours
