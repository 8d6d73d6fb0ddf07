"""Guardians, and who works with a class, from a day on or until one, as the office types it."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from access.clock import FrozenClock
from access.consent_records import StaffDuty
from access.database import reading
from access.enrolment import Child, ClassGroup, Guardianship
from access.people import Person
from tests.app.public_keys import key_of
from tests.app.test_two_who_edit import said
from tests.browser import Browser
from tests.school import School

ENGLISH = {"Accept_Language": "en-GB"}
DUTIES = "/office/duties"
#: At the school it is eight hours later than in UTC.
DATED = {"starts_on": "2026-03-12", "ends_on": "2026-07-10"}
FIRST, OVER = datetime(2026, 3, 11, 16, tzinfo=UTC), datetime(2026, 7, 10, 16, tzinfo=UTC)
BACKWARDS = {"starts_on": "2026-07-10", "ends_on": "2026-03-12"}
TOLD = "It would end before it begins, or be over already."


@pytest.fixture
def office(school: School) -> Browser:
    return school.office()


def newest(school: School, record: Any) -> Any:
    with reading(school.world.database) as connection:
        return connection.execute(select(*record.__table__.columns).order_by(record.id.desc()).limit(1)).one()


def guardians_page(school: School) -> str:
    child = school.guardian(of="Oak").child
    return f"/office/children/{key_of(school, Child, child)}/guardians"


def on_duty(school: School) -> dict[str, str]:
    """Return the form by which the teacher works with Oak."""
    group = key_of(school, ClassGroup, school.class_groups["Oak"])
    return {
        "person": key_of(school, Person, school.staff["teacher"]),
        "class": group,
        "starts_on": "",
        "ends_on": "",
        "reason": "roster",
    }


def test_somebody_new_is_a_guardian_from_a_day_until_a_day(school: School, office: Browser) -> None:
    assert office.post(guardians_page(school), {"guardian": "周爷爷", **DATED}).status == 303

    tie = newest(school, Guardianship)
    assert (tie.starts_at, tie.ends_at) == (FIRST, OVER)


def test_somebody_known_is_a_guardian_from_a_day_until_a_day(school: School, office: Browser) -> None:
    address, other = guardians_page(school), school.guardian(of="Elm")
    form = {"person": key_of(school, Person, other.person), "name": school.called.person, **DATED}

    assert office.post(f"{address}/known", form).status == 303

    tie = newest(school, Guardianship)
    assert (tie.person_id, tie.starts_at, tie.ends_at) == (other.person, FIRST, OVER)


def test_a_guardian_of_whom_no_day_is_typed_is_one_from_now_on(
    school: School, office: Browser, clock: FrozenClock
) -> None:
    address = guardians_page(school)
    empty = {"starts_on": "", "ends_on": ""}

    assert office.post(address, {"guardian": "周爷爷", **empty}).status == 303

    tie = newest(school, Guardianship)
    assert (tie.starts_at, tie.ends_at) == (clock.now(), None)


def test_a_guardian_whose_last_day_is_before_the_first_is_told_and_nothing_typed_is_lost(
    school: School, office: Browser
) -> None:
    address, other = guardians_page(school), school.guardian(of="Elm")
    before = school.log("guardianship:")
    known = {"person": key_of(school, Person, other.person), "name": school.called.person}

    for path, form in ((address, {"guardian": "周爷爷"}), (f"{address}/known", known)):
        answer = office.post(path, {**form, **BACKWARDS}, **ENGLISH)

        page = answer.body.decode()
        assert (answer.status, TOLD in said(answer)) == (400, True), path
        assert all(f'value="{typed}"' in page for typed in (*form.values(), *BACKWARDS.values())), path
    assert school.log("guardianship:") == before


def test_a_teacher_is_on_a_roster_from_a_day_until_a_day(
    school: School, office: Browser, clock: FrozenClock
) -> None:
    guardian = school.guardian(of="Oak")

    assert office.post(DUTIES, {**on_duty(school), **DATED}).status == 303

    duty = newest(school, StaffDuty)
    assert (duty.starts_at, duty.ends_at) == (FIRST, OVER)
    assert "12 Mar 2026 to 10 Jul 2026" in said(office.get(DUTIES, **ENGLISH))
    assert guardian.asks_to_open("Oak").status == 201
    clock.advance(timedelta(days=2))
    school.is_there(guardian)
    assert guardian.asks_to_open("Oak").json["refused"] == "room:not_covered"


def test_a_roster_that_would_be_over_before_it_begins_is_told(school: School, office: Browser) -> None:
    form = on_duty(school) | BACKWARDS

    answer = office.post(DUTIES, form, **ENGLISH)

    page = answer.body.decode()
    assert (answer.status, TOLD in said(answer)) == (400, True)
    assert all(f'value="{typed}"' in page for typed in (*BACKWARDS.values(), "roster"))
    assert re.search(rf'<option selected value="{form["person"]}"', page)
    assert school.log("staff_duty:") == []
