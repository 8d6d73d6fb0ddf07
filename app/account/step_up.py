"""Before what matters the passphrase is asked once more, if it was not given just now.

A form that was being sent is carried through the question, so that nothing typed is lost;
secrets are not carried, they are typed again.
"""

import functools
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar, cast

from flask import abort, make_response, redirect, render_template, request
from flask_babel import lazy_gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from access.devices import passphrase_is, prove
from access.errors import Refused
from access.second_factors import FRESH
from app.account import bp, cookie
from app.account.failed import failed_proof
from app.account.limits import limit_proofs
from app.account.ways import way_back
from app.forms import Form, secret_field
from app.guard import SIGNED_IN, audience
from app.services import services

View = TypeVar("View", bound=Callable[..., Any])

ASK = "/prove"
#: Fields of a form that are never carried along.
NOT_CARRIED = frozenset({"csrf_token", "proof", "pin", "again", "passphrase", "code"})
WRONG = lazy_gettext("That is not your passphrase.")


class ProofForm(Form):
    """The passphrase, beside whatever form is carried along."""

    proof = secret_field(lazy_gettext("Passphrase"), autocomplete="current-password")


def is_fresh() -> bool:
    """Say whether whoever is signed in has proven it just now."""
    age: timedelta = services().world.clock.now() - current_user.found.proven_at
    return timedelta(0) <= age < FRESH


def require_fresh() -> None:
    """Go on where the passphrase or passkey was given within five minutes, else ask for it first.

    Called once what the view is about was found: of what is not there nothing is asked.
    """
    if is_fresh():
        return
    if request.method == "GET":
        abort(make_response(_page(ASK, [("to", request.full_path.rstrip("?"))], ProofForm())))
    if "proof" not in request.form:
        abort(make_response(_page(request.path, _carried(), ProofForm())))
    answer = _prove(request.path, _carried())
    if answer is not None:
        abort(answer)


def freshly_proven(view: View) -> View:
    """Let *view* be called only after :func:`require_fresh`."""

    @functools.wraps(view)
    def asked(*args: Any, **kwargs: Any) -> Any:
        require_fresh()
        return view(*args, **kwargs)

    return cast("View", asked)


@bp.post(ASK)
@audience(SIGNED_IN)
def prove_again() -> Response:
    """Take the passphrase and lead back to the page it was asked for."""
    to = way_back(request.form.get("to", ""))
    if is_fresh() and not request.form.get("proof"):  # a passkey came before
        return redirect(to, 303)
    return _prove(ASK, [("to", to)]) or redirect(to, 303)


@limit_proofs
def _prove(action: str, carried: list[tuple[str, str]]) -> Response | None:
    """Check the passphrase and renew the cookie's token; return what is answered where it is not right."""
    form, world = ProofForm(), services().world
    if not (form.holds() and passphrase_is(world, current_user.person_id, form.proof.data)):
        if not form.proof.errors:
            failed_proof()
            form.proof.errors = [WRONG]
        return make_response(_page(action, carried, form), 400)
    try:
        token = prove(world, current_user.sign_in_id, by="passphrase")
    except Refused:  # signed out meanwhile
        return redirect("/", 303)
    cookie.hand_over(token)
    return None


def _carried() -> list[tuple[str, str]]:
    return [(name, value) for name, value in request.form.items(multi=True) if name not in NOT_CARRIED]


def _page(action: str, carried: list[tuple[str, str]], form: ProofForm) -> str:
    return render_template("account/prove.html", action=action, carried=carried, asked=form)
