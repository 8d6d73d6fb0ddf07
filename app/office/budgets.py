"""How much families may watch: the director chooses it, and sees who could not watch at all."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request
from flask_babel import gettext, lazy_gettext
from flask_babel.speaklater import LazyString
from werkzeug.wrappers import Response

from access.acts_budgets import MOST_DEVICES, MOST_MINUTES, set_budgets
from access.budgets import SENSIBLE, Budgets
from access.database import reading
from access.errors import Refused
from access.looks import look
from access.reasons import Reason
from access.school_budgets import as_columns, budgets_of
from access.unwatched import Stopped, Unwatched, month_of, unwatched
from app import words
from app.account.step_up import require_fresh
from app.errors import FormRefused
from app.guard import audience
from app.office import bp, here
from app.office.words import ended_words, refused_words
from app.oversight import words as log_words  # whole: it asks for words of ours in turn
from app.services import services
from app.working import school_here

DIRECTOR = ("director",)
#: Budgets as the form's hidden field has them.
_SHOWN = re.compile(r"([0-9]{0,4})\.([0-9]{0,4})\.([0-9]{0,4})")

STOPPED: dict[str, LazyString] = {
    Stopped.NO_LETTER: lazy_gettext("has not used the letter yet"),
    Stopped.NOT_VERIFIED: lazy_gettext("the identity check is missing"),
    Stopped.NO_GRANT: lazy_gettext("no permission to watch"),
    Stopped.NO_SIGN_IN: lazy_gettext("has not signed in this month"),
    Stopped.NO_PICTURE: lazy_gettext("opened the room, and no picture came"),
    Stopped.NEVER_TRIED: lazy_gettext("has not tried this month"),
    Reason.OUTSIDE_HOURS: lazy_gettext("the viewing hours were over whenever they tried"),
}


@dataclass(frozen=True, slots=True)
class UnwatchedLine:
    """One guardian who could not watch."""

    person: str
    children: str
    why: str
    #: How often they were refused, in words; nothing where they never were.
    tried: str


@bp.get("/office/budgets")
@audience(*DIRECTOR)
def budgets() -> str:
    """Show what the school lets each family watch."""
    return _page()


@bp.post("/office/budgets")
@audience(*DIRECTOR)
def choose_budgets() -> Response | tuple[str, int]:
    """Choose what the school lets each family watch."""
    chosen = Budgets(_number("day_minutes"), _number("viewing_minutes"), _number("family_devices"))
    shown, why = _read_shown(request.form.get("shown")), here.reason()
    with reading(services().world.database) as connection:
        school = school_here(connection, DIRECTOR)
    require_fresh()
    act: dict[str, Any] = {"actor": here.actor(), "reason": why, "school_id": school.id}
    try:
        recorded = set_budgets(services().world, **act, budgets=chosen, shown=shown)
    except Refused as refusal:
        if refusal.reason == "act:overtaken":
            return _page(typed=chosen, reason=why), 400
        flash(refused_words(refusal.reason), "problem")
    else:
        _tell(school.id, chosen, recorded=recorded)
    return redirect("/office/budgets", 303)


def _tell(school_id: int, chosen: Budgets, *, recorded: bool) -> None:
    """Say what was done, and where somebody else's choice stands beside it."""
    with reading(services().world.database) as connection:
        stands = budgets_of(connection, school_id)
    if not recorded:
        flash(ended_words(recorded=recorded), "done")
    elif stands == chosen:
        flash(gettext("Done."), "done")
    else:
        words = gettext(
            "What you made less counts. Somebody else changed this meanwhile: here is what stands now."
        )
        flash(words, "problem")


def _page(*, typed: Budgets | None = None, reason: str = "") -> str:
    """Draw the page.

    Args:
        typed: a choice that was overtaken, and its reason; they stay on the form.
    """
    with reading(services().world.database) as connection:
        stands = budgets_of(connection, school_here(connection, DIRECTOR).id)
    return render_template(
        "office/budgets.html",
        stands=stands,
        shown=_shown_words(stands),
        overtaken=typed is not None,
        typed=typed or stands,
        reason=reason,
        sensible=SENSIBLE,
        most_minutes=MOST_MINUTES,
        most_devices=MOST_DEVICES,
    )


@bp.get("/office/unwatched")
@audience(*DIRECTOR)
def who_could_not_watch() -> str:
    """Show which guardians had no picture this month; that somebody looked is written down first."""
    world = services().world
    now = world.clock.now()
    with reading(world.database) as connection:
        school = school_here(connection, DIRECTOR)
    zone = ZoneInfo(school.zone)
    first = month_of(now, school.zone)
    look(world, "unwatched:read", actor=here.actor(), reason="office page", school_id=school.id, first=first)
    with reading(world.database) as connection:
        found = unwatched(connection, school.id, school.zone, now)
    since = words.calendar_day(first + timedelta(hours=12), zone=zone)
    return render_template("office/unwatched.html", since=since, lines=[_line(one) for one in found])


def why_words(reason: str) -> str:
    """Return what stopped somebody, in words."""
    return str(STOPPED.get(reason) or log_words.REASONS.get(reason) or reason)


def _line(one: Unwatched) -> UnwatchedLine:
    tried = gettext("refused %(times)d times", times=one.refused) if one.refused else ""
    return UnwatchedLine(one.person, " · ".join(one.children), why_words(one.reason), tried)


def _shown_words(budgets: Budgets) -> str:
    """Return budgets for the form's hidden field; no number: no bound."""
    return ".".join("" if bound is None else str(bound) for bound in as_columns(budgets).values())


def _read_shown(words: str | None) -> Budgets:
    """Return the budgets that a page showed.

    Raises:
        FormRefused: no page of ours wrote it.
    """
    found = _SHOWN.fullmatch(words or "")
    if found is None:
        raise FormRefused
    return Budgets(*(int(bound) if bound else None for bound in found.groups()))


def _number(name: str) -> int | None:
    """Return the number of a field; None where it is empty: no bound."""
    typed = request.form.get(name)
    if typed is None:
        raise FormRefused
    if not typed.strip():
        return None
    if not typed.strip().isascii() or not typed.strip().isdigit() or len(typed) > 4:
        raise FormRefused
    return int(typed)
