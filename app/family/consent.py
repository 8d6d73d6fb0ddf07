"""A guardian's consents: what the school asks for each child, two equal buttons, and the receipts.

Nothing here tells what anybody else answered.
"""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask import abort, flash, redirect, render_template, request
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from access.acts_consent import agree, refuse
from access.consent_records import NO
from access.consenting import Whose, of_guardian
from access.consents_seen import Asked, own_consents
from access.database import reading
from access.errors import Refused
from app.consent_words import coming_words, done_words, receipt_words, standing_words, waiting_words
from app.errors import FormRefused
from app.family import bp
from app.guard import audience
from app.services import services
from app.words import language

YES = "yes"
PAGE = "/consent"


@dataclass(frozen=True, slots=True)
class AskedHere:
    """What is asked for one child, in words."""

    asked: Asked
    words: str
    standing: str
    #: From when it counts, where no room waits for it; else empty.
    waiting: str
    #: What is said of the text that is coming, and its words; both empty where there is none.
    coming: str
    coming_words: str
    receipts: list[str]


@bp.get(PAGE)
@audience("guardian")
def consents() -> str:
    """Show what is asked for each of one's children."""
    world = services().world
    with reading(world.database) as connection:
        found = own_consents(connection, current_user.person_id, world.clock.now())
    return render_template("family/consent.html", cards=[in_words(one) for one in found], action=PAGE)


@bp.post(PAGE)
@audience("guardian")
def answer() -> Response:
    """Agree, refuse or take back, with one tap."""
    world = services().world
    said, key = request.form.get("answer"), request.form.get("of", "")
    if said not in {YES, NO} or not key:
        raise FormRefused
    with reading(world.database) as connection:
        mine = own_consents(connection, current_user.person_id, world.clock.now())
    asked = next((one for one in mine if one.key == key), None)
    if asked is None or asked.guardianship_id is None:
        abort(404)
    take_answer(asked, of_guardian(world, asked.guardianship_id), said)
    return redirect(PAGE, 303)


def take_answer(asked: Asked, whose: Whose, said: str) -> None:
    """Agree where somebody *said* yes, else refuse, and tell them."""
    world, actor = services().world, current_user.actor
    try:
        if said == YES:
            agree(world, actor=actor, whose=whose, version=read_version())
            recorded = True
        else:
            recorded = refuse(world, actor=actor, whose=whose)
    except Refused as refusal:
        flash(refused(refusal.reason), "problem")
    else:
        flash(done_words(asked, agreed=said == YES, recorded=recorded), "done" if recorded else "problem")


def read_version() -> int:
    """Return which version the form was about.

    Raises:
        FormRefused: none.
    """
    version = request.form.get("version", "")
    if not version.isdecimal() or len(version) > 6:
        raise FormRefused
    return int(version)


def refused(reason: str) -> str:
    """Return why an answer was not taken, in words."""
    if reason == "consent:text":
        return str(gettext("The school asks with a new text now. Please read it, and answer again."))
    if reason == "guardianship:not_verified":
        return str(gettext("The school has to check your identity before you can agree. You can say no."))
    return str(gettext("That is not possible now. Please ask the school office."))


def in_words(asked: Asked) -> AskedHere:
    """Return what is asked, in the reader's language."""
    zone = ZoneInfo(asked.zone)
    return AskedHere(
        asked,
        asked.text.words(language()) if asked.text else "",
        standing_words(asked),
        waiting_words(asked),
        coming_words(asked, zone=zone),
        asked.coming.words(language()) if asked.coming else "",
        [receipt_words(receipt, zone=zone) for receipt in asked.receipts],
    )
