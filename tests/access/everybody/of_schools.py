"""Acts upon a school, its hours and days, and what it lets families watch."""

from datetime import date, timedelta
from typing import Any

from access.acts_attendance import set_attendance
from access.acts_budgets import set_budgets
from access.acts_calendar import close_days, make_up_day, open_once, remove_days
from access.acts_closing import close_school
from access.acts_consent_texts import propose_text, publish_text
from access.acts_hours import set_hours
from access.acts_years import set_term
from access.attendance import REQUIRED
from access.budgets import Budgets
from access.reasons import Reason
from tests.access.everybody.ending import BY_HORIZON, BY_REVISION, Ending
from tests.access.everybody.watched import (
    IN_THE_ROOM,
    IN_THE_SCHOOL,
    OF_THE_CHILD,
    Watched,
)
from tests.access.two_rooms import ALL_WEEK, OAK

#: The clock stands on a Tuesday, a little after 09:00 at the school.
TODAY, TUESDAY = date(2026, 3, 10), 1
DAY = timedelta(days=1)


def _oak_opens(watched: Watched, weekdays: set[int], ends: int = 18 * 60) -> None:
    windows = [(day, starts, ends) for day, starts, _ in ALL_WEEK if day in weekdays]
    set_hours(watched.world, **watched.act, class_group_id=watched.school.groups[OAK], windows=windows)


def narrows(watched: Watched) -> None:
    _oak_opens(watched, set(range(7)), ends=8 * 60 + 30)


def opens_today_only(watched: Watched) -> None:
    _oak_opens(watched, set())
    span: dict[str, Any] = {"starts_minute": 8 * 60, "ends_minute": 18 * 60}
    opening = open_once(watched.world, **watched.act, school_id=watched.school.id, day=TODAY, **span)
    watched.ready = opening


def makes_up_today(watched: Watched) -> None:
    _oak_opens(watched, {TUESDAY + 1})
    act = {**watched.act, "school_id": watched.school.id}
    watched.ready = make_up_day(watched.world, **act, day=TODAY, weekday=TUESDAY + 1)


def takes_the_day_back(watched: Watched) -> None:
    remove_days(watched.world, **watched.act, days_id=watched.ready)


def closes_today(watched: Watched) -> None:
    close_days(watched.world, **watched.act, school_id=watched.school.id, first=TODAY, last=TODAY)


def term_begins_tomorrow(watched: Watched) -> None:
    days: dict[str, Any] = {"starts_on": TODAY + DAY, "ends_on": TODAY + 60 * DAY}
    set_term(watched.world, **watched.act, school_id=watched.school.id, **days)


def closes(watched: Watched) -> None:
    close_school(watched.world, **watched.act, school_id=watched.school.id)


def requires_attendance(watched: Watched) -> None:
    set_attendance(watched.world, **watched.act, school_id=watched.school.id, mode=REQUIRED)


def proposes_words(watched: Watched) -> None:
    words: dict[str, Any] = {"audience": "family", "words_zh": "新的同意书", "words_en": "A new text"}
    watched.ready = propose_text(watched.world, **watched.act, school_id=watched.school.id, **words)


def asks_with_new_words(watched: Watched) -> None:
    publish_text(
        watched.world,
        actor=watched.school.director,
        reason="read",
        text_id=watched.ready,
        starts_at=watched.clock.now(),
    )


def has_a_minute(watched: Watched) -> None:
    set_budgets(watched.world, **watched.act, school_id=watched.school.id, budgets=Budgets(day_minutes=1))


def has_six_seconds_left(watched: Watched) -> None:
    has_a_minute(watched)
    watched.father_watched(6)


def watched_for_longer(watched: Watched) -> None:
    watched.father_watched(7)


def watches_until_it_is_spent(watched: Watched) -> None:
    watched.clock.advance(timedelta(seconds=6))


_HOURS, _SPENT = Reason.OUTSIDE_HOURS, Reason.BUDGET_SPENT
ENDINGS = (
    Ending("hours are narrowed", narrows, IN_THE_ROOM, _HOURS, BY_REVISION),
    Ending("an opening is removed", takes_the_day_back, IN_THE_ROOM, _HOURS, BY_REVISION, opens_today_only),
    Ending("a make-up day is removed", takes_the_day_back, IN_THE_ROOM, _HOURS, BY_REVISION, makes_up_today),
    Ending("today is closed", closes_today, IN_THE_SCHOOL, _HOURS, BY_REVISION),
    Ending("the term begins tomorrow", term_begins_tomorrow, IN_THE_SCHOOL, _HOURS, BY_REVISION),
    Ending("the school is closed", closes, IN_THE_SCHOOL, Reason.SCHOOL_CLOSED),
    Ending("attendance is required", requires_attendance, IN_THE_SCHOOL, Reason.NOT_IN, BY_REVISION),
    Ending(
        "new words ask anew",
        asks_with_new_words,
        IN_THE_SCHOOL,
        Reason.NOT_COVERED,
        BY_REVISION,
        proposes_words,
    ),
    Ending("a budget is lowered", has_a_minute, OF_THE_CHILD, _SPENT, BY_REVISION, watched_for_longer),
    Ending(
        "a budget is spent",
        watches_until_it_is_spent,
        OF_THE_CHILD,
        _SPENT,
        BY_HORIZON,
        has_six_seconds_left,
    ),
)
