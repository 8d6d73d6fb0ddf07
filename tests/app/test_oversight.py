"""The access log as its readers see it: in sentences, filtered, newest first, and read on the record."""

import html
import re
from datetime import timedelta

import pytest

from access import acts_people
from access.acts import Actor
from app.oversight.sentences import SENTENCES
from tests.browser import Browser
from tests.school import School

ENGLISH = {"Accept_Language": "en-GB"}
CHINESE = {"Accept_Language": "zh-CN"}
ACCOUNTS = "/oversight?of=accounts"
MACHINE = Actor(person_id=None, via="cli:test")


def kinds_on(page: bytes) -> list[str]:
    return re.findall(r'data-kind="([^"]+)"', page.decode())


def sentences_on(page: bytes) -> list[str]:
    """Return what the entries say, newest first, without their markup."""
    found = re.findall(r'<div class="entry-what">\s*<p>(.*?)</p>', page.decode(), re.DOTALL)
    return [html.unescape(re.sub(r"<[^>]+>", "", sentence)) for sentence in found]


def option(browser: Browser, name: str, page: str = "/oversight") -> str:
    """Return the filter value whose words contain *name*."""
    body = browser.get(page).body.decode()
    found = next(key for key, words in re.findall(r'value="([^"]+)"[^>]*>([^<]*)<', body) if name in words)
    return str(found)


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
    ("language", "opened", "closed", "seen"),
    [
        (
            ENGLISH,
            "{who} began to watch Oak room, for {child}.",
            "{who} stopped watching Oak room, for {child}.",
            "left the page",
        ),
        (
            CHINESE,
            "{who}开始观看Oak room（幼儿：{child}）。",
            "{who}结束观看Oak room（幼儿：{child}）。",
            "离开了页面",
        ),
    ],
    ids=["in English", "in Chinese"],
)
def test_a_viewing_is_told_in_whole_sentences(
    school: School, language: dict[str, str], opened: str, closed: str, seen: str
) -> None:
    guardian = school.guardian(of="Oak")
    guardian.opens("Oak").close()
    names = {"who": f"林小明 {guardian.person}", "child": f"小豆 {guardian.person}"}

    page = school.administrator().get("/oversight", **language).body

    assert sentences_on(page)[1:3] == [closed.format(**names), opened.format(**names)]
    assert seen in page.decode()


def test_a_name_is_isolated_from_its_sentence_and_harmless(school: School) -> None:
    acts_people.add_child(
        school.world,
        actor=school.office_actor,
        reason="test",
        school_id=school.id,
        name="<b>نور</b> %(who)s 🌻",
    )

    page = school.administrator().get("/oversight", **ENGLISH).body

    assert "<bdi>&lt;b&gt;نور&lt;/b&gt; %(who)s 🌻</bdi>".encode() in page
    assert sentences_on(page)[1] == "林小明 2 put <b>نور</b> %(who)s 🌻 on the roster."


def test_the_newest_entry_is_the_reading_itself(school: School) -> None:
    administrator = school.administrator()

    page = administrator.get("/oversight", **ENGLISH).body

    assert sentences_on(page)[0] == "林小明 4 read the access log."
    assert school.last_entry("log:read")["actor"] == {
        "person": school.staff["administrator"],
        "via": "web",
    }


def test_a_room_narrows_the_log_to_that_room(school: School) -> None:
    school.guardian(of="Oak").opens("Oak")
    school.guardian(of="Elm").opens("Elm")
    administrator = school.administrator()

    page = administrator.get(f"/oversight?room={option(administrator, 'Oak room')}").body

    assert kinds_on(page).count("viewing:opened") == 1


def test_a_person_narrows_the_log_to_that_person(school: School) -> None:
    guardian = school.guardian(of="Oak")
    guardian.opens("Oak")
    school.guardian(of="Oak").opens("Oak")
    administrator = school.administrator()

    key = option(administrator, f"林小明 {school.staff['administrator'] + 1}")
    page = administrator.get(f"/oversight?person={key}").body

    assert kinds_on(page).count("viewing:opened") == 1


