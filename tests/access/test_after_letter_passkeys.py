"""What hangs on a passkey that was chosen with a letter: recovery, check code, a later passphrase, staff."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select, update

from access import acts_invitations, acts_people
from access.acts import Actor
from access.acts_accepting import sign_in_accepted
from access.clock import FrozenClock
from access.database import reading, writing
from access.errors import LogUnavailable, Refused
from access.factor_records import Passkey
from access.factors_ended import remove_factor
from access.front_desk import without_letter
from access.passphrases import check_passphrase
from access.people import Person, SignIn
from access.sign_ins import begin_sign_in, recognise
from tests.access.in_between import just_before
from tests.access.inviting import (
    CHOSEN,
    NAME,
    Papers,
    accepts,
    appoints,
    colleague,
    guardian_with_phone,
    invites,
    is_verified,
    kept,
    latest_tie,
    newcomer,
    papers,
    person_row,
    verifies,
)
from tests.access.letter_phone import Phone, ceremonies, signs_in, still_holds, why_not
from tests.access.trouble import log_refusing
from tests.access.with_factors import gives_app, gives_passkey, held, sign_in
from tests.access.writing_school import WHY, WritingSchool
from tests.authenticator import Authenticator


@pytest.fixture
def phone(written: WritingSchool) -> Phone:
    return Phone(written, Authenticator())


def test_a_recovery_forgets_every_earlier_factor_and_keeps_the_new_passkey(
    written: WritingSchool, phone: Phone, clock: FrozenClock
) -> None:
    before = guardian_with_phone(written)
    lost = gives_passkey(written.world, sign_in(written.world, written.guardian))
    clock.advance(timedelta(hours=1))

    phone.accepts(papers(written, written.guardian), name="guardian")

    assert recognise(written.world, before) is None
    assert signs_in(written, lost) is None
    assert signs_in(written, phone.device)
    assert held(written.world, written.guardian).count == 1
    assert not is_verified(written, written.guardianship)


def test_the_check_code_is_another_with_each_choice(written: WritingSchool, phone: Phone) -> None:
    person = newcomer(written)
    tie = latest_tie(written)
    made = papers(written, person)
    with pytest.raises(Refused, match="guardianship:no_account"):
        verifies(written, tie, written.director)
    phone.accepts(made)

    verifies(written, tie, written.director)

    assert is_verified(written, tie)
    Phone(written, Authenticator()).accepts(papers(written, person))
    assert not is_verified(written, tie)
    verifies(written, tie, written.director)


def test_a_later_letter_to_them_is_a_recovery(written: WritingSchool, phone: Phone) -> None:
    person = newcomer(written)
    phone.accepts(papers(written, person))

    assert invites(written, person).kind == "recovery"
    with reading(written.world.database) as connection:
        waiting = without_letter(connection, written.id, written.world.clock.now())
    assert person not in [somebody.id for somebody in waiting]


def test_a_passphrase_chosen_later_counts_beside_the_passkey(written: WritingSchool, phone: Phone) -> None:
    person = newcomer(written)
    phone.accepts(papers(written, person))
    found = recognise(written.world, signs_in(written, phone.device) or "")
    assert found

    acts_people.set_passphrase(
        written.world,
        actor=Actor(person, "web", found.sign_in_id),
        reason=WHY,
        person_id=person,
        passphrase=CHOSEN,
    )

    assert not person_row(written, person).passkey_only
    assert check_passphrase(written.world, NAME, CHOSEN)
    assert signs_in(written, phone.device)


def test_the_only_way_in_is_not_taken_away_by_a_slip(written: WritingSchool, phone: Phone) -> None:
    person = newcomer(written)
    phone.accepts(papers(written, person))
    here = sign_in(written.world, person)
    gives_app(written.world, here)
    first = held(written.world, person).passkeys[0].id

    assert why_not(lambda: remove_factor(written.world, here, passkey_id=first)) == "passkey:only_way"

    gives_passkey(written.world, here)
    remove_factor(written.world, here, passkey_id=None)
    remove_factor(written.world, here, passkey_id=first)
    assert held(written.world, person).count == 1


def test_with_a_log_that_refuses_nothing_happens(written: WritingSchool, phone: Phone, database: str) -> None:
    person = newcomer(written)
    made = papers(written, person)
    phone.makes(made)

    with log_refusing(database), pytest.raises(LogUnavailable):
        phone.sends(made)

    still_holds(written, made, person)


def test_a_refused_answer_signs_nobody_out(written: WritingSchool, phone: Phone) -> None:
    before = guardian_with_phone(written)
    made = papers(written, written.guardian)
    gives_passkey(written.world, sign_in(written.world, colleague(written).person_id or 0), phone.device)
    phone.said = phone.device.makes(phone.asks(made, name="guardian"))
    marks = written.world.stops.count()

    assert why_not(lambda: phone.sends(made, name="guardian")) == "passkey:known"

    assert written.world.stops.count() == marks
    assert recognise(written.world, before)


def test_a_factor_that_is_taken_away_meanwhile_signs_nobody_in(
    written: WritingSchool, phone: Phone, database: str
) -> None:
    accepted = phone.accepts(papers(written, newcomer(written)))

    with just_before(1, written.world.database, database, delete(Passkey)):
        assert why_not(lambda: sign_in_accepted(written.world, accepted, "Safari")) == "passkey:wrong"


# -- staff -----------------------------------------------------------------------------


@pytest.fixture
def teacher(written: WritingSchool) -> int:
    """A teacher whom the office made and who has chosen nothing yet."""
    person = acts_people.add_person(
        written.world, actor=written.office, reason=WHY, name="Chen Mei", school_id=written.id
    )
    appoints(written, person, "teacher")
    return person


def releases(written: WritingSchool, made: Papers) -> None:
    acts_invitations.release(
        written.world, actor=colleague(written), reason=WHY, invitation_id=made.letter.id
    )


def test_of_staff_it_is_both_factors_once_a_second_person_released_the_letter(
    written: WritingSchool, phone: Phone, teacher: int
) -> None:
    made = papers(written, teacher, by=written.director)
    assert why_not(lambda: phone.asks(made)) == "invitation:not_released"
    assert why_not(lambda: phone.sends(made)) == "invitation:not_released"
    assert ceremonies(written) == 0
    releases(written, made)

    token = sign_in_accepted(written.world, phone.accepts(made), "Safari, iPhone")

    found = recognise(written.world, token)
    assert found
    assert (set(found.roles), found.second_waits) == ({"teacher"}, False)


def test_a_letter_brings_staff_no_further_factor(written: WritingSchool, phone: Phone, teacher: int) -> None:
    other = gives_passkey(written.world, sign_in(written.world, teacher))
    made = papers(written, teacher, by=written.director)
    releases(written, made)

    assert why_not(lambda: phone.asks(made)) == "factor:held"

    assert ceremonies(written) == 0
    accepts(written, made)
    assert held(written.world, teacher).count == 1
    assert signs_in(written, other)


def test_nor_where_they_got_one_while_the_device_was_asked(
    written: WritingSchool, phone: Phone, teacher: int
) -> None:
    made = papers(written, teacher, by=written.director)
    releases(written, made)
    phone.makes(made)
    gives_passkey(written.world, sign_in(written.world, teacher))

    assert why_not(lambda: phone.sends(made)) == "factor:held"
    assert kept(written, made.letter).accepted_at is None


def test_who_took_the_factors_away_brings_no_passkey_in_with_a_letter(
    written: WritingSchool, phone: Phone
) -> None:
    """Who took them away cannot be who printed the letter, whatever is chosen with it."""
    theirs = papers(written, written.guardian, by=written.director)
    with writing(written.world.database) as connection:
        connection.execute(
            update(Person)
            .where(Person.id == written.guardian)
            .values(factors_reset_by=written.director.person_id)
        )
    assert why_not(lambda: phone.asks(theirs, name="guardian")) == "passphrase:same_person"

    phone.accepts(papers(written, written.guardian, by=written.office), name="guardian")

    assert person_row(written, written.guardian).factors_reset_by is None


def test_an_earlier_sign_in_by_nobody_is_never_made(written: WritingSchool, phone: Phone) -> None:
    """Asking signs nobody in, and out neither."""
    before = begin_sign_in(written.world, written.guardian, "Chrome")
    phone.asks(papers(written, written.guardian), name="guardian")

    assert recognise(written.world, before)
    with reading(written.world.database) as connection:
        assert connection.execute(select(func.count()).select_from(SignIn)).scalar_one() == 1
