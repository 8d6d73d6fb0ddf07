"""The choice of a PIN for this device: six digits, instead of the long passphrase after minutes away."""

from typing import ClassVar

from flask import flash, redirect, render_template
from flask_babel import gettext, lazy_gettext
from flask_login import current_user
from werkzeug.wrappers import Response
from wtforms import Field, ValidationError

from access.devices import PIN_DIGITS, set_pin
from access.errors import Refused
from app.account import bp
from app.account.step_up import freshly_proven
from app.forms import Form, code_field
from app.guard import SIGNED_IN, audience
from app.services import services


class NewPinForm(Form):
    """A PIN, typed twice because it cannot be seen."""

    refusals: ClassVar = {
        "pin:digits": ("pin", lazy_gettext("A PIN is exactly six digits.")),
        "pin:plain": ("pin", lazy_gettext("Anybody would try this one first. Please choose another.")),
    }

    pin = code_field(lazy_gettext("New PIN, six digits"), PIN_DIGITS, autocomplete="off")
    again = code_field(lazy_gettext("The same PIN again"), PIN_DIGITS, autocomplete="off")

    def validate_again(self, again: Field) -> None:
        """Let the second pass if it is the first once more."""
        if again.data != self.pin.data:
            raise ValidationError(lazy_gettext("The two are not the same. Please type them again."))


@bp.get("/pin")
@audience(SIGNED_IN)
@freshly_proven
def pin() -> str:
    """Offer a PIN for this device."""
    return _page(NewPinForm())


@bp.post("/pin")
@audience(SIGNED_IN)
@freshly_proven
def choose_pin() -> Response | tuple[str, int]:
    """Keep the PIN for this device."""
    form = NewPinForm()
    if not form.holds():
        return _page(form), 400
    try:
        set_pin(services().world, current_user.sign_in_id, form.pin.data)
    except Refused as refusal:
        if refusal.reason == "sign_in:ended":
            return redirect("/", 303)
        form.refuse(refusal.reason)
        return _page(form), 400
    flash(gettext("Your PIN is set. This device asks for it after ten minutes away."), "done")
    return redirect("/", 303)


def _page(form: NewPinForm) -> str:
    return render_template("account/pin.html", asked=form, has_pin=current_user.found.has_pin)
