"""Separated parents: what the office enters, what each parent sees, and when the picture stops."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from access.acts_custody import add_custody_rule
from access.clock import FrozenClock
from access.custody_rules import CustodyRule
from access.database import reading
from access.enrolment import Guardianship
from access.people import Person
from tests.app.public_keys import key_of
from tests.browser import Answer, Browser
from tests.school import Guardian, School

ENGLISH = {"Accept_Language": "en-GB"}
#: The school's clock stands on a Tuesday of week 11, which is odd.
A_WEEK = timedelta(days=7)


@pytest.fixture
def father(school: School) -> Guardian:
    """Return the father of a child in Oak."""
    return school.guardian(of="Oak")


@pytest.fixture
def mother(school: School, father: Guardian) -> Guardian:
    """Return the child's mother."""
    return school.guardian(of="Oak", beside=father)


def enters(school: School, guardian: Guardian, kind: str, **more: str) -> Answer:
    """Enter a rule at the office's page."""
    form = {"kind": kind, "reason": "order of 3 March", **more}
    return school.office().post(custody_of(school, guardian), form, **ENGLISH)


def custody_of(school: School, guardian: Guardian) -> str:
    """Return the address of the rules upon a guardian."""
    return f"/office/guardianships/{key_of(school, Guardianship, guardian.guardianship)}/custody"


def page(browser: Browser, address: str = "/home") -> str:
    """Return a page in English."""
    return browser.get(address, **ENGLISH).body.decode()


def is_told(word: str, told: str) -> bool:
    """Return whether a page says *word*, not only some random token that holds its letters."""
    return re.search(rf"(?<![A-Za-z0-9]){re.escape(word)}(?![A-Za-z0-9])", told) is not None


def names(school: School, *people: int) -> list[str]:
    """Return what people are called."""
    with reading(school.world.database) as connection:
        return list(connection.execute(select(Person.name).where(Person.id.in_(people))).scalars())


def test_a_no_contact_order_entered_at_10_07_cuts_his_running_stream_and_not_hers(
    school: School, clock: FrozenClock, father: Guardian, mother: Guardian
) -> None:
    clock.advance(timedelta(minutes=35))  # to 10:07
    for parent in (father, mother):
        school.is_there(parent)
    his, hers = father.opens("Oak"), mother.opens("Oak")
    k = school.camera("Oak").films_segment()
    assert (his.segment(k).status, hers.segment(k).status) == (200, 200)

    answer = enters(school, father, "no_contact")

    assert answer.status == 303
    assert his.segment(k) == school.not_found
    assert his.playlist() == school.not_found
    assert his.status().json["state"] == "ended"
    assert hers.segment(k).status == 200
    school.viewings.renew_all()
    assert school.last_entry("viewing:closed")["reason"] == "custody:not_now"


def test_a_father_of_odd_weeks_is_told_one_neutral_sentence_in_even_ones(
    school: School, clock: FrozenClock, father: Guardian, mother: Guardian
) -> None:
    enters(school, father, "odd_weeks")
    assert "Open now" in page(father)

    clock.advance(A_WEEK)
    for parent in (father, mother):
        school.is_there(parent)

    assert "This room is not open to you now." in page(father)
    assert "It opens again on Monday 23 March at 09:00 (school time)." in page(father)
    assert father.asks_to_open("Oak").json["refused"] == "custody:not_now"
    assert "Open now" in page(mother)


def test_whoever_may_not_see_the_child_for_weeks_is_sent_to_the_office(
    school: School, clock: FrozenClock, father: Guardian
) -> None:
    enters(school, father, "no_contact", starts_on="2026-03-10", ends_on="2026-03-28")
    school.is_there(father)

    told = page(father)

    assert "not open to you at this time. The school office can tell you more." in told
    assert "opens again" not in told


def test_neither_parent_reads_anything_of_the_other_or_of_who_entered_an_order(
    school: School, father: Guardian, mother: Guardian
) -> None:
    for guardian in (father, mother):
        school.sign_in(guardian.person)
        enters(school, guardian, "odd_weeks")
    staff = names(school, *school.staff.values())

    for parent, other in ((father, mother), (mother, father)):
        for address in ("/home", "/devices", f"/rooms/{school.room_key('Oak')}"):
            told = page(parent, address)
            words = [*staff, "custody", "order of 3 March", "odd"]
            if address != "/home":  # which names the other adult of the child
                words += names(school, other.person)
            assert [word for word in words if is_told(word, told)] == []
        assert page(parent, "/devices").count("Chrome, Android") == 2


def test_whom_an_order_keeps_away_is_not_even_told_the_class(
    school: School, clock: FrozenClock, father: Guardian
) -> None:
    enters(school, father, "no_contact")
    clock.advance(timedelta(days=2))
    school.is_there(father)

    assert "Oak" not in page(father)
    assert father.get(f"/rooms/{school.room_key('Oak')}") == school.not_found


