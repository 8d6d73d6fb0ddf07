"""What is no rule is refused, and it takes two to end one."""

from datetime import date, timedelta

import pytest

from access.acts_custody import ask_to_end_custody_rule, end_custody_rule
from access.errors import Refused
from access.policy import Allowed, Denied
from access.reasons import Reason
from tests.access.custody.limiting import DIRECTOR, MOTHER, OFFICE, WEEK, WHY, by, limits
from tests.access.one_room import NOW, OneRoom


@pytest.mark.parametrize(
    ("kind", "weekdays", "reason"),
    [
        pytest.param("sometimes", (), "custody:kind", id="a kind that is none"),
        pytest.param("weekdays", (), "custody:weekdays", id="no weekday"),
        pytest.param("weekdays", tuple(range(7)), "custody:weekdays", id="every weekday"),
        pytest.param("weekdays", (7,), "custody:weekdays", id="an eighth weekday"),
        pytest.param("odd_weeks", (1,), "custody:weekdays", id="weekdays of something else"),
    ],
)
def test_what_is_no_rule_is_refused_and_stops_nobody(
    room: OneRoom, kind: str, weekdays: tuple[int, ...], reason: str
) -> None:
    with pytest.raises(Refused) as refusal:
        limits(room, kind, weekdays=weekdays)

    assert refusal.value.reason == reason
    assert isinstance(room.decides(), Allowed)


def test_a_rule_has_one_end(room: OneRoom) -> None:
    with pytest.raises(Refused) as refusal:
        limits(room, ends_at=NOW + WEEK, court_on=date(2026, 4, 1))

    assert refusal.value.reason == "custody:two_ends"


def test_a_rule_upon_nobody_is_refused_and_leaves_no_mark(room: OneRoom) -> None:
    with pytest.raises(Refused) as refusal:
        limits(room, guardianship=99)

    assert refusal.value.reason == "guardianship:unknown"
    assert room.world.stops.in_force() == frozenset()


def asks_for_the_end(room: OneRoom, person: int | None, rule: int = 1) -> None:
    """Ask for the end of a rule."""
    ask_to_end_custody_rule(room.world, actor=by(person), reason=WHY, custody_rule_id=rule)


def confirms_the_end(room: OneRoom, person: int | None, rule: int = 1) -> None:
    """Confirm that a rule ends."""
    end_custody_rule(room.world, actor=by(person), reason=WHY, custody_rule_id=rule)


def test_it_takes_two_to_end_a_rule(room: OneRoom) -> None:
    limits(room, "no_contact")

    asks_for_the_end(room, OFFICE)
    assert room.decides() == Denied(Reason.CUSTODY)
    room.clock.advance(timedelta(minutes=3))
    confirms_the_end(room, DIRECTOR)

    decision = room.decides()
    assert isinstance(decision, Allowed)
    assert decision.since == NOW + timedelta(minutes=3)  # what was filmed before is not his to see
    assert room.told()[-2:] == [f"custody:end_asked {WHY}", f"custody:ended {WHY}"]


@pytest.mark.parametrize("who", [OFFICE, MOTHER, 1, None], ids=["who asked", "mother", "father", "nobody"])
def test_the_second_is_neither_the_first_nor_an_adult_of_the_child(room: OneRoom, who: int | None) -> None:
    limits(room, "no_contact")
    asks_for_the_end(room, OFFICE)

    with pytest.raises(Refused) as refusal:
        confirms_the_end(room, who)

    assert refusal.value.reason == "custody:same_person"
    assert room.told()[-1] == "guardianship:refused custody:same_person"
    assert room.decides() == Denied(Reason.CUSTODY)


@pytest.mark.parametrize("who", [MOTHER, 1, None], ids=["mother", "father", "nobody"])
def test_nor_is_the_first(room: OneRoom, who: int | None) -> None:
    limits(room, "no_contact")

    with pytest.raises(Refused) as refusal:
        asks_for_the_end(room, who)

    assert refusal.value.reason == "custody:same_person"


def test_nobody_ends_what_nobody_asked_to_end_or_what_is_over(room: OneRoom) -> None:
    limits(room, "no_contact")

    with pytest.raises(Refused, match="not_asked"):
        confirms_the_end(room, DIRECTOR)
    asks_for_the_end(room, OFFICE)
    confirms_the_end(room, DIRECTOR)
    for act in (asks_for_the_end, confirms_the_end):
        with pytest.raises(Refused, match="over"):
            act(room, OFFICE)
