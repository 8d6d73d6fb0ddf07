"""The second step of staff at the beginning of their day: a code, or a passkey; the first time, a choice."""

from flask import flash, redirect, render_template
from flask_babel import gettext, lazy_gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from access.database import reading
from access.errors import Refused
from access.factors_held import Factors, factors_of
from access.one_time_codes import DIGITS
from access.second_factors import give_code
from app.account import cookie
from app.factors import bp
from app.factors.words import why_not
from app.forms import Form, code_field, seen_code_field
from app.guard import SIGNED_IN, audience
from app.pages import SECOND
from app.services import services

#: So few codes are left that a new sheet is due.
FEW = 3


class CodeForm(Form):
    """A code of the app."""

    code = code_field(lazy_gettext("Code from your app"), DIGITS, autocomplete="one-time-code")


class PaperForm(Form):
    """A code of the sheet; seen while it is typed, because it is copied from paper and good once."""

    paper = seen_code_field(
        lazy_gettext("Recovery code"),
        hint=lazy_gettext("Ten letters and digits from your sheet. It counts once: cross it out afterwards."),
    )


@bp.get(SECOND)
@audience(SIGNED_IN)
def second() -> Response | str:
    """Ask staff for their second factor, or let them choose one; others are led on."""
    return _page() if current_user.found.second_waits else redirect("/", 303)


@bp.post(SECOND)
@audience(SIGNED_IN)
def give() -> Response | tuple[str, int]:
    """Take a code of the app."""
    if not current_user.found.second_waits:
        return redirect("/", 303)
    form = CodeForm()
    if form.holds():
        try:
            return _go_on(give_code(services().world, current_user.sign_in_id, form.code.data))
        except Refused as refusal:
            form.code.errors = [why_not(refusal.reason)]
    return _page(by_code=form), 400


@bp.post(f"{SECOND}/paper")
@audience(SIGNED_IN)
def give_paper() -> Response | tuple[str, int]:
    """Take a code of the sheet, and say how many are left."""
    if not current_user.found.second_waits:
        return redirect("/", 303)
    form = PaperForm()
    if form.holds():
        try:
            answer = _go_on(give_code(services().world, current_user.sign_in_id, form.paper.data))
        except Refused as refusal:
            form.paper.errors = [why_not(refusal.reason)]
        else:
            _tell_how_many()
            return answer
    return _page(by_paper=form), 400


def held() -> Factors:
    """Return what the reader has."""
    with reading(services().world.database) as connection:
        return factors_of(connection, current_user.person_id)


def _tell_how_many() -> None:
    left = held().codes_left
    words = gettext("Recovery codes left: %(number)d.", number=left)
    more = gettext("Please make a new sheet under “Passkeys and codes”.") if left <= FEW else ""
    flash(f"{words} {more}".strip(), "done")


def _go_on(token: str) -> Response:
    answer = redirect("/", 303)
    cookie.give(answer, token)
    return answer


def _page(by_code: CodeForm | None = None, by_paper: PaperForm | None = None) -> str:
    return render_template(
        "factors/second.html",
        held=held(),
        by_code=by_code or CodeForm(),
        by_paper=by_paper or PaperForm(),
        ask_for_paper=by_paper is not None,
    )