def test_whom_an_order_keeps_away_learns_no_name_of_another_adult(
    school: School, father: Guardian, mother: Guardian
) -> None:
    (hers,) = names(school, mother.person)
    assert hers in page(father)

    enters(school, father, "no_contact")

    assert hers not in page(father)


def test_contradicting_orders_close_and_the_office_has_something_to_do(
    school: School, father: Guardian
) -> None:
    enters(school, father, "odd_weeks")
    assert "To do" not in page(school.office(), "/office")

    enters(school, father, "even_weeks")

    for _ in range(3):
        assert father.asks_to_open("Oak").json["refused"] == "custody:not_now"
        school.clock.advance(A_WEEK)
        school.is_there(father)
    told = page(school.office(), "/office")
    assert "contradict each other" in told
    assert custody_of(school, father) in told
    assert "contradict" not in page(school.teacher(), "/office")


def test_the_office_is_reminded_once_the_day_of_the_court_is_over(
    school: School, clock: FrozenClock, father: Guardian
) -> None:
    enters(school, father, "no_contact", court_on="2026-03-10")
    assert "The court date is over" not in page(school.office(), "/office")

    clock.advance(timedelta(days=1))

    assert "The court date is over" in page(school.office(), "/office")
    school.is_there(father)
    assert father.asks_to_open("Oak").json["refused"] == "custody:not_now"


def test_two_colleagues_end_a_rule_at_their_pages(school: School, father: Guardian) -> None:
    enters(school, father, "no_contact")
    with reading(school.world.database) as connection:
        key = connection.execute(select(CustodyRule.key)).scalar_one()
    address, reason = f"/office/custody/{key}/end", {"reason": "order of 1 July"}
    office, director = school.office(), school.director()

    assert office.post(address, reason).status == 303
    assert "A second one has to confirm" in page(director, "/office")
    assert "Confirm the end" not in page(office, custody_of(school, father))
    office.post(address, reason)  # by themselves: refused, and written down
    assert school.last_entry("guardianship:refused")["reason"] == "custody:same_person"
    assert father.asks_to_open("Oak").json["refused"] == "custody:not_now"
    assert "Confirm the end" in page(director, custody_of(school, father))
    director.post(address, reason)

    assert father.asks_to_open("Oak").status == 201


def test_ending_a_rule_asks_for_the_passphrase_first(
    school: School, clock: FrozenClock, father: Guardian
) -> None:
    enters(school, father, "no_contact")
    with reading(school.world.database) as connection:
        key = connection.execute(select(CustodyRule.key)).scalar_one()
    office = school.office()
    clock.advance(timedelta(minutes=6))
    school.is_there(office)

    answer = office.post(f"/office/custody/{key}/end", {"reason": "order of 1 July"}, **ENGLISH)

    assert 'name="proof"' in answer.body.decode()
    assert school.log("custody:") == ["custody:added"]


@pytest.mark.parametrize(
    ("kind", "more", "said"),
    [
        pytest.param("weekdays", {}, "Tick one to six days", id="no weekday"),
        pytest.param(
            "no_contact",
            {"ends_on": "2026-04-01", "court_on": "2026-05-01"},
            "not both",
            id="an end and a court",
        ),
        pytest.param("no_contact", {"ends_on": "2026-03-01"}, "before the first day", id="over already"),
        pytest.param("sometimes", {}, "kind", id="a kind that is none"),
    ],
)
def test_what_is_no_rule_is_said_beside_its_field_and_stops_nobody(
    school: School, father: Guardian, kind: str, more: dict[str, str], said: str
) -> None:
    watching = father.opens("Oak")

    answer = enters(school, father, kind, **more)

    assert answer.status == 400
    assert said in answer.body.decode()
    assert watching.status().json["state"] != "ended"


def test_named_weekdays_and_a_last_day_are_read_at_the_school(school: School, father: Guardian) -> None:
    enters(school, father, "weekdays", weekdays="1", starts_on="2026-03-16", ends_on="2026-03-29")

    told = page(school.office(), custody_of(school, father))

    assert "Only on Tuesday" in told
    assert "16 Mar 2026 to 29 Mar 2026" in told
    assert father.asks_to_open("Oak").status == 201  # it has not begun


def test_a_rule_may_be_upon_a_guardian_of_another_school_only_there(school: School) -> None:
    neighbour = school.neighbour()
    stranger = neighbour.guardian(of="Rowan")

    assert enters(school, stranger, "no_contact") == school.not_found


def test_a_viewing_that_is_over_says_nothing_of_an_order(school: School, father: Guardian) -> None:
    watching = father.opens("Oak")
    add_custody_rule(
        school.world,
        actor=school.office_actor,
        reason="order",
        guardianship_id=father.guardianship,
        kind="no_contact",
        starts_at=school.clock.now(),
    )

    said = father.get(f"/live/{watching.key}/status", **ENGLISH).json["words"]

    assert said.endswith("The school office can tell you more.")