def test_a_day_narrows_the_log_to_that_day_at_school(school: School) -> None:
    school.clock.advance(timedelta(hours=15))  # 00:30 at school, still the day before in UTC
    school.draws_curtain("Oak")
    administrator = school.administrator()

    assert "curtain:drawn" in kinds_on(administrator.get("/oversight?day=2026-03-11").body)
    assert "curtain:drawn" not in kinds_on(administrator.get("/oversight?day=2026-03-10").body)


def test_entries_stand_under_their_day_at_school(school: School) -> None:
    school.clock.advance(timedelta(hours=15))

    page = school.administrator().get("/oversight", **ENGLISH).body.decode()

    assert re.findall(r"<h2>([^<]+)</h2>", page) == ["Wednesday 11 March 2026", "Tuesday 10 March 2026"]


def test_a_log_without_entries_says_so(school: School) -> None:
    administrator = school.administrator()

    assert "No entry matches." in administrator.get("/oversight?day=2020-01-01", **ENGLISH).body.decode()


def test_pages_follow_one_another_without_a_gap(school: School) -> None:
    for _ in range(30):
        school.draws_curtain("Oak")
        school.opens_curtain("Oak")
    administrator = school.administrator()

    numbers: list[int] = []
    address: str | None = "/oversight"
    while address:
        page = administrator.get(address, **ENGLISH).body.decode()
        numbers += [int(number) for number in re.findall(r">#(\d+)<", page)]
        older = re.search(r'href="(/oversight\?[^"]*before=[^"]*)"[^>]*>Older', page)
        address = older.group(1).replace("&amp;", "&") if older else None

    assert numbers == list(range(numbers[0], -1, -1))
    assert len(numbers) > 60


@pytest.mark.parametrize("query", ["person=nobody", "room=nowhere", "room=" + "A" * 22])
def test_an_unknown_filter_is_not_found(school: School, query: str) -> None:
    assert school.administrator().get(f"/oversight?{query}") == school.not_found


@pytest.mark.parametrize(
    "query", ["day=never", "before=x", "log=unknown", "of=everything", "of=accounts&room=x"]
)
def test_a_filter_that_makes_no_sense_is_left_out(school: School, query: str) -> None:
    assert school.administrator().get(f"/oversight?{query}").status == 200


@pytest.mark.parametrize("address", ["/oversight", ACCOUNTS])
def test_only_administrators_read_a_log(school: School, address: str) -> None:
    others = (
        school.visitor(),
        school.guardian(of="Oak"),
        school.teacher(),
        school.office(),
        school.director(),
    )

    for person in others:
        assert person.get(address) == school.not_found


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
            school.world, actor=actor, reason="forgotten", person_id=teacher, passphrase="willow lantern 42"
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

    assert kinds_on(administrator.get(f"{ACCOUNTS}&person={key}").body) == ["sign_in:began"]
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
        passphrase="willow lantern 42",
    )

    page = school.administrator().get(ACCOUNTS, **ENGLISH).body

    assert sentences_on(page)[1] == "Somebody outside this school set a passphrase for 林小明 1."
    assert "family business" not in page.decode()


def test_an_administrator_of_two_schools_chooses_one(school: School) -> None:
    elsewhere = another_school(school)
    stranger = school.person()
    appoint(school, elsewhere, "teacher", stranger)
    appoint(school, elsewhere, "administrator", school.staff["administrator"])
    school.sign_in(stranger)
    administrator = school.administrator()
    names = {name: option(administrator, name, ACCOUNTS) for name in ("Sunflower", "Elsewhere")}

    pages = {name: administrator.get(f"{ACCOUNTS}&log={key}").body.decode() for name, key in names.items()}

    assert f"林小明 {stranger}" in pages["Elsewhere"]
    assert f"林小明 {stranger}" not in pages["Sunflower"]


def test_every_kind_that_is_written_has_a_sentence(school: School) -> None:
    guardian = school.guardian(of="Oak")
    guardian.opens("Oak").close()
    school.draws_curtain("Oak")
    guardian.asks_to_open("Oak")
    school.opens_curtain("Oak")
    school.revoke_every_grant()
    school.administrator().get("/oversight")

    assert {kind for kind in school.log("") if kind not in SENTENCES} == set()
