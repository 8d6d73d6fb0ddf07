"""What the office sees: who waits for a letter, which letters wait, whose identity is to be checked."""

from datetime import timedelta

from access import acts_people
from access.clock import FrozenClock
from access.database import reading
from access.front_desk import (
    find_child,
    find_letter,
    find_somebody,
    find_unchecked,
    letters_waiting,
    somebody_named,
    unchecked,
    without_letter,
)
from tests.access.inviting import (
    accepts,
    colleague,
    hands_slip,
    invites,
    latest_tie,
    newcomer,
    papers,
    verifies,
)
from tests.access.writing_school import MACHINE, WHY, WritingSchool


def waiting_names(written: WritingSchool) -> list[str]:
    with reading(written.world.database) as connection:
        return [one.name for one in without_letter(connection, written.id, written.world.clock.now())]


def test_whoever_has_chosen_nothing_waits_for_a_letter(written: WritingSchool) -> None:
    colleague(written)
    person = newcomer(written)
    assert waiting_names(written) == ["Colleague", "Director", "Noor Haddad", "Office"]

    made = papers(written, person)
    assert waiting_names(written) == ["Colleague", "Director", "Office"]
    accepts(written, made)

    assert waiting_names(written) == ["Colleague", "Director", "Office"]


def test_a_waiting_letter_says_who_knows_what_of_it(written: WritingSchool, clock: FrozenClock) -> None:
    letter = invites(written, newcomer(written))
    second = colleague(written)
    with reading(written.world.database) as connection:
        (before,) = letters_waiting(connection, written.id, clock.now())
    hands_slip(written, letter, second)

    with reading(written.world.database) as connection:
        (after,) = letters_waiting(connection, written.id, clock.now())
        assert find_letter(connection, after.key, [written.id], clock.now()) == after
        assert find_letter(connection, after.key, [written.id + 1], clock.now()) is None
        assert letters_waiting(connection, written.id, clock.now() + timedelta(days=14)) == []
    assert (before.issued_by, before.handed_by, before.handed_at) == ("Office", None, None)
    assert (after.handed_by, after.kind, after.waits_for_release) == ("Colleague", "first", False)


def test_a_letter_to_the_staff_waits_for_its_release(written: WritingSchool, clock: FrozenClock) -> None:
    person = colleague(written).person_id
    assert person is not None
    invites(written, person)

    with reading(written.world.database) as connection:
        (letter,) = letters_waiting(connection, written.id, clock.now())
    assert letter.waits_for_release


def test_people_are_found_by_part_of_their_name_and_within_their_school(
    written: WritingSchool, clock: FrozenClock
) -> None:
    newcomer(written)
    other = acts_people.add_school(
        written.world, actor=MACHINE, reason=WHY, name="Other", zone="UTC", language="en"
    )
    with reading(written.world.database) as connection:
        (found,) = somebody_named(connection, written.id, "haddad", clock.now())
        assert (found.children, found.chosen, found.on_staff) == ("小豆", False, False)
        assert find_somebody(connection, found.key, [written.id], clock.now()) == found
        assert find_somebody(connection, found.key, [other], clock.now()) is None
        assert somebody_named(connection, other, "haddad", clock.now()) == []
        assert somebody_named(connection, written.id, "%", clock.now()) == []


def test_a_check_that_is_missing_or_runs_out_waits(written: WritingSchool, clock: FrozenClock) -> None:
    person = newcomer(written)
    with reading(written.world.database) as connection:
        (missing,) = unchecked(connection, written.id, clock.now())
        assert (missing.id, missing.guardian, missing.verified_until) == (
            latest_tie(written),
            "Noor Haddad",
            None,
        )
        assert not missing.chosen
        assert find_unchecked(connection, missing.key, [written.id]) == missing
        assert find_unchecked(connection, missing.key, [written.id + 1]) is None

    accepts(written, papers(written, person))
    with reading(written.world.database) as connection:
        (accepted,) = unchecked(connection, written.id, clock.now())
        assert accepted.chosen
    verifies(written, latest_tie(written), written.director)

    with reading(written.world.database) as connection:
        assert unchecked(connection, written.id, clock.now()) == []
        soon = clock.now() + timedelta(days=77)
        assert len(unchecked(connection, written.id, soon)) == 2
        assert find_child(connection, "nothing", [written.id]) is None
