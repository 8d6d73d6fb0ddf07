"""Who may verify a guardian whose letter is accepted: nobody who had letter or slip in hand."""

import pytest

from access import acts_people
from access.acts import Actor
from access.errors import Refused
from access.sign_ins import recognise
from tests.access.inviting import (
    accepts,
    colleague,
    guardian_with_phone,
    is_over,
    is_verified,
    latest_tie,
    newcomer,
    papers,
    ties,
    verifies,
)
from tests.access.writing_school import PASSPHRASE, WHY, WritingSchool


@pytest.mark.parametrize("hand", ["issues the letter", "prints the slip"])
def test_who_printed_letter_or_slip_cannot_mark_the_identity(written: WritingSchool, hand: str) -> None:
    person = newcomer(written)
    printer = colleague(written)
    by = {"by": printer} if hand == "issues the letter" else {"slip_by": printer}
    tie = latest_tie(written)
    made = papers(written, person, **{"slip_by": written.office, **by})

    for moment in ("while it waits", "once it is accepted"):
        with pytest.raises(Refused, match="guardianship:same_person"):
            verifies(written, tie, printer)
        if moment == "while it waits":
            accepts(written, made)

    assert not is_verified(written, tie)
    verifies(written, tie, written.director)
    assert is_verified(written, tie)


def test_a_first_letter_asks_for_the_document_again_whoever_saw_it(written: WritingSchool) -> None:
    """The passphrase came from the office, the document was seen, and only then is the letter accepted."""
    person = newcomer(written)
    tie = latest_tie(written)
    made = papers(written, person)
    acts_people.set_passphrase(
        written.world, actor=written.office, reason=WHY, person_id=person, passphrase=PASSPHRASE
    )
    verifies(written, tie, written.director)
    assert made.letter.kind == "first"
    assert is_verified(written, tie)

    accepts(written, made)

    assert not is_verified(written, tie)
    assert written.entries()[0].body["subject"]["guardianships"] == [tie]


def test_nobody_is_verified_before_their_letter_is_accepted(written: WritingSchool) -> None:
    person = newcomer(written)
    tie = latest_tie(written)
    made = papers(written, person)
    entries = len(written.entries())

    with pytest.raises(Refused, match="guardianship:no_account"):
        verifies(written, tie, written.director)

    assert len(written.entries()) == entries
    accepts(written, made)
    assert not is_verified(written, tie)
    verifies(written, tie, written.director)
    assert is_verified(written, tie)


def test_a_letter_that_nobody_named_printed_leaves_nobody_to_verify(written: WritingSchool) -> None:
    person = newcomer(written)
    tie = latest_tie(written)
    accepts(written, papers(written, person, slip_by=Actor(None, "cli:test")))

    with pytest.raises(Refused, match="guardianship:same_person"):
        verifies(written, tie, written.director)


def test_a_newer_letter_makes_who_printed_the_older_free_again(written: WritingSchool) -> None:
    person = newcomer(written)
    tie = latest_tie(written)
    accepts(written, papers(written, person, written.director))
    accepts(written, papers(written, person, written.office))

    verifies(written, tie, written.director)

    assert is_verified(written, tie)


def test_an_account_closed_meanwhile_accepts_nothing(written: WritingSchool) -> None:
    person = newcomer(written)
    made = papers(written, person)
    acts_people.close_person(written.world, actor=written.office, reason=WHY, person_id=person)

    assert is_over(written, made)


def test_a_second_tie_of_the_same_guardian_is_not_verified_by_a_letter(written: WritingSchool) -> None:
    phone = guardian_with_phone(written)
    second = ties(written, written.guardian, written.office)
    accepts(written, papers(written, written.guardian), name="guardian")

    assert recognise(written.world, phone) is None
    assert not is_verified(written, second)
