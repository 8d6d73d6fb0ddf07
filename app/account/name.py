"""A person changes what they sign in with, such as a new phone number."""

from typing import ClassVar

from flask import flash, redirect, render_template, request
from flask_babel import gettext, lazy_gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from access.acts_sign_in_name import change_sign_in_name
from access.checked import find_one
from access.database import reading
from access.errors import Refused
from access.memberships import FAMILY
from access.people import Person
from app.account import bp
from app.account.step_up import freshly_proven
from app.forms import Form, name_field
from app.guard import SIGNED_IN, audience
from app.pages import SECOND
from app.services import services

#: Stands in the log.
CHOSEN = "chosen on this device"


class NameForm(Form):
    """The new sign-in name."""

    refusals: ClassVar = {
        reason: ("name", words)
        for reason, words in (
            ("person:sign_in_name_taken", lazy_gettext("That one cannot be taken. Please choose another.")),
            ("person:sign_in_name_same", lazy_gettext("That is the one you have.")),
            (
                "act:overtaken",
                lazy_gettext(
                    "It was changed meanwhile: now it is what stands above."
                    " Sent once more, yours takes its place."
                ),
            ),
            ("name:long", lazy_gettext("That is too long: at most 100 letters.")),
            (
                "name:characters",
                lazy_gettext("There are characters in this that cannot be seen. Please type it anew."),
            ),
        )
    }

    name = name_field(lazy_gettext("New sign-in name or phone number"), autocomplete="username")


@bp.route("/sign-in-name", methods=["GET", "POST"])
@audience(SIGNED_IN)
@freshly_proven
def sign_in_name() -> Response | str | tuple[str, int]:
    """Ask for another sign-in name and keep it; of staff only where their second factor was given."""
    if current_user.found.second_waits:
        return redirect(SECOND, 303)
    form = NameForm()
    if form.holds():
        try:
            change_sign_in_name(
                services().world,
                actor=current_user.actor,
                reason=CHOSEN,
                person_id=current_user.person_id,
                sign_in_name=form.name.data,
                shown=request.form.get("shown"),
            )
        except Refused as refusal:
            if refusal.reason == "sign_in:ended":
                return redirect("/", 303)
            form.refuse(refusal.reason)
        else:
            flash(gettext("Done. You sign in with it from now on."), "done")
            return redirect("/devices", 303)
    with reading(services().world.database) as connection:
        name = find_one(connection, Person, current_user.person_id).sign_in_name
    page = render_template(
        "account/name.html", asked=form, stands=name, of_family=bool(FAMILY & current_user.roles)
    )
    return (page, 400) if form.errors or form.form_errors else page
