"""A child's guardians hear of every other adult, from when the tie is made."""

from datetime import timedelta

import pytest

from access import acts_people
from access.acts import Actor
from access.clock import FrozenClock
from access.database import reading
from access.errors import Refused
from access.notices import AdultNotice, load_notices, put_away
from tests.access.inviting import joins, latest_tie, newcomer, ties, verifies
from tests.access.writing_school import WHY, WritingSchool


def told(written: WritingSchool, person: int | None = None) -> list[AdultNotice]:
    with reading(written.world.database) as connection:
        return load_notices(connection, person or written.guardian, written.world.clock.now())


def puts_away(written: WritingSchool, key: str, person: int | None = None) -> None:
    reader = person or written.guardian
    put_away(written.world, actor=Actor(reader, "web"), person_id=reader, key=key)


def test_they_are_told_before_anybody_verifies(written: WritingSchool, clock: FrozenClock) -> None:
    assert told(written) == []
    clock.advance(timedelta(hours=1))

    newcomer(written)

    (notice,) = told(written)
    assert (notice.who, notice.child, notice.added_at) == ("Noor Haddad", "小豆", clock.now())


def test_it_stays_until_it_is_read_and_only_its_reader_puts_it_away(written: WritingSchool) -> None:
    newcomer(written)
    third = joins(written)
    verifies(written, latest_tie(written), written.director)
    (second_of_two, first_of_two) = told(written)

    puts_away(written, first_of_two.key)

    assert told(written) == [second_of_two]
    assert first_of_two in told(written, third)
    assert written.entries()[0].kind == "notice:seen"
    with pytest.raises(Refused, match="notice:unknown"):
        puts_away(written, first_of_two.key)


def test_who_is_not_verified_learns_nobodys_name(written: WritingSchool) -> None:
    invented = newcomer(written)

    assert told(written, invented) == []
    with pytest.raises(Refused, match="notice:unknown"):
        puts_away(written, told(written)[0].key, invented)


def test_somebody_tied_before_them_is_told_of_too(written: WritingSchool) -> None:
    second = joins(written)
    verifies(written, latest_tie(written), written.director)

    assert [notice.who for notice in told(written, second)] == ["Guardian"]


def test_one_that_has_ended_since_is_told_of_all_the_same(written: WritingSchool, clock: FrozenClock) -> None:
    newcomer(written)
    clock.advance(timedelta(minutes=1))
    acts_people.end_guardianship(
        written.world, actor=written.office, reason=WHY, guardianship_id=latest_tie(written)
    )

    assert len(told(written)) == 1


def test_one_that_was_over_before_their_own_is_nobodys_news(
    written: WritingSchool, clock: FrozenClock
) -> None:
    acts_people.end_guardianship(
        written.world, actor=written.office, reason=WHY, guardianship_id=written.guardianship
    )
    clock.advance(timedelta(minutes=1))
    second = joins(written)
    verifies(written, latest_tie(written), written.director)

    assert told(written, second) == []


def test_guardians_of_other_children_are_not_told(written: WritingSchool) -> None:
    other = acts_people.add_child(
        written.world, actor=written.office, reason=WHY, school_id=written.id, name="阿月"
    )
    person = written.person("moon", by=written.office)
    acts_people.add_guardianship(
        written.world,
        actor=written.office,
        reason=WHY,
        person_id=person,
        child_id=other,
        starts_at=written.world.clock.now(),
    )

    assert told(written) == []


def test_a_teacher_who_is_tied_is_told_of_like_anybody(written: WritingSchool) -> None:
    teacher = written.person("teacher")
    ties(written, teacher, written.office)

    assert [notice.who for notice in told(written)] == ["Teacher"]
