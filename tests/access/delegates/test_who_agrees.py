"""Who proposes, approves and verifies a delegate, and who may not."""

from datetime import datetime

import pytest

from access.acts_delegates import end_delegation, verify_delegate
from access.enrolment import Guardianship
from access.errors import Refused
from access.people import Person
from tests.access.delegates.proposing import (
    DIRECTOR,
    FATHER,
    MOTHER,
    OFFICE,
    WHY,
    _taken_back,
    approves,
    by,
    proposes,
    record,
    refusal_of,
    verifies,
)
from tests.access.one_room import BEFORE, NOW, OneRoom


def test_at_most_two_at_a_time(room: OneRoom) -> None:
    proposes(room)
    proposes(room, "Grandfather")
    assert refusal_of(proposes, room, "Aunt") == "delegation:most"

    end_delegation(room.world, actor=by(OFFICE), reason="declined", delegation_id=1)

    assert proposes(room, "Aunt") == 3


@pytest.mark.parametrize("who", [FATHER, OFFICE, None], ids=["the other parent", "the office", "nobody"])
def test_only_the_guardian_proposes(room: OneRoom, who: int | None) -> None:
    assert refusal_of(proposes, room, guardian=who) == "delegation:not_guardian"


def test_a_delegate_delegates_nothing(room: OneRoom, grandmother: int) -> None:
    assert refusal_of(proposes, room, "Neighbour", guardian=grandmother) == "delegation:not_guardian"


@pytest.mark.parametrize("change", [{"ended_at": NOW}, {"verified_until": NOW}], ids=["over", "not verified"])
def test_a_guardian_without_a_right_proposes_nobody(room: OneRoom, change: dict[str, datetime]) -> None:
    room.change(Guardianship, 1, **change)

    assert refusal_of(proposes, room) == "delegation:not_guardian"


@pytest.mark.parametrize("who", [OFFICE, MOTHER, None], ids=["who made the guardian", "guardian", "nobody"])
def test_whoever_had_a_hand_in_the_guardian_approves_nobody(room: OneRoom, who: int | None) -> None:
    proposes(room)

    assert refusal_of(approves, room, who=who) == "delegation:same_person"

    assert room.told()[-1] == "guardianship:refused delegation:same_person"
    assert record(room).person_id is None


def test_nobody_approves_themselves(room: OneRoom) -> None:
    proposes(room)

    assert refusal_of(approves, room, who=DIRECTOR, person_id=DIRECTOR) == "delegation:same_person"


@pytest.mark.parametrize("who", [DIRECTOR, MOTHER, None], ids=["who approved", "guardian", "nobody"])
def test_whoever_had_a_hand_in_the_delegate_verifies_nobody(room: OneRoom, who: int | None) -> None:
    proposes(room)
    approves(room)

    assert refusal_of(verifies, room, who=who) == "delegation:same_person"

    assert record(room).verified_until is None


def test_a_wrong_check_code_verifies_nobody_and_is_written_down(room: OneRoom) -> None:
    proposes(room)
    approves(room)

    with pytest.raises(Refused, match="guardianship:wrong_code"):
        verify_delegate(room.world, actor=by(OFFICE), reason=WHY, delegation_id=1, shown_code="ABCD-EFGH")

    assert room.told()[-1] == "guardianship:refused guardianship:wrong_code"
    assert record(room).verified_until is None


def test_who_is_not_approved_is_not_verified(room: OneRoom) -> None:
    proposes(room)

    assert refusal_of(verifies, room) == "delegation:not_approved"


def test_nobody_is_approved_twice_or_after_it_is_over(room: OneRoom) -> None:
    proposes(room)
    approves(room)
    assert refusal_of(approves, room) == "delegation:approved"

    _taken_back(room)

    assert refusal_of(approves, room) == "delegation:over"
    assert refusal_of(verifies, room) == "delegation:over"


def test_somebody_with_an_account_becomes_a_delegate_with_it(room: OneRoom) -> None:
    room.add(Person, id=9, key="g", name="Gran", sign_in_name="gran", created_by=DIRECTOR, recorded_at=BEFORE)
    proposes(room)

    assert approves(room, person_id=9) == 9
