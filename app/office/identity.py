"""Identity checks: who waits for one, and marking it by whoever had no hand in it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import RadioField, StringField
from wtforms.fields.choices import SelectChoice

from access.acts_identity import verify_guardianship
from access.database import reading
from access.enrolment import DOCUMENTS
from access.errors import Refused
from access.front_desk import Unchecked, find_unchecked, unchecked
from access.roster import StaffSchool
from app.account.step_up import require_fresh
from app.forms import Form, at_most, needed, seen_code_field
from app.guard import audience
from app.office import bp, here
from app.office.families import KEY
from app.services import services
from app.words import calendar_day

#: Stands in the log where no note was written; its words are in :mod:`app.office.words`.
SEEN = "document_seen"

DOCUMENT_WORDS = {
    "identity_card": lazy_gettext("Identity card"),
    "passport": lazy_gettext("Passport"),
    "household_register": lazy_gettext("Household register"),
    "other": lazy_gettext("Something else"),
}


NO_ACCOUNT = lazy_gettext(
    "This guardian has not used a letter yet, so there is no page of theirs that they could show. They can"
    " be checked once they have chosen their passphrase."
)


class IdentityForm(Form):
    """What was seen: the person's page, and a document."""

    refusals = {  # noqa: RUF012  # never changed
        "guardianship:same_person": (
            "",
            lazy_gettext(
                "A colleague has to do this: you added this guardian or their account, gave a passphrase, or"
                " printed a letter or slip. That you tried is written down."
            ),
        ),
        "guardianship:no_account": ("", NO_ACCOUNT),
        "guardianship:wrong_code": (
            "shown_code",
            lazy_gettext(
                "That is not the check code of this guardian. Nothing is verified, and that it was tried is"
                " written down. If they have no such page, somebody else may have used their letter: print a"
                " new letter and slip, and hand over both at once."
            ),
        ),
        "guardianship:many_wrong_codes": (
            "shown_code",
            lazy_gettext(
                "Too many wrong check codes. This guardian can be checked again a day after the first of"
                " them."
            ),
        ),
        "guardianship:ended": ("", lazy_gettext("This guardianship has ended.")),
        "term:over": (
            "",
            lazy_gettext("The term is over. Ask your IT person to say when the new term ends."),
        ),
        "document:number": (
            "note",
            lazy_gettext("That looks like a number of a document. Numbers are never written down here."),
        ),
    }

    shown_code = seen_code_field(
        lazy_gettext("Check code"),
        hint=lazy_gettext(
            "Ask them to show the first page of the portal on their own phone, and type the check code that"
            " stands there. Do not take it from paper or from a colleague: it shows that the account is in"
            " the hands of the person before you."
        ),
    )
    document = RadioField(
        lazy_gettext("What did you see?"),
        [needed()],
        choices=[SelectChoice(kind, DOCUMENT_WORDS[kind]) for kind in DOCUMENTS],
    )
    note = StringField(
        lazy_gettext("Note (may stay empty)"),
        [at_most(200)],
        description=lazy_gettext("Never the number of the document."),
        render_kw={"maxlength": 200, "autocomplete": "off"},
    )

    def verifies(self, verify: Callable[..., datetime], *, name: str, school: StaffSchool) -> bool:
        """Have somebody be verified as it was typed, and say until when that holds.

        Args:
            verify: the act, which lacks only who acts and what was seen.
            name: of whoever is verified.

        Returns:
            Whether it was done; if not, the form says why.
        """
        try:
            until = verify(
                actor=here.actor(),
                reason=(self.note.data or "").strip() or SEEN,
                shown_code=self.shown_code.data,
                document=self.document.data,
            )
        except Refused as refusal:
            self.refuse(refusal.reason)
            return False
        day = calendar_day(until, zone=ZoneInfo(school.zone))
        flash(gettext("Done. %(name)s is verified until %(day)s.", name=name, day=day), "done")
        return True


@dataclass(frozen=True, slots=True)
class Line:
    """A guardianship that waits, in words."""

    tie: Unchecked
    added: str
    until: str


@bp.get("/office/identity")
@audience(*here.FAMILY_ROLES)
def identity() -> str:
    """Show whose identity is to be checked."""
    world = services().world
    now = world.clock.now()
    with reading(world.database) as connection:
        schools = [
            (school.name, [_line(tie, school, now) for tie in unchecked(connection, school.id, now)])
            for school in here.my_schools(connection)
        ]
    return render_template("office/identity.html", schools=schools)


@bp.route(f"/office/guardianships/{KEY}/identity", methods=["GET", "POST"])
@audience(*here.FAMILY_ROLES)
def check_identity(key: str) -> Response | str | tuple[str, int]:
    """Mark that the identity was checked."""
    world = services().world
    now = world.clock.now()
    with reading(world.database) as connection:
        schools = here.my_schools(connection)
        tie = here.found(find_unchecked(connection, key, [school.id for school in schools]))
    school = next(school for school in schools if school.id == tie.school_id)
    if request.method == "POST":
        require_fresh()
    form = IdentityForm()
    if form.holds() and form.verifies(
        partial(verify_guardianship, world, guardianship_id=tie.id), name=tie.guardian, school=school
    ):
        return redirect("/office/identity", 303)
    page = render_template(
        "office/identity_check.html", form=form, line=_line(tie, school, now), key=key, no_account=NO_ACCOUNT
    )
    return (page, 400) if request.method == "POST" else page


def _line(tie: Unchecked, school: StaffSchool, now: datetime) -> Line:
    zone = ZoneInfo(school.zone)
    until = tie.verified_until
    runs_out = until is not None and until > now
    return Line(
        tie=tie,
        added=calendar_day(tie.recorded_at, zone=zone),
        until=calendar_day(until, zone=zone) if until is not None and runs_out else "",
    )
