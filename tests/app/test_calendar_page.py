"""The office's calendar: what it shows, what it warns of, and that each act of it is done."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from access import acts_calendar, acts_years
from access.acts_schools import set_country
from access.calendar_records import CalendarDays
from access.checked import find_one
from access.clock import FrozenClock
from access.database import reading
from access.people import School as SchoolRecord
from access.second_factors import FRESH
from tests.browser import Answer, Browser
from tests.school import School

ENGLISH = {"Accept_Language": "en-GB"}
TODAY, SATURDAY = "2026-03-10", "2026-05-09"
WHY = {"reason": "the notice is out"}
CALENDAR = "/office/calendar"


@pytest.fixture
def office(school: School) -> Browser:
    """Somebody at the desk, who has just given their passphrase."""
    return school.office()


def page(browser: Browser, path: str = CALENDAR) -> str:
    """Return a page in English, its words in one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", browser.get(path, **ENGLISH).body.decode()).split())


def posts(browser: Browser, what: str, **form: str) -> Answer:
    """Send a form of the calendar."""
    return browser.post(f"{CALENDAR}/{what}", {**WHY, **form}, **ENGLISH)


def kinds(school: School) -> list[str]:
    """Return the kinds of the rows that hold."""
    with reading(school.world.database) as connection:
        asked = select(CalendarDays.kind).where(
            CalendarDays.school_id == school.id, CalendarDays.ended_at.is_(None)
        )
        return list(connection.execute(asked.order_by(CalendarDays.id)).scalars())


def key_of_only(school: School) -> str:
    """Return the key of the one row that holds."""
    with reading(school.world.database) as connection:
        asked = select(CalendarDays.key).where(
            CalendarDays.school_id == school.id, CalendarDays.ended_at.is_(None)
        )
        return connection.execute(asked).scalar_one()


def test_an_unconfirmed_year_is_told_on_the_offices_pages_and_not_to_teachers(
    school: School, office: Browser
) -> None:
    warning = "The calendar of 2026 is not confirmed"

    assert warning in page(office, "/office")
    assert warning not in page(school.teacher(), "/office")
    assert "This year is not confirmed" in page(office)
    assert "Fri 25 Dec 2026 to Fri 8 Jan 2027" in page(office, f"{CALENDAR}?year=2027")


def test_a_year_is_prepared_looked_through_and_confirmed(school: School, office: Browser) -> None:
    assert posts(office, "prepare", year="2026").status == 303
    prepared = page(office)

    assert posts(office, "confirm", year="2026").status == 303

    assert "Thu 1 Oct 2026 to Wed 7 Oct 2026 Holiday: closed · 国庆节" in prepared
    assert "Sat 9 May 2026 Make-up workday: hours of Tuesday" in prepared
    assert "Done. 2026 is confirmed." in page(office)
    assert "Closed is only what is written here." in page(office)
    assert "not confirmed" not in page(office, "/office")
    assert school.log("calendar:") == ["calendar:prepared", "calendar:confirmed"]


def test_of_a_year_that_is_not_announced_the_page_asks_for_what_is_missing(office: Browser) -> None:
    posts(office, "prepare", year="2098")

    assert "Only the holidays that the law names are known" in page(office, f"{CALENDAR}?year=2098")


@pytest.mark.parametrize("what", ["prepare", "confirm"])
@pytest.mark.parametrize("year", ["", "20260", "1999", "２０２６"])
def test_what_is_no_year_is_refused(office: Browser, what: str, year: str) -> None:
    assert posts(office, what, year=year).status == 400


def test_a_year_is_not_confirmed_before_it_is_prepared(school: School, office: Browser) -> None:
    posts(office, "confirm", year="2026")

    assert "Please prepare this year first" in page(office)
    assert kinds(school) == []


def test_a_prepared_year_that_is_confirmed_is_not_prepared_anew(school: School, office: Browser) -> None:
    for what in ("prepare", "confirm", "prepare"):
        posts(office, what, year="2026")

    assert "This year is confirmed already." in page(office)


def test_days_are_closed_and_open_again(school: School, office: Browser) -> None:
    watching = school.guardian().opens("Oak")
    assert posts(office, "close", first=TODAY, last="", name="消毒").status == 303
    closed = page(office)
    assert watching.status().json["state"] == "ended"

    removed = posts(office, f"days/{key_of_only(school)}/remove")

    assert "Tue 10 Mar 2026 Closed · 消毒" in closed
    assert removed.status == 303
    assert kinds(school) == []
    assert school.log("calendar:") == ["calendar:closed", "calendar:reopened"]


def test_a_make_up_workday_an_opening_and_a_term_are_added(school: School, office: Browser) -> None:
    posts(office, "make-up", day=SATURDAY, weekday="1", name="")
    posts(office, "open", day=SATURDAY, starts="14:00", ends="15:30", class_group="", name="运动会")
    posts(office, "term", first="2026-03-02", last="2026-07-10")

    shown = page(office)
    assert "Sat 9 May 2026 Make-up workday: hours of Tuesday" in shown
    assert "Sat 9 May 2026 Open 14:00–15:30 besides · 运动会" in shown
    assert "Terms: Mon 2 Mar 2026 to Fri 10 Jul 2026" in shown
    assert sorted(kinds(school)) == ["make_up", "opening", "term"]


def country(school: School) -> str | None:
    with reading(school.world.database) as connection:
        kept: str | None = find_one(connection, SchoolRecord, school.id).country
    return kept


