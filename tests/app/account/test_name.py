"""A new phone number: nobody is taken for who had the old one, and the identity is checked anew."""

from datetime import timedelta

import pytest

from access.acts_identity import verify_guardianship
from access.acts_sign_in_name import change_sign_in_name
from access.clock import FrozenClock
from access.errors import Refused
from tests.app.account.trying import PASSPHRASE, tries
from tests.school import Guardian, School, sign_in_name_of
from tests.shown_codes import shown_code

ENGLISH = {"Accept_Language": "en-GB"}
NEW = "canary-person-138"


@pytest.fixture
def guardian(school: School) -> Guardian:
    """Return a guardian who has a passphrase."""
    return school.guardian(of="Oak")


def test_a_guardian_with_a_new_number_sees_nothing_until_checked_again(
    school: School, guardian: Guardian
) -> None:
    watching = guardian.opens("Oak")
    k = school.camera("Oak").films_segment()

    answer = guardian.post("/sign-in-name", {"name": NEW})

    assert answer.status == 303
    assert watching.segment(k) == school.not_found
    assert guardian.asks_to_open("Oak").json["refused"] == "guardianship:not_verified"
    assert tries(school.visitor(), NEW, PASSPHRASE).status == 303
    assert school.last_entry("person:sign_in_name_changed")["subject"] == {
        "person": guardian.person,
        "guardianships": [guardian.guardianship],
    }
    verify_guardianship(
        school.world,
        actor=school.director_actor,
        reason="test",
        guardianship_id=guardian.guardianship,
        shown_code=shown_code(school.world, guardian.guardianship),
    )
    assert guardian.asks_to_open("Oak").status == 201


def test_a_delegate_with_a_new_number_is_checked_again_too(school: School, guardian: Guardian) -> None:
    grandmother = school.delegate(of=guardian)

    assert grandmother.post("/sign-in-name", {"name": NEW}).status == 303

    assert grandmother.asks_to_open("Oak").json["refused"] == "guardianship:not_verified"
    assert guardian.asks_to_open("Oak").status == 201


def test_the_passphrase_is_asked_for_first(school: School, clock: FrozenClock, guardian: Guardian) -> None:
    clock.advance(timedelta(minutes=6))
    school.is_there(guardian)

    assert b'name="proof"' in guardian.post("/sign-in-name", {"name": NEW}).body
    assert guardian.asks_to_open("Oak").status == 201


@pytest.mark.parametrize(
    ("name", "said"),
    [
        pytest.param(sign_in_name_of(1), "cannot be taken", id="somebody else's"),
        pytest.param("", "fill", id="none"),
        pytest.param("x" * 101, "too long", id="too long"),
    ],
)
def test_what_cannot_be_taken_is_said_and_changes_nothing(
    school: School, guardian: Guardian, name: str, said: str
) -> None:
    answer = guardian.post("/sign-in-name", {"name": name}, **ENGLISH)

    assert answer.status == 400
    assert said in answer.body.decode()
    assert guardian.asks_to_open("Oak").status == 201


def test_the_same_name_in_other_letters_is_no_change(school: School, guardian: Guardian) -> None:
    guardian.post("/sign-in-name", {"name": NEW})

    answer = guardian.post("/sign-in-name", {"name": NEW.upper()}, **ENGLISH)

    assert "That is the one you have" in answer.body.decode()


def test_whoever_has_no_passphrase_yet_chooses_their_name_with_their_letter(school: School) -> None:
    fresh = school.person(by=school.office_actor)

    with pytest.raises(Refused, match="unchosen"):
        change_sign_in_name(
            school.world,
            actor=school.office_actor,
            reason="test",
            person_id=fresh,
            sign_in_name=NEW,
        )
