"""The office's page of a class's weekly hours: what it takes, and what it says to the second of two."""

import re
from html import unescape
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wtforms.validators import ValidationError

from access.acts_hours import set_hours
from access.clock import FrozenClock
from access.database import reading
from access.roster import classes_of
from access.second_factors import FRESH
from access.week import WeekWindow
from access.weekly_hours import load_hours
from app.office.hours_form import day_words, read_day, read_shown, shown_words
from tests.browser import Answer, Browser
from tests.school import School

ENGLISH = {"Accept_Language": "en-GB"}
PAGE = "/office/hours"
MORNINGS: list[WeekWindow] = [(day, 540, 690) for day in range(7)]


@pytest.fixture
def office(school: School) -> Browser:
    """Somebody at the desk, who has just given their passphrase."""
    return school.office()


def fields(body: bytes) -> dict[str, str]:
    """Return what a page's form holds, but for the token and ticks."""
    found = {}
    for tag in re.findall(r"<input[^>]*>", body.decode().split('action="/office/hours" class="stack"')[1]):
        said = dict(re.findall(r'([a-z]+)="([^"]*)"', tag))
        if said.get("type") != "checkbox" and said["name"] != "csrf_token":
            found[said["name"]] = unescape(said.get("value", ""))
    return found


def opens(browser: Browser, school: School, name: str = "Oak") -> dict[str, str]:
    """Return the form that somebody is shown for a class."""
    answer = browser.get(f"{PAGE}?class={class_key(school, name)}", **ENGLISH)
    assert answer.status == 200
    return fields(answer.body)


def sends(browser: Browser, form: dict[str, str], **changed: str) -> Answer:
    """Send a form that was shown, with something changed in it."""
    return browser.post(PAGE, {**form, "reason": "spring", **changed}, **ENGLISH)


def class_key(school: School, name: str = "Oak") -> str:
    with reading(school.world.database) as connection:
        return next(group.key for group in classes_of(connection, school.id) if group.name == name)


def stands(school: School, name: str = "Oak") -> list[WeekWindow]:
    with reading(school.world.database) as connection:
        return load_hours(connection, school.id, school.class_groups[name])


