"""Accepting a letter: once, with both secrets, and nothing of it kept in clear."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from access.clock import FrozenClock
from access.codes import in_fives, new_secret, new_token
from access.database import reading
from access.errors import LogUnavailable, Refused
from access.invitations import MOST_WRONG
from access.passphrases import check_passphrase
from access.people import SignIn
from access.sign_ins import recognise
from access.stops import Mark, Scope
from tests.access.inviting import (
    CHOSEN,
    NAME,
    Papers,
    accepts,
    guardian_with_phone,
    hands_slip,
    invites,
    is_over,
    is_verified,
    kept,
    newcomer,
    papers,
    person_row,
    verifies,
)
from tests.access.trouble import log_refusing
from tests.access.writing_school import PASSPHRASE, WritingSchool


def test_name_and_passphrase_are_theirs_from_then_on(written: WritingSchool) -> None:
    person = newcomer(written)
    made = papers(written, person)
    assert check_passphrase(written.world, person_row(written, person).sign_in_name, "") is None

    accepted = accepts(written, made, name=" Noor@Home ")

    assert accepted.person_id == person
    known = check_passphrase(written.world, "NOOR@HOME", CHOSEN)
    assert known is not None
    assert known.person_id == person
    assert accepted.passphrase_hash == known.passphrase_hash


def test_an_account_that_waits_for_its_letter_has_a_name_nobody_can_type(written: WritingSchool) -> None:
    first, second = newcomer(written), newcomer(written)
    name = person_row(written, first).sign_in_name

    assert name != person_row(written, second).sign_in_name
    accepts(written, papers(written, second), name=name)
    assert person_row(written, second).sign_in_name == name.casefold() != name


def test_a_letter_is_accepted_once(written: WritingSchool) -> None:
    made = papers(written, newcomer(written))
    accepts(written, made)

    assert is_over(written, made)


def test_a_secret_may_be_typed_as_it_is_printed(written: WritingSchool) -> None:
    made = papers(written, newcomer(written))

    accepts(written, made, secret=in_fives(made.secret).lower())


def test_nothing_typed_is_in_the_log(written: WritingSchool) -> None:
    made = papers(written, newcomer(written))
    with pytest.raises(Refused):
        accepts(written, made, secret="canary0wrong")
    accepts(written, made, name="canary-name")

    said = repr([(entry.kind, entry.body) for log in (None, 0) for entry in written.entries(log)])
    assert "invitation:accepted" in said
    for typed in (made.letter.token, made.secret, CHOSEN, "canary-name", "canary0wrong", "CANARY"):
        assert typed not in said


def test_a_letter_is_over_after_two_weeks(written: WritingSchool, clock: FrozenClock) -> None:
    made = papers(written, newcomer(written))
    clock.advance(timedelta(days=14))

    assert is_over(written, made)


def test_an_unknown_letter_is_refused_like_one_that_is_over(written: WritingSchool) -> None:
    made = papers(written, newcomer(written))
    accepts(written, made)
    refusals = []
    for token in (made.letter.token, new_token(), "", "x" * 1000):
        with pytest.raises(Refused) as refused:
            accept_with(written, token, made.secret)
        refusals.append((refused.value.reason, refused.value.detail))

    assert refusals == [("invitation:over", "")] * 4


def accept_with(written: WritingSchool, token: str, secret: str) -> None:
    from access.acts_accepting import accept

    accept(written.world, token=token, secret=secret, sign_in_name=NAME, passphrase=CHOSEN)


def test_ten_wrong_secrets_void_the_letter(written: WritingSchool) -> None:
    made = papers(written, newcomer(written))
    for _ in range(MOST_WRONG):
        assert kept(written, made.letter).ended_at is None
        with pytest.raises(Refused, match="invitation:wrong_secret"):
            accepts(written, made, secret=new_secret())

    assert is_over(written, made)
    assert kept(written, made.letter).ended_at is not None
    assert [entry.kind for entry in written.entries()].count("invitation:refused") == MOST_WRONG


def test_nine_wrong_secrets_and_what_cannot_be_chosen_void_nothing(written: WritingSchool) -> None:
    made = papers(written, newcomer(written))
    for _ in range(MOST_WRONG - 1):
        with pytest.raises(Refused, match="invitation:wrong_secret"):
            accepts(written, made, secret=new_secret())
    for _ in range(3):
        with pytest.raises(Refused, match="passphrase:short"):
            accepts(written, made, passphrase="short")

    accepts(written, made)


def test_many_wrong_secrets_at_once_are_ten_in_all(written: WritingSchool) -> None:
    made = papers(written, newcomer(written))
    said: list[str] = []

    def guess() -> None:
        try:
            accepts(written, made, secret=new_secret())
        except Refused as refusal:
            said.append(refusal.reason)

    threads = [threading.Thread(target=guess) for _ in range(MOST_WRONG + 4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert said.count("invitation:wrong_secret") <= MOST_WRONG
    assert is_over(written, made)


def test_without_a_slip_no_secret_is_right_and_none_is_counted(written: WritingSchool) -> None:
    letter = invites(written, newcomer(written))
    for secret in ("", new_secret()):
        with pytest.raises(Refused, match="invitation:wrong_secret"):
            accepts(written, Papers(letter, secret))

    assert kept(written, letter).wrong_tries == 0
    accepts(written, Papers(letter, hands_slip(written, letter)))


@pytest.mark.parametrize(
    ("name", "passphrase", "reason"),
    [
        ("guardian", CHOSEN, "person:sign_in_name_taken"),
        (" GUARDIAN ", CHOSEN, "person:sign_in_name_taken"),
        ("", CHOSEN, "name:missing"),
        ("x" * 101, CHOSEN, "name:long"),
        ("a\u202eb", CHOSEN, "name:characters"),
        (NAME, "豆豆", "passphrase:short"),
        (NAME, "passwordpassword123", "passphrase:guessable"),
        ("wzqkxjvbpf gh", "wzqkxjvbpfgh wzqkxjvbpfgh", "passphrase:guessable"),
    ],
)
def test_what_cannot_be_chosen_uses_nothing_up(
    written: WritingSchool, name: str, passphrase: str, reason: str
) -> None:
    person = newcomer(written)
    made = papers(written, person)
    before = person_row(written, person)

    with pytest.raises(Refused) as refused:
        accepts(written, made, name=name, passphrase=passphrase)

    assert refused.value.reason == reason
    assert person_row(written, person) == before
    accepts(written, made)


def test_a_recovery_signs_every_device_out_at_once_and_asks_for_the_document_again(
    written: WritingSchool, clock: FrozenClock
) -> None:
    phone = guardian_with_phone(written)
    clock.advance(timedelta(hours=1))
    made = papers(written, written.guardian)
    assert recognise(written.world, phone)

    accepts(written, made, name="guardian")

    assert recognise(written.world, phone) is None
    assert check_passphrase(written.world, "guardian", PASSPHRASE) is None
    assert check_passphrase(written.world, "guardian", CHOSEN)
    assert not is_verified(written, written.guardianship)
    (entry,) = [entry for entry in written.entries() if entry.kind == "invitation:accepted"]
    assert entry.body["subject"]["guardianships"] == [written.guardianship]
    verifies(written, written.guardianship, written.director)
    assert is_verified(written, written.guardianship)


def test_the_devices_are_stopped_before_their_end_is_recorded(written: WritingSchool, database: str) -> None:
    """With a log that refuses, the marks are set, then taken back: nothing has happened."""
    phone = guardian_with_phone(written)
    made = papers(written, written.guardian)
    marks = written.world.stops.count()

    with log_refusing(database), pytest.raises(LogUnavailable):
        accepts(written, made)

    assert written.world.stops.count() >= marks + 2
    assert recognise(written.world, phone)
    assert check_passphrase(written.world, "guardian", PASSPHRASE)
    accepts(written, made)
    with reading(written.world.database) as connection:
        (sign_in,) = connection.execute(select(SignIn.id)).scalars()
    assert written.world.stops.stopped([Mark(Scope.SIGN_IN, sign_in)])
