"""What a family reads of its budget: how much is left, and why a room does not open."""

import re
from datetime import timedelta

import pytest

from access.acts_budgets import set_budgets
from access.acts_custody import add_custody_rule
from access.budgets import NO_BUDGETS, Budgets
from access.clock import FrozenClock
from tests.app.going_on import goes_on
from tests.browser import Browser
from tests.guardian import Guardian, Watching
from tests.school import School

MINUTE = timedelta(minutes=1)
ENGLISH = {"Accept_Language": "en-GB"}
LEFT = "shared by your family"


def lets(school: School, budgets: Budgets) -> None:
    """Choose the budgets of the school."""
    set_budgets(
        school.world, actor=school.director_actor, reason="test", school_id=school.id, budgets=budgets
    )


def watches(school: School, guardian: Guardian, clock: FrozenClock, by: timedelta) -> None:
    """Watch for so long, and leave."""
    watching = guardian.opens("Oak")
    goes_on(school, watching, clock, by)
    watching.close()


def pages(school: School, browser: Browser) -> str:
    """Return home and the watch page in English."""
    school.is_there(browser)
    watch = browser.get(f"/rooms/{school.room_key('Oak')}", **ENGLISH)
    return browser.get("/home", **ENGLISH).body.decode() + watch.body.decode()


def told(school: School, guardian: Guardian, watching: Watching) -> tuple[str, list[str]]:
    """Return until when the room is said to be open: by the status, on the home and on the watch page."""
    school.is_there(guardian)
    ends = re.findall(r'until [^<]*|data-instant="[^"]*"', pages(school, guardian))
    assert ends
    return watching.status().json["until"], ends


def test_a_little_that_is_left_is_told_and_not_to_the_minute(school: School, clock: FrozenClock) -> None:
    mother = school.guardian(of="Oak")
    father = school.guardian(beside=mother)
    lets(school, Budgets(day_minutes=49))
    assert LEFT not in pages(school, mother)

    watches(school, father, clock, 7 * MINUTE)

    assert pages(school, mother).count("Left today: about 40 minutes, shared by your family.") == 2


def test_what_is_used_up_is_refused_to_all_of_the_family_and_opens_tomorrow(
    school: School, clock: FrozenClock
) -> None:
    mother = school.guardian(of="Oak")
    relative, classmate = school.delegate(mother), school.guardian(of="Oak")
    lets(school, Budgets(day_minutes=2))

    watches(school, relative, clock, 3 * MINUTE)

    school.is_there(mother)
    refused = mother.post(f"/rooms/{school.room_key('Oak')}/viewings", None, **ENGLISH).json
    assert refused["refused"] == "budget:spent"
    assert refused["words"] == (
        "The time that can be watched in one day is used up. It opens again tomorrow at 09:00 (school time)."
    )
    assert refused["words"] in pages(school, mother)
    assert relative.asks_to_open("Oak").json["refused"] == "budget:spent"
    assert classmate.asks_to_open("Oak").status == 201
    assert "viewing:refused" in school.log()


def test_the_picture_ends_when_the_minutes_do(school: School, clock: FrozenClock) -> None:
    guardian = school.guardian(of="Oak")
    lets(school, Budgets(day_minutes=2))
    watching = guardian.opens("Oak")
    goes_on(school, watching, clock, 2 * MINUTE - MINUTE / 60)
    assert watching.status().json["state"] == "waiting"

    goes_on(school, watching, clock, MINUTE / 60)

    assert watching.status().json["state"] == "ended"
    assert school.last_entry("viewing:closed")["reason"] == "budget:spent"


def test_a_budget_opens_again_the_next_day(school: School, clock: FrozenClock) -> None:
    guardian = school.guardian(of="Oak")
    lets(school, Budgets(day_minutes=2))
    watches(school, guardian, clock, 3 * MINUTE)

    clock.advance(timedelta(days=1))
    school.is_there(guardian)

    assert guardian.asks_to_open("Oak").status == 201


def test_one_device_more_is_refused_and_the_others_go_on(school: School) -> None:
    guardian = school.guardian(of="Oak")
    tablet = Guardian(
        school.app,
        school.sign_in(guardian.person),
        room_key=school.room_key,
        person=guardian.person,
        child=guardian.child,
        guardianship=guardian.guardianship,
        grant=guardian.grant,
        enrolment=guardian.enrolment,
    )
    lets(school, Budgets(devices=1))
    first = guardian.opens("Oak")

    assert tablet.asks_to_open("Oak").json["refused"] == "budget:devices"

    assert first.status().json["state"] == "waiting"
    assert "as many devices" in pages(school, tablet)
    assert "as many devices" not in pages(school, guardian)
    first.close()
    assert tablet.asks_to_open("Oak").status == 201


@pytest.mark.parametrize("limited", ["mother", "father"])
def test_where_a_custody_rule_is_no_number_is_told_and_nobody_spends_the_others_minutes(
    school: School, clock: FrozenClock, limited: str
) -> None:
    mother = school.guardian(of="Oak")
    father = school.guardian(beside=mother)
    add_custody_rule(
        school.world,
        actor=school.office_actor,
        reason="order",
        guardianship_id={"mother": mother, "father": father}[limited].guardianship,
        kind="weekdays",
        starts_at=clock.now(),
        weekdays=range(1, 6),
    )
    lets(school, Budgets(day_minutes=5, devices=1))
    watching = father.opens("Oak")

    goes_on(school, watching, clock, 2 * MINUTE)

    assert LEFT not in pages(school, mother) + pages(school, father)
    assert mother.asks_to_open("Oak").status == 201
    goes_on(school, watching, clock, 3 * MINUTE)
    assert father.asks_to_open("Oak").json["refused"] == "budget:spent"


def test_while_one_watches_nothing_tells_it_to_the_other(school: School, clock: FrozenClock) -> None:
    mother = school.guardian(of="Oak")
    father = school.guardian(beside=mother)
    lets(school, Budgets(day_minutes=60, devices=4))
    watching = mother.opens("Oak")
    alone = told(school, mother, watching)

    of_father = father.opens("Oak")
    goes_on(school, of_father, clock, MINUTE / 6)
    beside = told(school, mother, watching)
    of_father.close()

    assert alone == beside == told(school, mother, watching)
    assert watching.status().json["seconds_left"] > 3600


def test_on_the_day_of_a_custody_rule_nothing_tells_what_was_watched_before_it(
    school: School, clock: FrozenClock
) -> None:
    mother, classmate = school.guardian(of="Oak"), school.guardian(of="Oak")
    father = school.guardian(beside=mother)
    lets(school, Budgets(day_minutes=60))
    watches(school, mother, clock, 7 * MINUTE)

    add_custody_rule(
        school.world,
        actor=school.office_actor,
        reason="order",
        guardianship_id=father.guardianship,
        kind="weekdays",
        starts_at=clock.now(),
        weekdays=range(1, 6),
    )

    # As somebody reads of whose room nobody looked at all; all of this week's days are his.
    assert told(school, father, father.opens("Oak")) == told(school, classmate, classmate.opens("Oak"))


def test_without_budgets_nobody_is_told_of_any(school: School, clock: FrozenClock) -> None:
    guardian = school.guardian(of="Oak")
    lets(school, NO_BUDGETS)

    watches(school, guardian, clock, 2 * MINUTE)

    assert LEFT not in pages(school, guardian)
