"""The access log as its readers see it: in sentences, filtered, newest first, and read on the record."""

import re
from datetime import timedelta

import pytest

from access import acts_people
from access.acts import Actor
from access.log.kinds import KINDS
from app.oversight.sentences import SENTENCES
from tests.app.factors.steps import sign_in_of
from tests.app.oversight_page import ACCOUNTS, CHINESE, ENGLISH, kinds_on, option, sentences_on
from tests.school import School


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
        "sign_in": sign_in_of(school, administrator),
        "from": "127.0.0.0/24",
    }


@pytest.mark.parametrize(
    ("address", "network"), [("203.0.113.77", "203.0.113.0/24"), ("2001:db8:1:2::3", "2001:db8:1::/48")]
)
def test_an_act_says_on_which_device_and_from_which_network(
    school: School, address: str, network: str
) -> None:
    teacher = school.teacher()
    teacher.address = address

    teacher.post(f"/office/rooms/{school.room_key('Oak')}/curtain/draw", {"reason": "nap"})

    page = school.administrator().get("/oversight", **ENGLISH).body.decode()
    (drawn,) = re.findall(r'data-kind="curtain:drawn">.*?</li>', page, re.DOTALL)
    said = re.sub("<[^>]+>", "", drawn)
    assert f"Came from: {network}" in said
    assert "Device: Chrome, Android" in said
    assert address not in page


def test_what_is_done_at_the_machine_says_so_beside_the_name(school: School) -> None:
    acting = Actor(school.staff["office"], "cli:lihua")
    acts_people.add_child(school.world, actor=acting, reason="test", school_id=school.id, name="小豆")

    page = school.administrator().get("/oversight", **ENGLISH).body.decode()

    (added,) = re.findall(r'data-kind="child:added">.*?</li>', page, re.DOTALL)
    assert "Came from: <bdi>Command line (lihua)</bdi>" in added


def test_a_viewing_says_under_which_right(school: School) -> None:
    guardian = school.guardian(of="Oak")
    guardian.opens("Oak")

    page = school.administrator().get("/oversight", **ENGLISH).body.decode()

    assert f"Right: <bdi>as a guardian, by permission {guardian.grant}</bdi>" in page
    assert school.last_entry("viewing:opened")["subject"]["grants"] == [guardian.grant]


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


@pytest.mark.parametrize(
    "query",
    [
        "person=nobody",
        "room=nowhere",
        "room=" + "A" * 22,
        "day=0001-01-01",
        "day=9999-12-31",
    ],
)
def test_an_unknown_filter_is_not_found(school: School, query: str) -> None:
    assert school.administrator().get(f"/oversight?{query}") == school.not_found


@pytest.mark.parametrize(
    ("query", "without"),
    [
        ("day=never", ""),
        ("before=x", ""),
        (f"before={2**63}", ""),
        ("log=unknown", ""),
        ("of=everything", ""),
        ("of=accounts&room=x", "of=accounts"),
    ],
)
def test_a_filter_that_makes_no_sense_is_left_out(school: School, query: str, without: str) -> None:
    administrator = school.administrator()

    whole = administrator.get(f"/oversight?{without}")
    answer = administrator.get(f"/oversight?{query}")

    assert answer.status == 200
    assert without_readings(answer.body) == without_readings(whole.body) != []


def without_readings(page: bytes) -> list[str]:
    return [kind for kind in kinds_on(page) if kind != "log:read"]


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


def test_every_kind_of_the_catalogue_has_a_sentence() -> None:
    assert SENTENCES.keys() == KINDS.keys()
