"""Letters and desk slips: who waits for one, and the sheets themselves.

A sheet is the answer of the very request that made it, is stored nowhere, and cannot be
had again: asked once more, the older one is void.
"""

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request
from flask_babel import force_locale, gettext
from markupsafe import Markup
from werkzeug.wrappers import Response

from access.acts_invitations import hand_slip, invite, release, withdraw
from access.codes import in_fives
from access.database import reading
from access.errors import Refused
from access.front_desk import (
    LetterHere,
    SomebodyHere,
    find_letter,
    find_somebody,
    letters_waiting,
    somebody_named,
    without_letter,
)
from access.roster import StaffSchool
from app.account.step_up import require_fresh
from app.guard import audience
from app.language import CATALOGUES
from app.letters import letter_address, qr_svg
from app.office import bp, here
from app.office.families import KEY, LONGEST_SOUGHT
from app.office.words import ended_words, refused_words
from app.services import services
from app.words import calendar_day

#: Stand in the log; their words are in :mod:`app.office.words`.
FIRST_LETTER, NEW_LETTER, AT_DESK = "first_letter", "lost_phone", "at_desk"


@dataclass(frozen=True, slots=True)
class LetterCard:
    """A waiting letter in words."""

    here: LetterHere
    until: str


@dataclass(frozen=True, slots=True)
class SchoolLetters:
    """What one school's office has to do with letters."""

    name: str
    waiting: list[LetterCard]
    without: list[SomebodyHere]
    found: list[SomebodyHere]


@bp.get("/office/letters")
@audience(*here.FAMILY_ROLES)
def letters() -> str:
    """Show who waits for a letter, which letters wait, and whoever was looked for."""
    world = services().world
    now = world.clock.now()
    sought = request.args.get("name", "").strip()[:LONGEST_SOUGHT]
    with reading(world.database) as connection:
        cards = [
            SchoolLetters(
                name=school.name,
                waiting=[_card(one, school) for one in letters_waiting(connection, school.id, now)],
                without=without_letter(connection, school.id, now),
                found=somebody_named(connection, school.id, sought, now) if sought else [],
            )
            for school in here.my_schools(connection)
        ]
    return render_template("office/letters.html", schools=cards, sought=sought)


@bp.post(f"/office/people/{KEY}/letter")
@audience(*here.FAMILY_ROLES)
def print_letter(key: str) -> Response | str:
    """Issue a letter and show its sheet, this once."""
    world = services().world
    now = world.clock.now()
    with reading(world.database) as connection:
        schools = here.my_schools(connection)
        somebody = here.found(find_somebody(connection, key, [school.id for school in schools], now))
        school = next(school for school in schools if school.id == somebody.school_id)
    require_fresh()
    try:
        letter = invite(
            world,
            actor=here.actor(),
            reason=NEW_LETTER if somebody.chosen else FIRST_LETTER,
            school_id=school.id,
            person_id=somebody.id,
        )
    except Refused as refusal:
        flash(refused_words(refusal.reason), "problem")
        return redirect("/office/letters", 303)
    address = letter_address(services().settings, letter.token)
    zone = ZoneInfo(school.zone)
    sheets = _in_both(
        "office/letter_sheet.html",
        recovery=somebody.chosen,
        address=address.partition("#")[0],
        token=in_fives(letter.token),
        until=lambda: calendar_day(letter.expires_at, zone=zone),
    )
    return render_template(
        "office/letter.html",
        sheets=sheets,
        school=school,
        person=somebody,
        waits_for_release=letter.waits_for_release,
        qr=Markup(qr_svg(address)),  # noqa: S704  # drawn from our own letters and digits
    )


@bp.post(f"/office/letters/{KEY}/slip")
@audience(*here.FAMILY_ROLES)
def print_slip(key: str) -> Response | str:
    """Make a letter's desk slip and show its sheet, this once."""
    letter = _letter(key)
    require_fresh()
    try:
        secret = hand_slip(services().world, actor=here.actor(), reason=AT_DESK, invitation_id=letter.id)
    except Refused as refusal:
        flash(refused_words(refusal.reason), "problem")
        return redirect("/office/letters", 303)
    sheets = _in_both("office/slip_sheet.html")
    return render_template("office/slip.html", sheets=sheets, letter=letter, secret=in_fives(secret))


@bp.post(f"/office/letters/{KEY}/release")
@audience(*here.FAMILY_ROLES)
def release_letter(key: str) -> Response:
    """Let a letter to a colleague be accepted."""
    letter = _letter(key)
    require_fresh()
    try:
        release(services().world, actor=here.actor(), reason=here.reason(), invitation_id=letter.id)
    except Refused as refusal:
        flash(refused_words(refusal.reason), "problem")
    else:
        flash(gettext("Done. The letter can be accepted now."), "done")
    return redirect("/office/letters", 303)


@bp.post(f"/office/letters/{KEY}/withdraw")
@audience(*here.FAMILY_ROLES)
def withdraw_letter(key: str) -> Response:
    """End a letter before it is accepted."""
    letter = _letter(key)
    recorded = withdraw(services().world, actor=here.actor(), reason=here.reason(), invitation_id=letter.id)
    flash(ended_words(recorded=recorded), "done" if recorded else "problem")
    return redirect("/office/letters", 303)


def _letter(key: str) -> LetterHere:
    world = services().world
    now = world.clock.now()
    with reading(world.database) as connection:
        schools = here.my_schools(connection)
        return here.found(find_letter(connection, key, [school.id for school in schools], now))


def _card(letter: LetterHere, school: StaffSchool) -> LetterCard:
    return LetterCard(letter, calendar_day(letter.expires_at, zone=ZoneInfo(school.zone)))


def _in_both(template: str, **facts: Any) -> list[Markup]:
    """Return one block of a sheet in each language, ours first: nobody knows who will read it."""
    sheets = []
    for catalogue in CATALOGUES.values():
        with force_locale(catalogue):
            sheets.append(Markup(render_template(template, **facts)))  # noqa: S704  # escaped where it was made
    return sheets
