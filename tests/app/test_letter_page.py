"""The page that a letter opens: alike for everybody, and what is wrong is told."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from access import acts_invitations
from access.clock import FrozenClock
from access.database import reading
from access.invitations import Invitation
from access.passphrases import check_passphrase
from access.people import Person
from access.sign_ins import recognise
from tests.app.letters import (
    CHOSEN,
    ENGLISH,
    accepts,
    makes_family,
    newest,
    prints_letter,
    prints_slip,
    words,
)
from tests.browser import Answer
from tests.school import School

THE_TEACHERS = "the teacher's"


def sign_in_name_of(school: School, person: int) -> str:
    with reading(school.world.database) as connection:
        return str(connection.execute(select(Person.sign_in_name).where(Person.id == person)).scalar_one())


def test_the_page_is_the_same_for_everybody(school: School) -> None:
    guardian, office = school.guardian(of="Oak"), school.office()

    answers = {
        without_nonce(browser.get("/i", **headers))
        for browser in (school.visitor(), guardian, office)
        for headers in (ENGLISH, {"Accept_Language": "zh-CN"}, {})
    }

    assert len(answers) == 1
    assert "Set-Cookie" not in str(answers)


def without_nonce(answer: Answer) -> str:
    """Return all of an answer but the number that is another one each time."""
    nonce = re.search(rb'nonce="([^"]+)"', answer.body)
    assert nonce
    return f"{answer.status} {answer.headers} {answer.body.decode()}".replace(nonce[1].decode(), "")


@pytest.mark.parametrize("kind", ["unknown", "expired", "used", "withdrawn", "replaced", "ten wrong tries"])
def test_what_does_not_hold_any_more_is_told_alike(school: School, clock: FrozenClock, kind: str) -> None:
    office, phone = school.office(), school.visitor()
    person = makes_family(school, office)
    token, secret = prints_letter(school, office, person), prints_slip(school, office)
    letter = newest(school, Invitation)
    unknown = accepts(phone, "0" * 26, secret)
    if kind == "unknown":
        token = "1" * 26
    elif kind == "expired":
        clock.advance(timedelta(days=14))
    elif kind == "used":
        accepts(school.visitor(), token, secret)
    elif kind == "withdrawn":
        acts_invitations.withdraw(
            school.world, actor=school.office_actor, reason="test", invitation_id=letter
        )
    elif kind == "replaced":
        prints_letter(school, school.director(), person)
    else:
        for _ in range(10):
            assert accepts(phone, token, "0000000000").json == {"refused": "invitation:wrong_secret"}

    assert accepts(phone, token, secret) == unknown
    assert unknown.json == {"refused": "invitation:over"}


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"secret": "00000-00000"}, "invitation:wrong_secret"),
        ({"passphrase": "short"}, "passphrase:short"),
        ({"passphrase": "passwordpassword123"}, "passphrase:guessable"),
        ({"sign_in_name": THE_TEACHERS}, "person:sign_in_name_taken"),
        ({"sign_in_name": " "}, "name:missing"),
        ({"secret": "0" * 201}, "form:long"),
        ({"passphrase": "长" * 1001}, "form:long"),
    ],
)
def test_what_is_wrong_is_told_and_the_letter_still_holds(
    school: School, said: dict[str, str], reason: str
) -> None:
    office, phone = school.office(), school.visitor()
    token = prints_letter(school, office, makes_family(school, office))
    secret = prints_slip(school, office)

    if said.get("sign_in_name") == THE_TEACHERS:
        said = {"sign_in_name": sign_in_name_of(school, school.staff["teacher"]).upper()}

    wrong = accepts(phone, token, **{"secret": secret, **said})

    assert (wrong.status, wrong.json) == (400, {"refused": reason})
    assert wrong.header("Set-Cookie") is None
    assert accepts(phone, token, secret).status == 201


def test_every_reason_has_its_sentences_in_the_page(school: School) -> None:
    page = school.visitor().get("/i").body.decode()

    told = dict(re.findall(r'data-reason="([a-z_:]+)"(.*?)</p>', page, re.DOTALL))
    for reason in (
        *("invitation:over", "invitation:wrong_secret", "invitation:not_released", "form:long"),
        *("person:sign_in_name_taken", "name:missing", "name:long", "name:characters"),
        *("passphrase:short", "passphrase:long", "passphrase:plain", "passphrase:guessable"),
    ):
        assert 'data-in="zh"' in told[reason], reason
        assert 'data-in="en"' in told[reason], reason


def test_a_letter_is_not_accepted_from_a_foreign_page(school: School) -> None:
    office = school.office()
    token = prints_letter(school, office, makes_family(school, office))
    secret = prints_slip(school, office)
    form = {"token": token, "secret": secret, "sign_in_name": "zhou", "passphrase": CHOSEN}

    for headers in ({"Sec_Fetch_Site": "cross-site"}, {"Origin": "https://elsewhere.example"}, {}):
        assert school.visitor().ask("POST", "/i", form, **headers) == school.not_found

    assert check_passphrase(school.world, "zhou", CHOSEN) is None


def test_too_many_tries_from_one_address_have_to_wait(school: School) -> None:
    phone, elsewhere = school.visitor(), school.visitor()
    elsewhere.address = "192.0.2.44"

    statuses = [accepts(phone, "0" * 26, "x").status for _ in range(61)]

    assert statuses == [400] * 60 + [429]
    assert accepts(elsewhere, "0" * 26, "x").status == 400


def test_the_device_of_somebody_else_becomes_theirs(school: School) -> None:
    """A phone on which somebody else is signed in: the older sign-in ends."""
    office, phone = school.office(), school.guardian(of="Oak")
    before = phone.cookie("__Host-sign-in")
    assert before
    token = prints_letter(school, office, makes_family(school, office))

    accepts(phone, token, prints_slip(school, office), language="en")

    assert recognise(school.world, before) is None
    assert "周敏" in words(phone.get("/home"))
    assert 'lang="en"' in phone.get("/home").body.decode()