def said(answer: Answer) -> str:
    """Return a page's words in one line."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.body.decode())).split())


def test_the_page_shows_the_hours_of_a_class_and_keeps_others(school: School, office: Browser) -> None:
    school.guardian(of="Elm")
    form = opens(office, school)
    assert form["day_0"] == "09:00-11:30"

    answer = sends(office, form, day_0="9:00–11:30，14：30~16:00", day_6="")

    assert answer.status == 303
    assert stands(school) == [(0, 540, 690), (0, 870, 960), *MORNINGS[1:6]]
    assert stands(school, "Elm") == MORNINGS
    assert "Done. These are the hours now." in said(office.get(PAGE, **ENGLISH))


def test_a_week_like_monday_takes_one_tick(school: School, office: Browser) -> None:
    form = opens(office, school)

    sends(office, form, day_0="08:00-09:00", day_2="10:00-11:00", day_5="", as_monday="y")

    assert stands(school) == [*((day, 480, 540) for day in range(5)), (6, 540, 690)]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("nine to ten", "Please write it like 09:00-11:30, 14:30-16:00."),
        ("09:60-10:00", "Please write it like"),
        ("11:30-09:00", "It ends before it begins."),
        ("09:00-11:00, 10:30-12:00", "Two times of this day overlap."),
        ("09:00-24:30", "A day ends at 24:00."),
        ("9" * 201, "That is too long"),
    ],
)
def test_what_is_wrong_with_a_day_is_said_beside_it_and_what_was_typed_stays(
    school: School, office: Browser, typed: str, words: str
) -> None:
    answer = sends(office, opens(office, school), day_0="08:00-09:00", day_3=typed)

    assert answer.status == 400
    assert words in said(answer)
    assert 'id="day_3-wrong"' in answer.body.decode()
    kept = fields(answer.body)
    assert (kept["day_0"], kept["day_3"], kept["reason"]) == ("08:00-09:00", typed, "spring")
    assert stands(school) == MORNINGS


def test_what_is_wrong_is_said_in_the_readers_language(school: School, office: Browser) -> None:
    form = {**opens(office, school), "reason": "春天", "day_3": "九点"}

    answer = office.post(PAGE, form, Accept_Language="zh-CN")

    assert "请写成 09:00-11:30, 14:30-16:00 这样。" in said(answer)


def test_of_two_who_loaded_the_page_the_second_is_told_and_loses_nothing(
    school: School, office: Browser
) -> None:
    director = school.director()
    first, second = opens(office, school), opens(director, school)
    assert sends(office, first, day_0="09:00-11:30, 14:30-16:00").status == 303

    answer = sends(director, second, day_1="08:30-11:30")

    assert answer.status == 400
    assert "Somebody else changed this meanwhile." in said(answer)
    assert "Monday 09:00-11:30, 14:30-16:00" in said(answer)
    assert stands(school) == [(0, 540, 690), (0, 870, 960), *MORNINGS[1:]]
    kept = fields(answer.body)
    assert (kept["day_1"], kept["reason"]) == ("08:30-11:30", "spring")
    assert sends(director, kept).status == 303  # once more, on purpose
    assert stands(school) == [MORNINGS[0], (1, 510, 690), *MORNINGS[2:]]


def test_the_second_who_only_takes_away_does_and_reads_what_stands(school: School, office: Browser) -> None:
    director = school.director()
    first, second = opens(office, school), opens(director, school)
    sends(office, first, day_0="09:00-11:30, 14:30-16:00")

    assert sends(director, second, day_1="").status == 303

    assert stands(school) == [(0, 540, 690), (0, 870, 960), *MORNINGS[2:]]
    shown = said(director.get(PAGE, **ENGLISH))
    assert "What you took away is closed. Somebody else changed these hours meanwhile" in shown


def test_hours_taken_away_end_what_is_watched_and_need_no_passphrase(
    school: School, office: Browser, clock: FrozenClock
) -> None:
    clock.advance(FRESH)
    school.is_there(office)
    watching = school.guardian().opens("Oak")

    answer = sends(office, opens(office, school), day_1="")

    assert answer.status == 303
    assert watching.status().json["state"] == "ended"


def test_hours_that_are_added_ask_for_the_passphrase_first(
    school: School, office: Browser, clock: FrozenClock
) -> None:
    clock.advance(FRESH)
    school.is_there(office)

    answer = sends(office, opens(office, school), day_1="08:00-11:30")

    assert "Passphrase" in said(answer)
    assert stands(school) == MORNINGS


@pytest.mark.parametrize(
    "changed",
    [{"class": "nowhere"}, {"shown": "1.2"}, {"shown": "0.600.540"}, {"shown": "x"}, {"shown": "9.0.60"}],
)
def test_a_form_that_is_not_ours_is_refused(school: School, office: Browser, changed: dict[str, Any]) -> None:
    assert sends(office, opens(office, school), **changed).status == 400
    assert stands(school) == MORNINGS


def test_a_class_of_another_school_is_not_shown_or_set(school: School, office: Browser) -> None:
    neighbour = school.neighbour()
    with reading(school.world.database) as connection:
        theirs = classes_of(connection, neighbour.id)[0]

    shown = office.get(f"{PAGE}?class={theirs.key}", **ENGLISH)

    assert theirs.name not in said(shown)
    assert sends(office, opens(office, school), **{"class": theirs.key}).status == 400


WEEKS = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 1438)), unique_by=lambda drawn: drawn[0])


@given(WEEKS)
def test_hours_survive_the_page(drawn: list[tuple[int, int]]) -> None:
    week = sorted((day, first, 1440 if first % 2 else first + 1) for day, first in drawn)

    assert read_shown(shown_words(week)) == week
    for day, first, after in week:
        assert read_day(day_words(week, day)) == ((first, after),)


def test_a_day_left_empty_has_no_hours() -> None:
    assert read_day(" ") == ()
    with pytest.raises(ValidationError):
        read_day("09:00-10:00 11:00-12:00")


def test_the_same_act_stands_behind_the_page_and_the_command(school: School, office: Browser) -> None:
    sends(office, opens(office, school), day_0="")
    set_hours(
        school.world,
        actor=school.director_actor,
        reason="typed",
        class_group_id=school.class_groups["Oak"],
        windows=MORNINGS,
    )

    assert school.log("hours:")[-2:] == ["hours:narrowed", "hours:set"]
