"""Two who change the same thing: exactly one does, and what only takes away is never refused for it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import Any, TypeAlias

import pytest

from access import acts_places, acts_schools, acts_years
from access.acts_attendance import set_attendance
from access.acts_sign_in_name import change_sign_in_name
from access.attendance import OFF, OPTIONAL, REQUIRED
from access.calendar_writing import terms_of
from access.checked import find_one
from access.database import reading
from access.errors import Refused
from access.people import Person, School
from access.places import Room
from tests.access.writing_school import WHY, WritingSchool

SPRING = (date(2026, 3, 2), date(2026, 7, 10))
LONGER, SHORTER = date(2026, 7, 17), date(2026, 7, 3)
Act: TypeAlias = Callable[[WritingSchool, Any, Any], object]


def sets_mode(s: WritingSchool, mode: str, shown: str | None) -> None:
    set_attendance(s.world, actor=s.director, reason=WHY, school_id=s.id, mode=mode, shown=shown)


def sets_country(s: WritingSchool, country: str, shown: str | None) -> None:
    acts_schools.set_country(
        s.world, actor=s.director, reason=WHY, school_id=s.id, country=country or None, shown=shown
    )


def sets_term(s: WritingSchool, ends_on: date, shown: list[tuple[date, date]] | None) -> None:
    acts_years.set_term(
        s.world,
        actor=s.director,
        reason=WHY,
        school_id=s.id,
        starts_on=SPRING[0],
        ends_on=ends_on,
        shown=shown,
    )


def sets_name(s: WritingSchool, name: str, shown: str | None) -> None:
    change_sign_in_name(
        s.world, actor=s.office, reason=WHY, person_id=s.guardian, sign_in_name=name, shown=shown
    )


def sets_level(s: WritingSchool, level: str, shown: str | None) -> None:
    acts_places.set_level(s.world, actor=s.director, reason=WHY, room_id=s.room, level=level, shown=shown)


def mode(s: WritingSchool) -> Any:
    return _one(s, School, s.id).attendance


def country(s: WritingSchool) -> Any:
    return _one(s, School, s.id).country or ""


def terms(s: WritingSchool) -> Any:
    with reading(s.world.database) as connection:
        return terms_of(connection, s.id)


def name(s: WritingSchool) -> Any:
    return _one(s, Person, s.guardian).sign_in_name


def level(s: WritingSchool) -> Any:
    return _one(s, Room, s.room).level


def _one(s: WritingSchool, model: type, record_id: int) -> Any:
    with reading(s.world.database) as connection:
        return find_one(connection, model, record_id)


#: The act, what stands, what it is first set to, and two that would be put in its place.
CASES: dict[str, tuple[Act, Callable[[WritingSchool], Any], Any, tuple[Any, Any]]] = {
    "attendance": (sets_mode, mode, REQUIRED, (OPTIONAL, OFF)),
    "country": (sets_country, country, "GB", ("FR", "")),
    "term": (sets_term, terms, SPRING[1], (LONGER, date(2026, 7, 18))),
    "sign-in name": (sets_name, name, "noor-1", ("noor-2", "noor-3")),
}
EACH = pytest.mark.parametrize("case", CASES)


@EACH
def test_what_somebody_else_has_set_meanwhile_is_not_written_over(written: WritingSchool, case: str) -> None:
    act, stands, begin, (one, other) = CASES[case]
    act(written, begin, None)
    seen = stands(written)
    act(written, one, seen)
    after, entries = stands(written), len(written.entries())

    with pytest.raises(Refused, match="act:overtaken"):
        act(written, other, ["another"] if seen == after else seen)

    assert stands(written) == after
    assert len(written.entries()) == entries
    act(written, other, after)  # on purpose
    assert stands(written) != after


@EACH
def test_who_had_nothing_before_them_is_not_overtaken(written: WritingSchool, case: str) -> None:
    act, stands, begin, (one, other) = CASES[case]

    for value in (begin, one, other):
        before = stands(written)
        act(written, value, None)
        assert stands(written) != before or case == "attendance"


@EACH
def test_of_two_at_once_exactly_one_is_done(written: WritingSchool, case: str) -> None:
    act, stands, begin, two = CASES[case]
    act(written, begin, None)
    seen, ready = stands(written), Barrier(2)

    def tries(value: object) -> str:
        ready.wait()
        try:
            act(written, value, seen)
        except Refused as refusal:
            return refusal.reason
        return "done"

    with ThreadPoolExecutor(2) as hands:
        answers = list(hands.map(tries, two))

    assert sorted(answers) == ["act:overtaken", "done"]
    assert stands(written) != seen


def test_a_stricter_choice_about_attendance_is_made_whatever_stands(written: WritingSchool) -> None:
    sets_mode(written, OPTIONAL, OFF)

    sets_mode(written, REQUIRED, OFF)

    assert mode(written) == REQUIRED


def test_a_term_that_only_takes_days_away_is_set_whatever_stands(written: WritingSchool) -> None:
    sets_term(written, LONGER, None)
    seen = terms(written)
    sets_term(written, SPRING[1], None)

    sets_term(written, SHORTER, seen)

    assert terms(written) == [(SPRING[0], SHORTER)]


def test_the_first_term_only_takes_away_and_is_set_in_any_case(written: WritingSchool) -> None:
    sets_term(written, SHORTER, [SPRING])

    assert terms(written) == [(SPRING[0], SHORTER)]


def test_a_level_that_hides_is_set_whatever_stands_and_clear_only_upon_what_was_seen(
    written: WritingSchool,
) -> None:
    sets_level(written, "figures", "closed")

    with pytest.raises(Refused, match="act:overtaken"):
        sets_level(written, "clear", "closed")

    assert level(written) == "figures"
    sets_level(written, "clear", "figures")
    assert level(written) == "clear"
