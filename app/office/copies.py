"""Copies that people asked for, as the office's task: one makes it, another releases it, then it is given."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import abort, flash, redirect, render_template, request
from flask_babel import gettext, lazy_gettext
from flask_babel.speaklater import LazyString
from flask_login import current_user
from werkzeug.wrappers import Response

from access import acts_subject as acts
from access.database import reading
from access.errors import Refused
from access.log.choices import choices, find_choice
from access.log.mentions import What
from access.roster import StaffSchool
from access.subject_seen import Export, exports_of, find_export
from app.account.my_copy import zip_answer
from app.account.step_up import require_fresh
from app.guard import audience
from app.office import bp, here
from app.office.families import KEY
from app.office.words import refused_words
from app.services import services
from app.words import calendar_day, weekday
from app.working import school_here

PAGE = "/office/copies"
MAKERS = ("office", "director", "administrator")
#: What is said where a rule refused one of these acts.
REFUSALS: dict[str, LazyString] = {
    acts.SAME_PERSON: lazy_gettext(
        "Somebody else has to release it: not who made it, and not whom it is about. That you tried is"
        " written down."
    ),
    "person:unknown": lazy_gettext("The school does not know this person."),
    "subject:waits": lazy_gettext("This person has asked already, and waits."),
    "subject:not_made": lazy_gettext("There is no copy any more. Make it again."),
    "subject:released": lazy_gettext("It is released already."),
    "subject:not_released": lazy_gettext("Somebody else has to release it first."),
    "subject:over": lazy_gettext("It was handed over already."),
    "subject:other_copy": lazy_gettext("It was made again since you looked. Look at the new one first."),
    "subject:erased": lazy_gettext("Old entries were erased meanwhile. Make it again."),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One request in words."""

    export: Export
    is_late: bool
    #: How many days are left, or that it is late.
    left: str
    due: str
    #: What has to be done next.
    standing: str
    asked: str
    made: str
    released: str
    downloaded: str
    handed: str


@bp.get(PAGE)
@audience(*MAKERS)
def copies() -> str:
    """Show what people asked for, first what is due first."""
    world = services().world
    with reading(world.database) as connection:
        school = school_here(connection, MAKERS)
        lines = [_line(one, world.clock.now(), school) for one in exports_of(connection, school.id)]
        people = [(one.key, one.name) for one in choices(connection, school.id, What.PERSON)]
    return render_template(
        "office/copies.html",
        waiting=[line for line in lines if line.export.handed_at is None],
        over=[line for line in lines if line.export.handed_at is not None],
        people=people,
    )


@bp.post(PAGE)
@audience(*MAKERS)
def write_down() -> Response:
    """Write down that somebody asked at the desk."""
    why = here.reason()
    with reading(services().world.database) as connection:
        school = school_here(connection, MAKERS)
        person = find_choice(connection, school.id, What.PERSON, request.form.get("person", ""))
    if person is None:
        flash(gettext("Choose a person."), "problem")
        return redirect(PAGE, 303)
    require_fresh()
    said: dict[str, Any] = {"actor": here.actor(), "reason": why, "school_id": school.id}
    _told(lambda: acts.ask_export(services().world, **said, person_id=person.id))
    return redirect(PAGE, 303)


@bp.get(f"{PAGE}/{KEY}")
@audience(*MAKERS)
def one_copy(key: str) -> str:
    """Show one request, and what is to be done next."""
    world = services().world
    export_id, school = _found(key)
    require_fresh()
    with reading(world.database) as connection:
        one = next((one for one in exports_of(connection, school.id) if one.id == export_id), None)
    line = _line(here.found(one), world.clock.now(), school)
    return render_template("office/copy.html", line=line, me=current_user.person_id)


@bp.post(f"{PAGE}/{KEY}/make")
@audience(*MAKERS)
def make_copy(key: str) -> Response:
    """Make the copy, or make it anew."""
    return _do(key, _make)


