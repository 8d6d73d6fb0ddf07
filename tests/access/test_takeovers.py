"""Ways into somebody else's account that are closed: each was open once, found by whoever tried."""

from datetime import timedelta
from typing import Any

import pytest

from access import acts_invitations, acts_people
from access.acts import Ending, end
from access.clock import FrozenClock
from access.errors import Refused
from access.factors_ended import reset_factors
from access.sign_ins import begin_sign_in, recognise
from tests.access.inviting import (
    accepts,
    appoints,
    colleague,
    hands_slip,
    invites,
    latest_tie,
    newcomer,
    papers,
    verifies,
)
from tests.access.letter_phone import Phone, signs_in, why_not
from tests.access.with_factors import gives_passkey, held, sign_in
from tests.access.writing_school import MACHINE, PASSPHRASE, WHY, WritingSchool
from tests.authenticator import Authenticator


@pytest.fixture
def teacher(written: WritingSchool) -> int:
    """A teacher whom the office made."""
    person = written.person("teacher", by=written.office)
    appoints(written, person, "teacher")
    return person


def test_a_passphrase_of_somebody_else_leaves_a_family_no_planted_passkey(written: WritingSchool) -> None:
    gives_passkey(written.world, sign_in(written.world, written.guardian))

    acts_people.set_passphrase(
        written.world, actor=written.office, reason=WHY, person_id=written.guardian, passphrase=PASSPHRASE
    )

    assert held(written.world, written.guardian).count == 0


def test_who_printed_the_slip_cannot_take_the_factors_away(written: WritingSchool, teacher: int) -> None:
    slip_by = colleague(written)
    made = papers(written, teacher, by=written.director, slip_by=slip_by)
    acts_invitations.release(
        written.world, actor=colleague(written, name="third"), reason=WHY, invitation_id=made.letter.id
    )
    accepts(written, made)

    with pytest.raises(Refused, match="factor:same_person"):
        reset_factors(written.world, actor=slip_by, reason="lost the phone", person_id=teacher)


def test_a_slip_printed_after_the_release_takes_it_back(written: WritingSchool, teacher: int) -> None:
    second = colleague(written)
    made = papers(written, teacher, by=written.director)
    acts_invitations.release(written.world, actor=second, reason=WHY, invitation_id=made.letter.id)

    again = hands_slip(written, made.letter, by=second)

    with pytest.raises(Refused, match="invitation:not_released"):
        accepts(written, made, secret=again)


def test_a_slip_that_nobody_named_printed_is_never_released(written: WritingSchool, teacher: int) -> None:
    letter = invites(written, teacher, by=written.director)
    hands_slip(written, letter, by=MACHINE)

    with pytest.raises(Refused, match="invitation:same_person"):
        acts_invitations.release(written.world, actor=colleague(written), reason=WHY, invitation_id=letter.id)


@pytest.mark.parametrize("kind", ["sign_in:every_ended", "factor:reset"])
def test_a_sign_in_that_began_while_the_others_were_looked_up_ends_too(
    written: WritingSchool, teacher: int, kind: str
) -> None:
    token = begin_sign_in(written.world, teacher, "Chrome", second="passkey")
    target = {"person": teacher, "sign_ins": [], "by": written.director.person_id}

    end(written.world, Ending.now(written.world, kind, actor=written.director, reason=WHY, target=target))

    assert recognise(written.world, token) is None


def test_a_first_letter_leaves_a_family_no_planted_passkey(written: WritingSchool) -> None:
    """The office gives the passphrase, adds a passkey with it, and the mother comes with her letter."""
    person = newcomer(written)
    made = papers(written, person, by=written.director)
    acts_people.set_passphrase(
        written.world, actor=written.office, reason=WHY, person_id=person, passphrase=PASSPHRASE
    )
    gives_passkey(written.world, sign_in(written.world, person))

    accepts(written, made)

    assert made.letter.kind == "first"
    assert held(written.world, person).count == 0


def test_a_letter_to_staff_leaves_no_passkey_from_before_they_were(
    written: WritingSchool, clock: FrozenClock
) -> None:
    boss = colleague(written, "director", "boss")
    insider, third = colleague(written, "office", "mallory"), colleague(written, "office", "third")
    parent = newcomer(written, by=written.director)
    planted = Phone(written, Authenticator())
    planted.accepts(papers(written, parent, by=insider), name="parent")
    clock.advance(timedelta(seconds=1))
    appoints(written, parent, "teacher")
    letter = papers(written, parent, by=boss)
    acts_invitations.release(written.world, actor=third, reason=WHY, invitation_id=letter.letter.id)

    accepts(written, letter, name="parent")

    assert signs_in(written, planted.device) is None


def test_whoever_printed_a_letter_of_which_a_passkey_stands_verifies_nobody(written: WritingSchool) -> None:
    boss = colleague(written, "director", "boss")
    insider, third = colleague(written, "office", "mallory"), colleague(written, "office", "third")
    released: dict[str, Any] = {"actor": third, "reason": WHY}
    parent = newcomer(written, by=written.director)
    appoints(written, parent, "teacher")
    letter = papers(written, parent, by=insider)
    acts_invitations.release(written.world, **released, invitation_id=letter.letter.id)
    Phone(written, Authenticator()).accepts(letter, name="parent")

    later = papers(written, parent, by=boss)
    acts_invitations.release(written.world, **released, invitation_id=later.letter.id)
    accepts(written, later, name="parent")

    assert why_not(lambda: verifies(written, latest_tie(written), insider)) == "guardianship:same_person"
