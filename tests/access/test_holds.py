"""What is held for a case is not erased, whoever decided what before."""

from datetime import timedelta
from typing import Any

import pytest

from access import acts_retention as acts
from access import erasing_due
from access.database import reading
from access.erasing_due import Erasing
from access.errors import Refused
from access.holds import load_holds
from tests.access.retaining import YEARS, decides, erases, gone, refused_views
from tests.access.writing_school import WHY, WritingSchool
from tests.conftest import MORNING


@pytest.mark.parametrize("about", ["person_id", "room_id", "span", "another span"])
def test_what_is_held_is_not_erased_until_two_end_it(kept: WritingSchool, about: str) -> None:
    at = MORNING - YEARS
    old = refused_views(kept, 2, at)
    decides(kept)
    act: dict[str, Any] = {"reason": WHY, "school_id": kept.id}
    cases: dict[str, dict[str, Any]] = {
        "person_id": {"person_id": kept.guardian},
        "room_id": {"room_id": kept.room},
        "span": {"since": at, "until": at + timedelta(seconds=1)},
        "another span": {"since": at + timedelta(seconds=1)},
    }
    what = cases[about]
    hold = acts.place_hold(kept.world, actor=kept.office, **act, **what)
    erases(kept)
    assert gone(kept) == (old if about == "another span" else [])

    assert not acts.end_hold(kept.world, actor=kept.office, hold_id=hold, **act)
    with pytest.raises(Refused, match="retention:same_person"):
        acts.end_hold(kept.world, actor=kept.office, hold_id=hold, **act)
    erases(kept)
    assert gone(kept) == (old if about == "another span" else [])

    assert acts.end_hold(kept.world, actor=kept.director, hold_id=hold, **act)
    erases(kept)
    assert gone(kept) == old


def test_a_hold_on_a_child_holds_what_names_its_ties_only(kept: WritingSchool) -> None:
    hold: dict[str, Any] = {"reason": WHY, "school_id": kept.id, "child_id": kept.child}
    acts.place_hold(kept.world, actor=kept.director, **hold)
    with reading(kept.world.database) as connection:
        (held,) = load_holds(connection, kept.id)
    for subject, is_held in (
        ({"child": kept.child}, True),
        ({"guardianship": kept.guardianship}, True),
        ({"guardianships": [kept.guardianship]}, True),
        ({"child": kept.child + 1, "guardianship": kept.guardianship + 1}, False),
    ):
        assert held.holds(MORNING, {"subject": subject}) == is_held


def test_a_hold_on_a_room_holds_what_names_it_as_the_other_of_two(kept: WritingSchool) -> None:
    hold: dict[str, Any] = {"reason": WHY, "school_id": kept.id, "room_id": kept.room}
    acts.place_hold(kept.world, actor=kept.director, **hold)
    with reading(kept.world.database) as connection:
        (held,) = load_holds(connection, kept.id)

    assert held.holds(MORNING, {"subject": {"room": kept.room + 1, "other_room": kept.room}})
    assert not held.holds(MORNING, {"subject": {"room": kept.room + 1, "other_room": kept.room + 2}})


def test_a_hold_placed_while_it_is_erased_holds_the_rest(
    kept: WritingSchool, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = refused_views(kept, 4, MORNING - YEARS)
    decides(kept)
    monkeypatch.setattr("access.erasing_due.AT_ONCE", 2)
    run = Erasing(kept.world)
    monkeypatch.setattr("access.erasing_due.AT_A_TURN", 1)
    assert run.turn() == 2

    acts.place_hold(kept.world, actor=kept.office, reason=WHY, school_id=kept.id, person_id=kept.guardian)
    while run.turn():
        pass

    assert gone(kept) == old[:2]


def test_a_hold_placed_between_looking_and_erasing_holds(
    kept: WritingSchool, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused_views(kept, 2, MORNING - YEARS)
    decides(kept)
    looks = erasing_due._found

    def looks_and_is_overtaken(*given: Any) -> Any:
        found = looks(*given)
        hold: dict[str, Any] = {"reason": WHY, "school_id": kept.id, "person_id": kept.guardian}
        acts.place_hold(kept.world, actor=kept.office, **hold)
        return found

    monkeypatch.setattr(erasing_due, "_found", looks_and_is_overtaken)
    Erasing(kept.world).turn()

    assert gone(kept) == []