@bp.post(f"{PAGE}/{KEY}/release")
@audience(*MAKERS)
def release_copy(key: str) -> Response:
    """Release the file that was looked at."""
    digest = request.form.get("sha256", "")
    return _do(key, lambda act: acts.release_export(services().world, **act, sha256=digest))


@bp.post(f"{PAGE}/{KEY}/hand")
@audience(*MAKERS)
def hand_copy(key: str) -> Response:
    """Write down that it was handed over; the portal keeps it no longer."""
    digest = request.form.get("sha256", "")
    return _do(key, lambda act: acts.hand_over(services().world, **act, sha256=digest))


@bp.post(f"{PAGE}/{KEY}/download")
@audience(*MAKERS)
def download_copy(key: str) -> Response:
    """Give the file to be looked at, or to be handed over; who took it is written first."""
    act = _act(key)
    try:
        content = acts.download_export(services().world, **act)
    except Refused as refusal:
        flash(_words(refusal), "problem")
        return redirect(f"{PAGE}/{key}", 303)
    return zip_answer(content, f"copy-{act['export_id']}.zip")


def _make(act: dict[str, Any]) -> None:
    from app.subject_files import made_copy  # which needs the oversight pages' words, and they the office's

    world = services().world
    with reading(world.database) as connection:
        copy = made_copy(connection, act["school_id"], act["export_id"], now=world.clock.now())
    acts.make_export(world, **act, content=copy.content, erased=copy.erased)


def _do(key: str, act: Callable[[dict[str, Any]], object]) -> Response:
    said = _act(key)
    _told(lambda: act(said))
    return redirect(f"{PAGE}/{key}", 303)


def _act(key: str) -> dict[str, Any]:
    """Return what every act upon a request is told, once it is found and whoever acts is known afresh."""
    export_id, school = _found(key)
    why = here.reason()
    require_fresh()
    return {"actor": here.actor(), "reason": why, "school_id": school.id, "export_id": export_id}


def _told(act: Callable[[], object]) -> None:
    try:
        act()
    except Refused as refusal:
        flash(_words(refusal), "problem")
    else:
        flash(gettext("Done."), "done")


def _words(refusal: Refused) -> str:
    return str(REFUSALS.get(refusal.reason) or refused_words(refusal.reason))


def _found(key: str) -> tuple[int, StaffSchool]:
    with reading(services().world.database) as connection:
        school = school_here(connection, MAKERS)
        found = find_export(connection, key, [school.id])
    return abort(404) if found is None else (found[0], school)


def _line(export: Export, now: datetime, school: StaffSchool) -> Line:
    zone = ZoneInfo(school.zone)

    def day(at: datetime | None) -> str:
        return "" if at is None else calendar_day(at, zone=zone)

    is_late = export.waits and export.due_at <= now
    return Line(
        export=export,
        is_late=is_late,
        left=_left(export, now, is_late=is_late),
        due=weekday(export.due_at, zone=zone),
        standing=_standing(export),
        asked=day(export.asked_at),
        made=day(export.made_at),
        released=day(export.released_at),
        downloaded=day(export.downloaded_at),
        handed=day(export.handed_at),
    )


def _left(export: Export, now: datetime, *, is_late: bool) -> str:
    if not export.waits:
        return ""
    if is_late:
        return str(gettext("Overdue"))
    days = export.days_left(now)
    return str(gettext("Days left: %(days)d", days=days) if days else gettext("Less than a day left"))


def _standing(export: Export) -> str:
    if export.handed_at is not None:
        return str(gettext("It was handed over."))
    if export.downloaded_at is not None:
        return str(gettext("They downloaded it themselves."))
    if export.released_at is not None:
        return str(gettext("Ready to be handed over."))
    if export.made_by is not None:
        return str(gettext("Made. A second person has to look at it."))
    return str(gettext("To be made."))
