"""What the school asks families and staff: one proposes the next text, somebody else publishes it."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request
from flask_babel import gettext
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from access.acts_consent_texts import propose_text, publish_text
from access.calendar_writing import day_begins
from access.consent_records import Audience
from access.consent_texts import Text, in_force, texts_of
from access.consents_asked import AskedOfAll, asked_of_all
from access.database import reading
from access.errors import Refused
from access.roster import StaffSchool
from app.account.step_up import require_fresh
from app.day_fields import is_near
from app.errors import FormRefused
from app.guard import audience
from app.office import bp, here
from app.office.words import refused_words
from app.services import services
from app.words import calendar_day

PAGE = "/office/consent-texts"
MOST_LETTERS = 12  # of a version


@dataclass(frozen=True, slots=True)
class Asking:
    """What one audience is asked, and what publishing another text would close."""

    audience: Audience
    current: Text | None
    #: Published, and not in force yet: with the day on which each begins.
    coming: list[tuple[Text, str]]
    #: Proposed, and newer than whatever is published.
    proposed: list[Text]
    asks: AskedOfAll


@bp.get(PAGE)
@audience(*here.FAMILY_ROLES)
def consent_texts() -> str:
    """Show what is asked, and what is proposed."""
    return _page({})


@bp.post(PAGE)
@audience(*here.FAMILY_ROLES)
def change_consent_texts() -> Response | tuple[str, int]:
    """Propose a text, or publish one that a colleague proposed."""
    said = request.form
    if said.get("of") not in set(Audience) or not (said.get("publish") or "zh" in said):
        raise FormRefused
    why = here.reason()
    with reading(services().world.database) as connection:
        (school,) = here.my_schools(connection)
    try:
        if said.get("publish"):
            _publish(school, Audience(said["of"]), why)
        else:
            _propose(school, Audience(said["of"]), why)
    except Refused as refusal:
        flash(refused_words(refusal.reason), "problem")
        if not said.get("publish"):  # what was typed is still there
            return _page(dict(said)), 400
    else:
        flash(gettext("Done."), "done")
    return redirect(PAGE, 303)


def _propose(school: StaffSchool, audience: Audience, why: str) -> None:
    require_fresh()
    propose_text(
        services().world,
        actor=here.actor(),
        reason=why,
        school_id=school.id,
        audience=audience.value,
        words_zh=request.form["zh"],
        words_en=request.form.get("en", ""),
    )


def _publish(school: StaffSchool, audience: Audience, why: str) -> None:
    world, version = services().world, request.form["publish"]
    if not version.isdecimal() or len(version) > MOST_LETTERS:
        raise FormRefused
    starts_at = _starts_at(school, world.clock.now())
    with reading(world.database) as connection:
        texts = texts_of(connection, school.id, audience)
    text = here.found(next((one for one in texts if one.version == int(version)), None))
    require_fresh()
    publish_text(world, actor=here.actor(), reason=why, text_id=text.id, starts_at=starts_at)


def _starts_at(school: StaffSchool, now: datetime) -> datetime:
    """Return when the day begins that the form names; now where it names none."""
    typed = request.form.get("from", "")
    if not typed:
        return now
    try:
        day = date.fromisoformat(typed)
    except ValueError as error:
        raise FormRefused from error
    if not is_near(day):
        raise FormRefused
    return day_begins(day, school.zone)


def _page(typed: dict[str, str]) -> str:
    world = services().world
    now = world.clock.now()
    with reading(world.database) as connection:
        (school,) = here.my_schools(connection)
        askings = [_asking(connection, school, one, now) for one in Audience]
    today = now.astimezone(ZoneInfo(school.zone)).date().isoformat()
    me = here.actor().person_id
    return render_template("office/consent_texts.html", askings=askings, typed=typed, today=today, me=me)


def _asking(connection: Connection, school: StaffSchool, audience: Audience, now: datetime) -> Asking:
    texts = texts_of(connection, school.id, audience)
    published = [text for text in texts if text.starts_at is not None]
    newest = max((text.version for text in published), default=0)
    zone = ZoneInfo(school.zone)
    return Asking(
        audience,
        in_force(texts, now),
        [
            (text, calendar_day(text.starts_at, zone=zone))
            for text in published
            if text.starts_at is not None and text.starts_at > now
        ],
        [text for text in texts if text.starts_at is None and text.version > newest],
        asked_of_all(connection, school.id, audience, now),
    )
