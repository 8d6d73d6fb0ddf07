"""A person changes their own passphrase; only this device stays signed in."""

from datetime import timedelta

import pytest

from access import acts_people
from access.acts import Actor
from access.errors import Refused
from access.second_factors import FRESH
from access.sign_ins import begin_sign_in, end_every_sign_in, recognise
from tests.app.account.trying import PASSPHRASE, chooses_passphrase, tries
from tests.browser import Browser
from tests.school import School

NEW = "九月的风吹过银杏树，落在窗台上"


def test_the_new_one_counts_and_the_other_devices_are_out(school: School, known: str) -> None:
    person = school.staff["office"]
    here, there = (
        school.office(),
        Browser(school.app, begin_sign_in(school.world, person, "Phone", second="x")),
    )

    answer = here.post("/passphrase", {"passphrase": NEW})

    assert (answer.status, answer.header("Location")) == (303, "/devices")
    assert here.get("/office").status == 200
    assert there.get("/office") == school.not_found
    assert tries(school.visitor(), known, PASSPHRASE).status == 400
    assert tries(school.visitor(), known, NEW).status == 303


@pytest.mark.parametrize("proof", [{}, {"proof": PASSPHRASE}], ids=["proven before", "proven with it"])
def test_a_copied_cookie_of_this_very_device_is_out_too(
    school: School, known: str, proof: dict[str, str]
) -> None:
    here = school.office()
    copied = Browser(school.app, here.cookie("__Host-sign-in"))
    if proof:
        school.clock.advance(FRESH)
    assert copied.get("/devices").status == 200

    answer = here.post("/passphrase", {"passphrase": NEW, **proof})

    assert answer.status == 303
    assert copied.get("/devices") == school.not_found
    assert here.get("/devices").status == 200
    assert len([1 for name, value in answer.headers if name == "Set-Cookie" and "sign-in" in value]) == 1


@pytest.mark.parametrize(("typed", "said"), [("short", "too short"), ("a" * 20, "too easy"), ("", "fill")])
def test_one_that_is_refused_is_told_and_never_sent_back(
    school: School, known: str, typed: str, said: str
) -> None:
    answer = school.office().post("/passphrase", {"passphrase": typed}, Accept_Language="en")

    assert answer.status == 400
    assert said in answer.body.decode()
    assert not typed or f'value="{typed}"' not in answer.body.decode()
    assert tries(school.visitor(), known, PASSPHRASE).status == 303


def test_every_kind_of_letter_is_taken_and_none_is_changed_or_cut(school: School, known: str) -> None:
    long = "Zwölf ОСТРОВА 床前明月光 🪁 " + "and so on, " * 6

    assert school.office().post("/passphrase", {"passphrase": long}).status == 303

    assert tries(school.visitor(), known, long).status == 303
    assert tries(school.visitor(), known, long.lower()).status == 400
    assert tries(school.visitor(), known, long[:64]).status == 400
    assert tries(school.visitor(), known, long + " ").status == 400


def test_it_stays_good_for_years(school: School, known: str) -> None:
    school.clock.advance(timedelta(days=3 * 366))

    assert tries(school.visitor(), known, PASSPHRASE).status == 303


def test_the_one_there_is_is_asked_for_first(school: School, known: str) -> None:
    office = school.office()
    school.clock.advance(FRESH)

    asked = office.post("/passphrase", {"passphrase": NEW})
    wrong = office.post("/passphrase", {"passphrase": NEW, "proof": "not the passphrase at all"})

    assert b'name="proof"' in asked.body
    assert NEW.encode() not in asked.body
    assert wrong.status == 400
    assert tries(school.visitor(), known, PASSPHRASE).status == 303
    right = office.post("/passphrase", {"passphrase": NEW, "proof": PASSPHRASE})
    assert right.status == 303
    assert tries(school.visitor(), known, NEW).status == 303


@pytest.mark.parametrize(
    ("path", "kept"),
    [("/", "current-password"), ("/passphrase", "new-password"), ("/prove", "current-password")],
)
def test_what_is_typed_is_masked_and_may_be_pasted_and_kept(school: School, path: str, kept: str) -> None:
    browser = school.visitor() if path == "/" else school.office()
    if path == "/prove":
        school.clock.advance(FRESH)
        path = "/passphrase"

    page = browser.get(path).body.decode()

    assert f'autocomplete="{kept}"' in page
    assert page.count('type="password"') == 1
    assert "onpaste" not in page
    assert 'autocomplete="off"' not in page


def test_staff_give_their_second_factor_first(school: School) -> None:
    name = chooses_passphrase(school, "teacher")
    teacher = school.visitor()
    tries(teacher, name, PASSPHRASE)

    assert teacher.get("/passphrase").header("Location") == "/second"
    assert teacher.post("/passphrase", {"passphrase": NEW}).header("Location") == "/second"
    assert tries(school.visitor(), name, PASSPHRASE).status == 303


def test_a_device_that_was_signed_out_meanwhile_changes_nothing(school: School, known: str) -> None:
    person = school.staff["office"]
    found = recognise(school.world, school.sign_in(person))
    assert found
    end_every_sign_in(school.world, person)

    with pytest.raises(Refused, match="sign_in:ended"):
        acts_people.set_passphrase(
            school.world,
            actor=Actor(person, "web", found.sign_in_id),
            reason="test",
            person_id=person,
            passphrase=NEW,
        )

    assert tries(school.visitor(), known, PASSPHRASE).status == 303
