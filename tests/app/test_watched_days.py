"""Who watched the room of one's child: relations and roles, by whole days that are over."""

from datetime import timedelta
from typing import Any

import pytest

from access.acts_custody import ask_to_end_custody_rule, end_custody_rule
from access.acts_families import end_guardianship
from access.clock import FrozenClock
from access.database import writing
from access.log.signing import sign_log
from tests.app.who_watched import A_DAY, A_WEEK, ENGLISH, KEY, NOBODY, NOT_SHOWN, days, page, rule, watches
from tests.looking import Display, an_agreed_look, opens
from tests.school import Guardian, School


def test_of_today_nothing_is_told_and_tomorrow_the_day_with_relations_only(
    school: School, clock: FrozenClock, mother: Guardian, father: Guardian
) -> None:
    clock.advance(A_DAY)
    watches(school, father)
    assert NOBODY in page(school, mother)

    clock.advance(A_DAY)
    told = days(page(school, mother))

    assert "Wednesday 11 March" in told
    assert "parents and guardians" in told
    assert "relatives" not in told
    assert "09:" not in told.split("<main")[1]


def test_a_delegate_and_the_staff_are_told_by_what_they_are(
    school: School, clock: FrozenClock, mother: Guardian, father: Guardian
) -> None:
    aunt = school.delegate(father)
    clock.advance(A_DAY)
    watches(school, aunt)
    display = Display(school, "Oak")
    opens(school.office(), an_agreed_look(school, display)).close()
    clock.advance(A_DAY)

    told = days(page(school, mother))

    assert "relatives who watch for them" in told
    assert "parents and guardians" not in told
    assert "the office, to set what is always hidden" in told


def test_of_another_room_nothing_is_told(school: School, clock: FrozenClock, mother: Guardian) -> None:
    other = school.guardian(of="Elm")
    clock.advance(A_DAY)
    watches(school, other, "Elm")
    clock.advance(A_DAY)

    assert NOBODY in page(school, mother)
    assert "parents and guardians" in days(page(school, other))


def test_days_before_ones_own_tie_are_not_told(school: School, clock: FrozenClock, mother: Guardian) -> None:
    clock.advance(A_DAY)
    watches(school, mother)
    clock.advance(A_DAY)
    newcomer = school.guardian(of="Oak", beside=mother)

    assert "parents and guardians" in days(page(school, mother))
    assert NOBODY in page(school, newcomer)


def test_a_delegate_reads_their_own_viewings_only(
    school: School, clock: FrozenClock, mother: Guardian
) -> None:
    aunt = school.delegate(mother)
    watches(school, aunt)
    clock.advance(A_DAY)

    told = page(school, aunt)

    assert "The room of" not in told
    assert told.count("This was not me</button>") == 1


@pytest.mark.parametrize("whose", ["mine", "the other's"])
@pytest.mark.parametrize("begins", [timedelta(0), timedelta(days=20)], ids=["now", "later"])
def test_while_a_custody_rule_concerns_the_child_no_day_is_told_to_anybody(
    school: School, mother: Guardian, father: Guardian, whose: str, begins: timedelta
) -> None:
    clock = school.clock
    clock.advance(A_DAY)
    watches(school, father)
    clock.advance(A_DAY)
    rule(school, mother if whose == "mine" else father, starts_at=clock.now() + begins)

    for reader in (mother, father):
        told = days(page(school, reader))
        assert NOT_SHOWN in told
        assert "parents and guardians" not in told
    another = school.guardian(of="Oak")
    assert NOT_SHOWN not in page(school, another)


def test_days_of_a_rule_that_is_over_are_not_told_afterwards(
    school: School, clock: FrozenClock, mother: Guardian, father: Guardian
) -> None:
    clock.advance(A_DAY)
    number = rule(school, father)
    watches(school, mother)  # under the rule: on the 11th
    clock.advance(A_DAY)
    by: dict[str, Any] = {"reason": "settled", "custody_rule_id": number}
    ask_to_end_custody_rule(school.world, actor=school.office_actor, **by)
    end_custody_rule(school.world, actor=school.director_actor, **by)
    clock.advance(A_DAY)
    watches(school, mother)  # on the 13th
    clock.advance(A_DAY)

    told = days(page(school, father))

    assert "13 March" in told
    assert "11 March" not in told
    assert "12 March" not in told


def test_reading_who_watched_is_itself_in_the_log(school: School, mother: Guardian) -> None:
    page(school, mother)
    page(school, mother)

    assert school.log("viewings:") == ["viewings:read"] * 2
    assert school.last_entry("viewings:read")["subject"] == {"person": mother.person}


def test_a_tie_that_has_ended_tells_no_more_than_the_order_did(
    school: School, clock: FrozenClock, mother: Guardian, father: Guardian
) -> None:
    clock.advance(A_DAY)
    sibling = school.guardian(of="Oak", person=father.person)
    rule(school, father)
    clock.advance(A_DAY)
    watches(school, mother)
    viewing = watches(school, sibling)
    with writing(school.world.database) as connection:
        sign_log(connection, school.id, KEY, clock.now())
    end_guardianship(
        school.world, actor=school.office_actor, reason="court", guardianship_id=father.guardianship
    )
    clock.advance(A_WEEK)

    told = page(school, sibling)
    receipt = sibling.get(f"/viewings/{viewing}/receipt", **ENGLISH)

    assert NOT_SHOWN in days(told)
    assert "parents and guardians" not in days(told)
    assert receipt.status == 303
