"""What a guardian sees at home and on the watch page, and what is not there for them."""

import re
from datetime import timedelta

import pytest

from access.clock import FrozenClock
from tests.browser import Browser
from tests.school import School
from tests.two_schools import takes_in_a_child

ENGLISH = {"Accept_Language": "en-GB"}
CHINESE = {"Accept_Language": "zh-CN"}


def test_home_has_a_tile_for_ones_own_childs_room_only(school: School) -> None:
    guardian = school.guardian(of="Oak")

    page = guardian.get("/home", **ENGLISH).body.decode()

    assert f"/rooms/{school.room_key('Oak')}" in page
    assert "Oak room" in page
    assert "Elm" not in page


def test_home_says_until_when_the_room_is_open_in_school_time(school: School) -> None:
    guardian = school.guardian(of="Oak")

    assert "Open now, until 11:30" in guardian.get("/home", **ENGLISH).body.decode()
    assert "现在开放，到 11:30 为止" in guardian.get("/home", **CHINESE).body.decode()


def test_home_says_when_it_opens_next(school: School, clock: FrozenClock) -> None:
    guardian = school.guardian(of="Oak")

    clock.advance(timedelta(hours=3))
    school.is_there(guardian)

    page = guardian.get("/home", **ENGLISH).body.decode()
    assert "It opens again tomorrow at 09:00 (school time)." in page
    assert 'class="button main wide" href="/rooms/' not in page


@pytest.mark.parametrize(
    ("language", "said"),
    [(ENGLISH, "The curtain is drawn."), (CHINESE, "教室已拉帘")],
    ids=["in English", "in Chinese"],
)
def test_a_drawn_curtain_is_told_without_its_reason(
    school: School, language: dict[str, str], said: str
) -> None:
    guardian = school.guardian(of="Oak")
    school.draws_curtain("Oak")

    for path in ("/home", f"/rooms/{school.room_key('Oak')}"):
        page = guardian.get(path, **language).body.decode()
        assert said in page
        assert "nap" not in page
        assert "午睡" not in page


def test_a_revoked_guardian_reads_one_neutral_sentence(school: School) -> None:
    guardian = school.guardian(of="Oak")
    school.revoke_every_grant()

    page = guardian.get("/home", **ENGLISH).body.decode()

    assert "This room is no longer open to you." in page
    assert "revoke" not in page


def test_a_guardian_without_a_child_in_a_class_has_no_room(school: School) -> None:
    guardian = school.guardian(of="Oak", enrolled=False)

    assert "There is no room for you to see here yet." in guardian.get("/home", **ENGLISH).body.decode()


def test_who_is_nothing_here_yet_is_told_so_and_not_asked_to_sign_in_again(school: School) -> None:
    somebody = Browser(school.app, school.sign_in(school.person()))

    page = somebody.get("/", **ENGLISH).body.decode()

    assert "There is no room for you to see here yet. The school office can tell you more." in page
    assert "passphrase" not in page
    assert 'action="/sign-out"' in page


@pytest.mark.parametrize(
    ("drawn", "advance", "look"),
    [(False, 0, "window-sun"), (True, 0, "window-curtain"), (False, 3, "window-moon")],
    ids=["open", "curtain drawn", "outside hours"],
)
def test_the_little_window_shows_how_the_room_stands(
    school: School, clock: FrozenClock, drawn: bool, advance: int, look: str
) -> None:
    guardian = school.guardian(of="Oak")
    clock.advance(timedelta(hours=advance))
    school.is_there(guardian)
    if drawn:
        school.draws_curtain("Oak")

    page = guardian.get("/home").body.decode()

    shown = {one for one in ("window-sun", "window-curtain", "window-moon") if f'class="{one}"' in page}
    assert shown == {look}


def test_the_watch_page_carries_the_viewers_name_and_waits_for_a_tap(school: School) -> None:
    guardian = school.guardian(of="Oak")

    page = guardian.get(f"/rooms/{school.room_key('Oak')}", **ENGLISH).body.decode()

    assert 'data-state="idle"' in page
    assert 'class="mark"' in page
    assert "林小明" in page.split('class="mark"')[1].split("</p>")[0]


def test_the_watch_page_outside_hours_has_no_play_button(school: School, clock: FrozenClock) -> None:
    guardian = school.guardian(of="Oak")
    clock.advance(timedelta(hours=3))
    school.is_there(guardian)

    page = guardian.get(f"/rooms/{school.room_key('Oak')}", **ENGLISH).body.decode()

    assert 'data-state="refused"' in page
    assert page.split("data-play")[1].startswith(" hidden disabled>")
    assert page.split("data-again")[1].startswith(" disabled>"), (
        "but one may ask again, once the page is there"
    )


@pytest.mark.parametrize("room", ["Elm", None], ids=["another child's room", "no room at all"])
def test_a_room_that_is_not_ones_own_does_not_exist(school: School, room: str | None) -> None:
    guardian = school.guardian(of="Oak")
    key = school.room_key(room) if room else "A" * 22

    assert guardian.get(f"/rooms/{key}") == school.not_found


def test_staff_have_no_watch_page(school: School) -> None:
    for person in (school.teacher(), school.office(), school.director(), school.administrator()):
        assert person.get(f"/rooms/{school.room_key('Oak')}") == school.not_found
        assert person.get("/home") == school.not_found


def test_no_page_has_words_or_style_that_the_policy_forbids(school: School) -> None:
    guardian = school.guardian(of="Oak")

    for path in ("/home", f"/rooms/{school.room_key('Oak')}"):
        page = guardian.get(path).body.decode()
        assert " style=" not in page
        assert " onclick=" not in page
        assert "http://" not in page
        assert "https://" not in page
        ours = re.findall(r'<script type="module" nonce="[\w-]{22}" src="/static/', page)
        assert page.count("<script") == len(ours)


def test_children_in_two_schools_stand_under_their_school_each_with_its_time(school: School) -> None:
    neighbour = school.neighbour(zone="Europe/London")
    guardian = school.guardian(of="Oak")
    takes_in_a_child(neighbour, "Rowan", guardian.person)

    page = guardian.get("/home", **ENGLISH).body.decode()

    names, times = re.findall(r"<h2[^>]*><bdi>(.*?)</bdi>", page), re.findall(r"It is (\S+) at this", page)
    assert dict(zip(names, times, strict=True)) == {"Moonflower": "01:33", "Sunflower": "09:33"}
    at_neighbours, at_ours = page.split("Sunflower")
    assert ("Rowan room" in at_neighbours, "Oak" in at_neighbours) == (True, False)
    assert ("Oak room" in at_ours, "Rowan" in at_ours) == (True, False)
    assert "It opens again today at 09:00 (school time)." in at_neighbours
    assert "Open now, until 11:30" in at_ours


def test_one_school_is_not_named_above_its_rooms(school: School) -> None:
    page = school.guardian(of="Oak").get("/home", **ENGLISH).body.decode()

    assert "Sunflower" not in page
    assert "It is 09:31 at school." in page