def test_the_office_says_whose_holidays_the_school_keeps(school: School, office: Browser) -> None:
    set_country(school.world, actor=school.office_actor, reason="test", school_id=school.id, country="CN")
    assert "Now: China" in page(office, f"{CALENDAR}/country")

    assert posts(office, "country", country="AT", shown="CN").status == 303

    assert country(school) == "AT"
    assert "Now: Austria" in page(office, f"{CALENDAR}/country")
    assert "现在：" in office.get(f"{CALENDAR}/country", Accept_Language="zh-CN").body.decode()
    assert posts(office, "country", country="", shown="AT").status == 303
    assert country(school) is None
    assert "keeps no country's holidays" in page(office)


def test_the_second_who_says_whose_holidays_is_told_what_stands(school: School, office: Browser) -> None:
    before = country(school) or ""
    assert posts(office, "country", country="AT", shown=before).status == 303

    late = posts(office, "country", country="DE", shown=before)

    assert late.status == 400
    assert "Somebody else changed this meanwhile" in late.body.decode()
    assert "<strong>Austria</strong>" in late.body.decode()
    assert '<option selected value="DE">' in late.body.decode()
    assert country(school) == "AT"


def test_taking_an_opening_back_needs_no_passphrase(
    school: School, office: Browser, clock: FrozenClock
) -> None:
    posts(office, "open", day=TODAY, starts="14:00", ends="15:30", class_group="", name="")
    clock.advance(FRESH)
    school.is_there(office)

    assert posts(office, f"days/{key_of_only(school)}/remove").status == 303
    assert kinds(school) == []


@pytest.mark.parametrize(
    ("what", "form", "said"),
    [
        ("close", {"first": TODAY, "last": "2026-03-09"}, "The last day is before the first one."),
        ("close", {"first": "", "last": ""}, "Please fill this in."),
        ("close", {"first": "2026-02-30"}, "Not a valid date value."),
        ("close", {"first": TODAY, "name": "a\u202eb"}, "characters in this that cannot be seen"),
        ("open", {"day": TODAY, "starts": "15:00", "ends": "14:00", "class_group": ""}, "It ends before"),
        (
            "open",
            {"day": TODAY, "starts": "15:00", "ends": "16:00", "class_group": "x"},
            "Not a valid choice",
        ),
        ("make-up", {"day": "2026-03-09", "weekday": "1"}, "That is over already."),
        ("make-up", {"day": SATURDAY, "weekday": "7"}, "Not a valid choice"),
        ("country", {"country": "XX", "shown": ""}, "Not a valid choice"),
        ("term", {"first": TODAY, "last": "2026-03-09"}, "That is over already."),
    ],
)
def test_what_is_wrong_with_a_form_is_said_and_nothing_is_done(
    school: School, office: Browser, what: str, form: dict[str, str], said: str
) -> None:
    answer = posts(office, what, **form)

    assert answer.status == 400
    assert said in answer.body.decode()
    assert kinds(school) == []


@pytest.mark.parametrize("what", ["make-up", "open", "term", "country", "confirm"])
def test_what_opens_asks_for_the_passphrase_first(
    school: School, office: Browser, clock: FrozenClock, what: str
) -> None:
    clock.advance(FRESH)
    school.is_there(office)

    answer = posts(office, what, year="2026", day=SATURDAY, weekday="1")

    assert "Passphrase" in answer.body.decode()
    assert kinds(school) == []


def test_a_holiday_taken_back_asks_for_the_passphrase_first(
    school: School, office: Browser, clock: FrozenClock
) -> None:
    posts(office, "close", first="2026-06-01", last="2026-06-05")
    clock.advance(FRESH)
    school.is_there(office)

    posts(office, f"days/{key_of_only(school)}/remove")

    assert kinds(school) == ["closure"]


def test_a_school_that_keeps_no_countrys_holidays_has_nothing_to_confirm(
    school: School, office: Browser
) -> None:
    set_country(school.world, actor=school.director_actor, reason="test", school_id=school.id, country=None)

    assert "This school keeps no country's holidays." in page(office)
    assert "not confirmed" not in page(office, "/office")
    posts(office, "prepare", year="2026")
    assert "so there is no year to confirm" in page(office)


def test_what_another_school_wrote_is_not_shown(school: School, office: Browser) -> None:
    neighbour = school.neighbour()
    by: dict[str, Any] = {"actor": neighbour.office_actor, "reason": "test", "school_id": neighbour.id}
    today = school.clock.now().date()
    acts_calendar.close_days(school.world, **by, first=today, last=today, name="CLOSED ELSEWHERE")
    acts_years.set_term(school.world, **by, ends_on=today + timedelta(days=9))

    shown = page(office)

    assert "CLOSED ELSEWHERE" not in shown
    assert "No term of this year is written down." in shown


# -- a guardian's two clocks -----------------------------------------------------------------


def test_a_guardian_abroad_is_given_both_times(school: School) -> None:
    guardian = school.guardian()

    home = guardian.get("/home", **ENGLISH).body.decode()
    watch = guardian.get(f"/rooms/{school.room_key('Oak')}", **ENGLISH).body.decode()

    for shown in (home, watch):
        assert 'data-instant="2026-03-10T03:30:00Z" data-school-minutes="480"' in shown
        assert "js/elsewhere.js" in shown
    assert "Open now, until 11:30" in home


def test_after_a_closure_a_guardian_reads_when_it_opens_next(school: School) -> None:
    guardian = school.guardian()
    today = school.clock.now().date()
    acts_calendar.close_days(
        school.world,
        actor=school.office_actor,
        reason="test",
        school_id=school.id,
        first=today,
        last=today + timedelta(days=2),
    )

    home = guardian.get("/home", **ENGLISH).body.decode()

    assert "It opens again on Friday 13 March at 09:00 (school time)." in home
    assert 'data-instant="2026-03-13T01:00:00Z"' in home
