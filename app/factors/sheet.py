"""The sheet of recovery codes: shown once, to be printed or copied out."""

from flask import redirect, render_template
from flask_login import current_user
from werkzeug.wrappers import Response

from access.errors import Refused
from access.new_factors import make_recovery_codes
from app.account.step_up import freshly_proven
from app.factors import bp
from app.factors.own import FACTORS
from app.factors.second import held
from app.guard import SIGNED_IN, audience
from app.pages import SECOND
from app.services import services

SHEET = f"{FACTORS}/sheet"


@bp.get(SHEET)
@audience(SIGNED_IN)
@freshly_proven
def sheet() -> Response | str:
    """Say what the sheet is for, before it is shown."""
    if current_user.found.second_waits:
        return redirect(SECOND, 303)
    have = held()
    return (
        render_template("factors/sheet.html", held=have, codes=[]) if have.count else redirect(FACTORS, 303)
    )


@bp.post(SHEET)
@audience(SIGNED_IN)
@freshly_proven
def show() -> Response | str:
    """Make the codes and show them, in answer to the form itself: nobody can ask for them again."""
    try:
        made = make_recovery_codes(services().world, current_user.sign_in_id)
    except Refused:
        return redirect(FACTORS, 303)
    return render_template("factors/sheet.html", held=held(), codes=made)
