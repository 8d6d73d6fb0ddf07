"""Sign-ins and accounts as a school's administrator reads of them: its own people's, and nobody else's."""

from datetime import timedelta

import pytest

from access import acts_people
from access.acts import Actor
from access.people import School as SchoolRecord
from tests.app.oversight_page import ACCOUNTS, CHINESE, ENGLISH, kinds_on, option, sentences_on
from tests.app.public_keys import key_of
from tests.browser import Browser
from tests.school import School

MACHINE = Actor(person_id=None, via="cli:test")


def another_school(school: School) -> int:
    return acts_people.add_school(
        school.world, actor=MACHINE, reason="test", name="Elsewhere", zone="Europe/London", language="en"
    )


def appoint(school: School, school_id: int, role: str, person: int) -> None:
    acts_people.appoint(
        school.world, actor=MACHINE, reason="test", school_id=school_id, person_id=person, role=role
    )
    school.clock.advance(timedelta(minutes=1))


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (ENGLISH, ["{who} signed out on all devices.", "{who} signed out.", "{who} signed in."]),
        (CHINESE, ["{who}退出了所有设备。", "{who}退出了登录。", "{who}登录了。"]),
    ],
    ids=["in English", "in Chinese"],
)
def test_sign_ins_and_accounts_are_told_in_whole_sentences(
    school: School, language: dict[str, str], said: list[str]
) -> None:
    administrator = school.administrator()
    guardian = school.guardian(of="Oak")
    guardian.post("/sign-out")
    Browser(school.app, school.sign_in(guardian.person)).post("/sign-out-everywhere")

    page = administrator.get(ACCOUNTS, **language).body

    everywhere, again, here = sentences_on(page)[0], sentences_on(page)[1], sentences_on(page)[2]
    who = f"林小明 {guardian.person}"
    assert [everywhere, here, again] == [sentence.format(who=who) for sentence in said]


def test_who_set_whose_passphrase_is_told(school: School) -> None:
    teacher = school.staff["teacher"]
    for actor in (school.office_actor, Actor(teacher, via="web")):
        acts_people.set_passphrase(
            school.world,
            actor=actor,
            reason="forgotten",
            person_id=teacher,
            passphrase="willow lantern drum 42",
        )

    page = school.administrator().get(ACCOUNTS, **ENGLISH).body

    assert sentences_on(page)[1:3] == [
        "林小明 1 chose a new passphrase.",
        "林小明 2 set a passphrase for 林小明 1.",
    ]


def test_reading_of_accounts_is_recorded_first_in_the_schools_log_by_name(school: School) -> None:
    administrator = school.administrator()
    key = option(administrator, "林小明 4", ACCOUNTS)

    administrator.get(f"{ACCOUNTS}&person={key}&day=2026-03-10")

    assert school.log("log:") == ["log:read"] * 2
    assert school.last_entry("log:read")["subject"] == {
        "log": "installation",
        "person": school.staff["administrator"],
        "room": None,
        "day": "2026-03-10",
    }
    page = administrator.get("/oversight", **ENGLISH).body
    assert "林小明 4 read the log of sign-ins and accounts." in sentences_on(page)


def test_a_person_and_a_day_narrow_the_accounts(school: School) -> None:
    guardian = school.guardian(of="Oak")
    administrator = school.administrator()
    key = option(administrator, f"林小明 {guardian.person}", ACCOUNTS)

    narrowed = kinds_on(administrator.get(f"{ACCOUNTS}&person={key}").body)
    assert narrowed == ["sign_in:began", "passphrase:set"]
    assert kinds_on(administrator.get(f"{ACCOUNTS}&person={key}&day=2026-03-11").body) == []


def test_another_schools_people_are_on_no_page_of_this_one(school: School) -> None:
    elsewhere = another_school(school)
    stranger = school.person()
    ours = school.administrator()
    appoint(school, elsewhere, "administrator", stranger)
    theirs = Browser(school.app, school.sign_in(stranger))
    name = f"林小明 {stranger}"

    page = ours.get(ACCOUNTS, **ENGLISH).body.decode()
    key = option(theirs, name, ACCOUNTS)

    assert name in theirs.get(ACCOUNTS).body.decode()
    assert name not in page
    assert key not in page
    assert ours.get(f"{ACCOUNTS}&person={key}") == school.not_found
    assert kinds_on(theirs.get(ACCOUNTS).body) == ["sign_in:began"], "and theirs has nobody of ours"


def test_whoever_acted_from_another_school_is_not_named(school: School) -> None:
    elsewhere = another_school(school)
    stranger = school.person()
    school.clock.advance(timedelta(minutes=1))
    appoint(school, elsewhere, "office", stranger)
    acts_people.set_passphrase(
        school.world,
        actor=Actor(stranger, via="cli:test"),
        reason="their family business",
        person_id=school.staff["teacher"],
        passphrase="willow lantern drum 42",
    )

    page = school.administrator().get(ACCOUNTS, **ENGLISH).body

    assert sentences_on(page)[1] == "Somebody outside this school set a passphrase for 林小明 1."
    assert "family business" not in page.decode()


def test_an_administrator_of_two_schools_reads_of_the_one_they_work_in(school: School) -> None:
    elsewhere = another_school(school)
    stranger = school.person()
    appoint(school, elsewhere, "teacher", stranger)
    appoint(school, elsewhere, "administrator", school.staff["administrator"])
    school.sign_in(stranger)
    administrator = school.administrator()
    pages = {}
    for name, school_id in (("Elsewhere", elsewhere), ("Sunflower", school.id)):
        chosen = administrator.post(f"/schools/{key_of(school, SchoolRecord, school_id)}/choose")
        assert chosen.header("Location") == "/oversight"
        pages[name] = administrator.get(ACCOUNTS).body.decode()

    assert f"林小明 {stranger}" in pages["Elsewhere"]
    assert f"林小明 {stranger}" not in pages["Sunflower"]
