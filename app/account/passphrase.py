"""A person chooses another passphrase; their other devices are signed out with it."""

from typing import ClassVar

from flask import flash, redirect, render_template
from flask_babel import gettext, lazy_gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from access.acts_people import set_passphrase
from access.errors import Refused
from access.passphrase_rules import AT_LEAST
from app.account import bp, cookie
from app.account.step_up import freshly_proven
from app.forms import Form, secret_field
from app.guard import SIGNED_IN, audience
from app.pages import SECOND
from app.services import services

#: What a person is told of a passphrase that is refused.
WORDS = {
    "passphrase:short": lazy_gettext("That is too short: at least 15 letters. Four or five words do it."),
    "passphrase:long": lazy_gettext("That is too long: at most 1,000 letters."),
    "passphrase:plain": lazy_gettext("That is too easy to guess. Please take more different letters."),
    "passphrase:guessable": lazy_gettext(
        "Others would guess that. Make up something unusual: no well-known words, names, dates or keys in a"
        " row."
    ),
}


class NewPassphraseForm(Form):
    """The new passphrase."""

    refusals: ClassVar = {reason: ("passphrase", words) for reason, words in WORDS.items()}

    passphrase = secret_field(
        lazy_gettext("New passphrase"),
        hint=lazy_gettext("At least 15 letters, in any language. A sentence is easy to remember."),
        autocomplete="new-password",
        minlength=str(AT_LEAST),
    )


@bp.get("/passphrase")
@audience(SIGNED_IN)
@freshly_proven
def passphrase() -> Response | str:
    """Ask for another passphrase; of staff only where their second factor was given."""
    if current_user.found.second_waits:
        return redirect(SECOND, 303)
    return _page(NewPassphraseForm())


@bp.post("/passphrase")
@audience(SIGNED_IN)
@freshly_proven
def choose_passphrase() -> Response | tuple[str, int]:
    """Keep it, and sign the other devices out."""
    if current_user.found.second_waits:
        return redirect(SECOND, 303)
    form = NewPassphraseForm()
    if not form.holds():
        return _page(form), 400
    try:
        given = set_passphrase(
            services().world,
            actor=current_user.actor,
            reason="chosen on this device",
            person_id=current_user.person_id,
            passphrase=form.passphrase.data,
        )
    except Refused as refusal:
        if refusal.reason in {"sign_in:ended", "person:closed"}:
            return redirect("/", 303)
        form.refuse(refusal.reason)
        return _page(form), 400
    if given.token is not None:
        cookie.hand_over(given.token)
    flash(gettext("Your new passphrase counts from now on. Your other devices are signed out."), "done")
    return redirect("/devices", 303)


def _page(form: NewPassphraseForm) -> str:
    return render_template("account/passphrase.html", asked=form)
