"""What orders say of a delegate, and what the child's other guardians are told."""

from typing import Any

from access.acts_custody import ask_to_end_custody_rule, end_custody_rule
from access.database import reading
from access.enrolment import Guardianship
from access.notices import load_notices, put_away
from access.policy import Allowed, Denied
from tests.access.delegates.proposing import (
    FATHER,
    MOTHER,
    OFFICE,
    WHY,
    approves,
    by,
    decides,
    limits,
    proposes,
    refusal_of,
)
from tests.access.one_room import BEFORE, NOW, OneRoom


def test_a_parent_whom_an_order_keeps_away_is_no_delegate_of_the_other(room: OneRoom) -> None:
    limits(room, 2)
    proposes(room, "Father")

    assert refusal_of(approves, room, person_id=FATHER) == "delegation:own_child"
    room.change(Guardianship, 2, ended_at=NOW)
    assert refusal_of(approves, room, person_id=FATHER) == "delegation:own_child"


def test_a_delegate_on_the_staff_is_none_of_the_two_who_end_an_order(room: OneRoom, grandmother: int) -> None:
    limits(room, 2)
    ask: dict[str, Any] = {"reason": WHY, "custody_rule_id": 1}

    assert (
        refusal_of(ask_to_end_custody_rule, room.world, actor=by(grandmother), **ask) == "custody:same_person"
    )
    ask_to_end_custody_rule(room.world, actor=by(OFFICE), **ask)
    assert refusal_of(end_custody_rule, room.world, actor=by(grandmother), **ask) == "custody:same_person"


def test_an_order_upon_a_delegate_who_became_a_guardian_holds_in_both_ways(
    room: OneRoom, grandmother: int
) -> None:
    tie = {"school_id": 1, "starts_at": BEFORE, "recorded_at": BEFORE}
    room.add(Guardianship, id=9, **tie, key="u9", person_id=grandmother, child_id=1)
    room.agrees(9, grandmother)

    limits(room, 9)

    assert isinstance(decides(room), Denied)
    assert isinstance(decides(room, sign_in=1), Allowed)


def told(room: OneRoom, person: int) -> list[tuple[str, bool]]:
    """Return of which adults somebody is told, and whether they are delegates."""
    with reading(room.world.database) as connection:
        return [(one.who, one.delegate) for one in load_notices(connection, person, room.clock.now())]


def test_the_other_guardian_is_told_of_a_delegate_once_approved_and_until_read(room: OneRoom) -> None:
    proposes(room)
    assert told(room, FATHER) == [("Noor", False)]

    approves(room)

    assert told(room, FATHER) == [("Grandmother", True), ("Noor", False)]
    assert told(room, MOTHER) == [("Father", False)]
    with reading(room.world.database) as connection:
        key = load_notices(connection, FATHER, NOW)[0].key
    put_away(room.world, actor=by(FATHER), person_id=FATHER, key=key)
    assert told(room, FATHER) == [("Noor", False)]


def test_whom_an_order_keeps_away_is_not_told(room: OneRoom) -> None:
    limits(room, 2)
    proposes(room)
    approves(room)

    assert told(room, FATHER) == []


def test_a_delegate_is_told_of_nobody(room: OneRoom, grandmother: int) -> None:
    assert told(room, grandmother) == []
