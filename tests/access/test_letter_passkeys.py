"""A passkey chosen with a letter: by who holds both papers, in one browser, once; else nothing is used up."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest

from access import acts_invitations
from access.acts_accepting import sign_in_accepted
from access.ceremonies import LASTS
from access.clock import FrozenClock
from access.codes import new_secret, new_token
from access.devices import passphrase_is
from access.invitations import MOST_WRONG
from access.passkeys import ask_to_add, ask_to_sign_in, sign_in_with_passkey
from access.passphrases import check_passphrase
from access.sign_ins import recognise
from tests.access.inviting import (
    CHOSEN,
    NAME,
    Papers,
    accepts,
    hands_slip,
    kept,
    newcomer,
    papers,
    person_row,
)
from tests.access.letter_phone import Phone, ceremonies, signs_in, still_holds, why_not
from tests.access.with_factors import SITE, gives_passkey, held, sign_in
from tests.access.writing_school import WHY, WritingSchool
from tests.authenticator import Authenticator


@pytest.fixture
def phone(written: WritingSchool) -> Phone:
    return Phone(written, Authenticator())


def test_the_passkey_is_theirs_from_then_on_and_no_passphrase_is(
    written: WritingSchool, phone: Phone
) -> None:
    person = newcomer(written)

    accepted = phone.accepts(papers(written, person), name=" Noor@Home ")

    assert (accepted.person_id, accepted.second) == (person, "passkey")
    row = person_row(written, person)
    assert (row.sign_in_name, row.passkey_only) == ("noor@home", True)
    assert accepted.passphrase_hash == row.passphrase_hash
    assert not passphrase_is(written.world, person, "")
    assert check_passphrase(written.world, "noor@home", "") is None
    token = signs_in(written, phone.device)
    assert token
    found = recognise(written.world, token)
    assert found
    assert (found.person_id, found.passkey_only) == (person, True)


def test_whoever_accepts_is_signed_in_by_both_factors(written: WritingSchool, phone: Phone) -> None:
    person = newcomer(written)

    token = sign_in_accepted(written.world, phone.accepts(papers(written, person)), "Safari, iPhone")

    found = recognise(written.world, token)
    assert found
    assert found.person_id == person
    (began,) = [entry for entry in written.entries(0) if entry.kind == "sign_in:began"]
    assert began.body["subject"]["second"] == "passkey"


def test_the_log_says_that_it_was_a_passkey_and_nothing_of_it(written: WritingSchool, phone: Phone) -> None:
    phone.accepts(papers(written, newcomer(written)), name="canary-name")

    (entry,) = [entry for entry in written.entries() if entry.kind == "invitation:accepted"]
    (passkey,) = held(written.world, entry.body["subject"]["person"]).passkeys
    assert entry.body["subject"]["passkey"] == passkey.id
    assert passkey.name == "Safari, iPhone"
    assert "canary" not in repr(entry.body)


# -- what is refused, and uses nothing up ------------------------------------------------


def of_another_letter(written: WritingSchool, phone: Phone, made: Papers) -> Callable[[], object]:
    phone.makes(papers(written, newcomer(written)))
    return lambda: phone.sends(made)


def after_five_minutes(written: WritingSchool, phone: Phone, made: Papers) -> Callable[[], object]:
    phone.makes(made)
    assert isinstance(written.world.clock, FrozenClock)
    written.world.clock.advance(LASTS)
    return lambda: phone.sends(made)


def asked_anew(written: WritingSchool, phone: Phone, made: Papers) -> Callable[[], object]:
    phone.makes(made)
    Phone(written, Authenticator()).asks(made)
    return lambda: phone.sends(made)


def in_another_browser(_: WritingSchool, phone: Phone, made: Papers) -> Callable[[], object]:
    phone.makes(made)
    phone.token = new_token()
    return lambda: phone.sends(made)


def of_a_sign_in(written: WritingSchool, phone: Phone, made: Papers) -> Callable[[], object]:
    options = phone.asks(made)
    asked, other = ask_to_sign_in(written.world, SITE)
    phone.token, phone.said = asked.token, phone.device.makes({**options, "challenge": other["challenge"]})
    return lambda: phone.sends(made)


def of_adding_one(written: WritingSchool, phone: Phone, made: Papers) -> Callable[[], object]:
    asked, options = ask_to_add(written.world, sign_in(written.world, written.guardian), SITE, portal="小窗")
    phone.token, phone.said = asked.token, phone.device.makes(options)
    return lambda: phone.sends(made)


def taken_already(_: WritingSchool, phone: Phone, made: Papers) -> Callable[[], object]:
    phone.makes(made)
    right, phone.said = phone.said, "{}"
    assert why_not(lambda: phone.sends(made)) == "passkey:wrong"
    phone.said = right
    return lambda: phone.sends(made)


def holder_not_made_sure_of(_: WritingSchool, phone: Phone, made: Papers) -> Callable[[], object]:
    phone.device.verifies = False
    phone.makes(made)
    return lambda: phone.sends(made)


def made_on_another_page(_: WritingSchool, phone: Phone, made: Papers) -> Callable[[], object]:
    phone.device.origin = "https://evil.example"
    phone.makes(made)
    return lambda: phone.sends(made)


def no_answer(_: WritingSchool, phone: Phone, made: Papers) -> Callable[[], object]:
    phone.asks(made)
    return lambda: phone.sends(made)


def too_long(_: WritingSchool, phone: Phone, made: Papers) -> Callable[[], object]:
    phone.makes(made)
    phone.said += " " * 20_000
    return lambda: phone.sends(made)


@pytest.mark.parametrize(
    "wrong",
    [
        of_another_letter,
        after_five_minutes,
        asked_anew,
        in_another_browser,
        of_a_sign_in,
        of_adding_one,
        taken_already,
        holder_not_made_sure_of,
        made_on_another_page,
        no_answer,
        too_long,
    ],
)
def test_an_answer_is_taken_once_in_time_and_for_the_letter_it_was_asked_for(
    written: WritingSchool,
    phone: Phone,
    wrong: Callable[[WritingSchool, Phone, Papers], Callable[[], object]],
) -> None:
    person = newcomer(written)
    made = papers(written, person)

    assert why_not(wrong(written, phone, made)) == "passkey:wrong"

    still_holds(written, made, person)


def test_the_challenge_of_a_letter_adds_no_passkey_and_signs_nobody_in(
    written: WritingSchool, phone: Phone
) -> None:
    known = gives_passkey(written.world, sign_in(written.world, written.guardian))
    options = phone.asks(papers(written, newcomer(written)))

    answer = known.signs(options)

    assert sign_in_with_passkey(written.world, phone.token, answer, SITE, device="x") is None


def test_a_wrong_secret_counts_where_the_device_is_asked_and_where_it_answers(
    written: WritingSchool, phone: Phone
) -> None:
    person = newcomer(written)
    made = papers(written, person)
    phone.makes(made)

    assert why_not(lambda: phone.asks(made, secret=new_secret())) == "invitation:wrong_secret"
    assert why_not(lambda: phone.sends(made, secret=new_secret())) == "invitation:wrong_secret"

    assert kept(written, made.letter).wrong_tries == 2
    assert [entry.kind for entry in written.entries()].count("invitation:refused") == 2
    assert ceremonies(written) == 1
    phone.sends(made)


def test_ten_wrong_secrets_void_the_letter_whatever_is_chosen(written: WritingSchool, phone: Phone) -> None:
    made = papers(written, newcomer(written))
    for number in range(MOST_WRONG):
        wrong = phone.asks if number % 2 else phone.sends
        assert why_not(partial(wrong, made, secret=new_secret())) == "invitation:wrong_secret"

    assert why_not(lambda: phone.asks(made)) == "invitation:over"


def test_an_unknown_letter_is_refused_like_one_that_is_over(written: WritingSchool, phone: Phone) -> None:
    made = papers(written, newcomer(written))
    phone.accepts(made)
    unknown = Papers(replace(made.letter, token=new_token()), made.secret)

    for one in (made, unknown):
        assert why_not(partial(phone.asks, one)) == "invitation:over"
        assert why_not(partial(phone.sends, one)) == "invitation:over"
    assert ceremonies(written) == 0


def test_a_letter_that_was_used_meanwhile_is_over(written: WritingSchool, phone: Phone) -> None:
    person = newcomer(written)
    made = papers(written, person)
    phone.makes(made)
    accepts(written, made)

    assert why_not(lambda: phone.sends(made)) == "invitation:over"

    assert held(written.world, person).count == 0
    assert check_passphrase(written.world, NAME, CHOSEN)


def test_a_letter_that_is_withdrawn_meanwhile_is_over(written: WritingSchool, phone: Phone) -> None:
    made = papers(written, newcomer(written))
    phone.makes(made)
    acts_invitations.withdraw(written.world, actor=written.office, reason=WHY, invitation_id=made.letter.id)

    assert why_not(lambda: phone.sends(made)) == "invitation:over"


def test_a_newer_slip_holds_instead_of_the_one_that_was_shown(written: WritingSchool, phone: Phone) -> None:
    made = papers(written, newcomer(written))
    phone.makes(made)

    again = hands_slip(written, made.letter)

    assert why_not(lambda: phone.sends(made)) == "invitation:wrong_secret"
    phone.sends(made, secret=again)


@pytest.mark.parametrize(
    ("name", "reason"),
    [("guardian", "person:sign_in_name_taken"), ("", "name:missing"), ("x" * 101, "name:long")],
)
def test_a_name_that_cannot_be_is_told_before_the_device_makes_anything(
    written: WritingSchool, phone: Phone, name: str, reason: str
) -> None:
    person = newcomer(written)
    made = papers(written, person)

    assert why_not(lambda: phone.asks(made, name=name)) == reason
    assert ceremonies(written) == 0
    phone.makes(made)
    assert why_not(lambda: phone.sends(made, name=name)) == reason

    still_holds(written, made, person)


def test_a_passkey_that_somebody_has_is_not_taken_again(written: WritingSchool, phone: Phone) -> None:
    gives_passkey(written.world, sign_in(written.world, written.guardian), phone.device)
    person = newcomer(written)
    made = papers(written, person)
    phone.makes(made)

    assert why_not(lambda: phone.sends(made)) == "passkey:known"

    still_holds(written, made, person)
