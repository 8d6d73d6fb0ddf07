"""The school's leave to watch, given on the office's page: until a day, and with fresh proof."""

import re
from datetime import date, timedelta

import pytest

from access.acts_people import end_guardianship, set_term
from access.clock import FrozenClock
from access.enrolment import ClassGroup, Guardianship
from access.second_factors import FRESH
from tests.app.account.trying import PASSPHRASE
from tests.app.public_keys import key_of
from tests.app.test_two_who_edit import said
from tests.browser import Browser
from tests.guardian import Guardian
from tests.school import School
from tests.two_schools import appoints

ENGLISH = {"Accept_Language": "en-GB"}
TODAY = {"starts_on": "", "ends_on": "2026-03-10", "reason": "spring term"}


def page_of(school: School, guardian: Guardian) -> str:
    return f"/office/guardianships/{key_of(school, Guardianship, guardian.guardianship)}/grant"


def last_day(browser: Browser, address: str) -> str:
    (field,) = re.findall(r'<input[^>]* name="ends_on"[^>]*>', browser.get(address).body.decode())
    (shown,) = re.findall(r' value="([^"]*)"', field)
    return str(shown)


def test_a_guardian_watches_until_the_last_minute_of_the_day_that_was_typed(
    school: School, clock: FrozenClock
) -> None:
    guardian, office = school.guardian(of="Oak", granted=False), school.office()
    address = page_of(school, guardian)
    assert guardian.asks_to_open("Oak").status == 200  # refused, and why
    families = f"/office?class={key_of(school, ClassGroup, school.class_groups['Oak'])}"
    assert f'href="{address}"' in office.get(families).body.decode()

    assert office.post(address, TODAY).status == 303

    assert guardian.asks_to_open("Oak").status == 201
    entry = school.last_entry("grant:issued")
    assert (entry["actor"]["person"], entry["reason"]) == (school.staff["office"], "spring term")
    clock.advance(timedelta(days=1))
    school.is_there(guardian)
    assert guardian.asks_to_open("Oak").status == 200


def test_the_form_begins_with_the_last_day_of_the_term(school: School) -> None:
    address, office = page_of(school, school.guardian(of="Oak", granted=False)), school.office()
    assert last_day(office, address) == ""
    set_term(
        school.world,
        actor=school.office_actor,
        reason="test",
        school_id=school.id,
        ends_on=date(2026, 7, 10),
    )

    assert last_day(office, address) == "2026-07-10"
    longer = office.post(address, {**TODAY, "ends_on": "2026-07-11"}, **ENGLISH)
    assert (longer.status, "after the last day of the term" in said(longer)) == (400, True)
    assert office.post(address, {**TODAY, "ends_on": "2026-07-10"}).status == 303


def test_where_the_last_term_is_over_the_form_is_empty_and_says_so(
    school: School, clock: FrozenClock
) -> None:
    guardian = school.guardian(of="Oak", granted=False)
    set_term(
        school.world,
        actor=school.office_actor,
        reason="test",
        school_id=school.id,
        ends_on=date(2026, 3, 10),
    )
    clock.advance(timedelta(days=1))
    address, office = page_of(school, guardian), school.office()

    assert last_day(office, address) == ""
    answer = office.post(address, {**TODAY, "ends_on": "2026-07-10"}, **ENGLISH)

    assert (answer.status, "when the new term ends" in said(answer)) == (400, True)
    assert school.log("grant:") == []


def test_who_it_is_is_asked_first_and_what_was_typed_is_carried_along(
    school: School, clock: FrozenClock
) -> None:
    guardian, office = school.guardian(of="Oak", granted=False), school.office()
    address = page_of(school, guardian)
    clock.advance(FRESH)
    school.is_there(office)

    asked = office.post(address, TODAY)

    assert (asked.status, 'value="spring term"' in asked.body.decode()) == (200, True)
    assert school.log("grant:") == []


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        pytest.param({"ends_on": ""}, "Please fill this in.", id="no last day"),
        pytest.param({"ends_on": "2026-03-09"}, "be over already", id="over"),
        pytest.param({"ends_on": "9999-12-31"}, "look at the year", id="a year that nobody means"),
        pytest.param({"starts_on": "2026-03-12"}, "end before it begins", id="backwards"),
        pytest.param({"reason": ""}, "Please fill this in.", id="no reason"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(school: School, wrong: dict[str, str], told: str) -> None:
    address = page_of(school, school.guardian(of="Oak", granted=False))

    answer = school.director().post(address, {**TODAY, **wrong}, **ENGLISH)

    assert (answer.status, told in said(answer)) == (400, True)
    assert school.log("grant:") == []


def test_nothing_is_given_to_a_tie_that_is_over_nor_at_another_school(school: School) -> None:
    guardian, neighbour = school.guardian(of="Oak", granted=False), school.neighbour()
    address = page_of(school, guardian)
    end_guardianship(
        school.world, actor=school.office_actor, reason="x", guardianship_id=guardian.guardianship
    )

    answer = school.office().post(address, TODAY, **ENGLISH)

    assert (answer.status, "This guardianship has ended." in said(answer)) == (400, True)
    assert neighbour.director().post(address, TODAY) == school.not_found
    assert school.teacher().get(address) == school.not_found
    assert school.log("grant:") == []


def test_a_form_that_is_sent_twice_gives_one_grant(school: School, clock: FrozenClock) -> None:
    guardian, director = school.guardian(of="Oak", granted=False), school.director()
    address = page_of(school, guardian)
    assert director.post(address, TODAY).status == 303
    clock.advance(timedelta(seconds=1))

    again = director.post(address, TODAY, **ENGLISH)

    assert (again.status, "This permission is there already." in said(again)) == (400, True)
    assert school.log("grant:") == ["grant:issued"]


def test_nobody_of_the_office_gives_themselves_permission(school: School) -> None:
    person = school.person(by=school.office_actor)
    school.gives_passphrase(person, PASSPHRASE)
    appoints(school, person, "office")
    own = school.guardian(of="Oak", granted=False, person=person)

    answer = own.post(page_of(school, own), TODAY, **ENGLISH)

    assert (answer.status, "Nobody gives themselves permission." in said(answer)) == (400, True)
    assert school.log("grant:") == []
    entry = school.last_entry("guardianship:refused")
    assert entry["reason"] == "grant:oneself"
    about = {"guardianship": own.guardianship, "person": person, "child": own.child}
    assert entry["subject"] == about
