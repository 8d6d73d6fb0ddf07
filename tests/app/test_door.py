"""The display at a room's door: a device of nobody's, which tells of its own room and of nothing else."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from access.acts_doors import add_door, end_door, sign_in_door
from access.clock import FrozenClock
from access.database import reading
from access.errors import Refused
from access.leases import LEASE
from access.look_records import DoorDisplay
from access.stops import Mark, Scope
from tests.browser import Browser
from tests.looking import Display, agrees, asks
from tests.school import School

BEAT = timedelta(seconds=0.7)
#: Half past eleven at school.
HOURS_END = datetime(2026, 3, 10, 3, 30, tzinfo=UTC)


def code_of(school: School, room: str = "Oak") -> str:
    return add_door(school.world, actor=school.office_actor, reason="test", room_id=school.rooms[room]).code


@pytest.fixture
def display(school: School) -> Display:
    return Display(school, "Oak")


def test_a_code_makes_one_device_the_display_once(school: School) -> None:
    code, tablet, other = code_of(school), school.visitor(), school.visitor()

    made = tablet.ask("POST", "/i/door", {"code": code}, Sec_Fetch_Site="same-origin")

    assert (made.status, made.json) == (201, {"next": "/door"})
    assert tablet.get("/door").status == 200
    again = other.ask("POST", "/i/door", {"code": code}, Sec_Fetch_Site="same-origin")
    assert (again.status, again.json) == (400, {"refused": "door:code"})
    assert school.log("door:") == ["door:added", "door:signed_in"]


def test_whatever_only_looks_at_the_address_uses_nothing_up(school: School) -> None:
    code, tablet = code_of(school), school.visitor()

    assert tablet.get("/i").status == 200
    assert tablet.get(f"/i/door?code={code}") == school.not_found

    assert tablet.ask("POST", "/i/door", {"code": code}, Sec_Fetch_Site="same-origin").status == 201


def test_a_code_is_over_after_a_quarter_of_an_hour(school: School, clock: FrozenClock) -> None:
    code = code_of(school)
    clock.advance(timedelta(minutes=15))

    with pytest.raises(Refused, match="door:code"):
        sign_in_door(school.world, code)


def test_whoever_was_signed_in_on_the_tablet_is_so_no_longer(school: School) -> None:
    tablet = school.office()

    tablet.ask("POST", "/i/door", {"code": code_of(school)}, Sec_Fetch_Site="same-origin")

    assert tablet.get("/door").status == 200
    assert tablet.get("/office") == school.not_found


@pytest.mark.parametrize("cookie", ["", "x", "x" * 43, "x" * 200, "ä"])
def test_a_device_that_is_none_gets_the_one_answer(school: School, cookie: str) -> None:
    stranger = Browser(school.app)
    if cookie:
        stranger._client.set_cookie("__Host-door", cookie, secure=True, httponly=True)

    assert stranger.get("/door") == school.not_found
    assert stranger.ask("POST", "/door/beat", Sec_Fetch_Site="same-origin") == school.not_found


def test_a_display_that_was_signed_out_gets_it_too_at_once(school: School, display: Display) -> None:
    assert display.beats().status == 200

    end_door(school.world, actor=school.office_actor, reason="test", door_id=display.door)

    assert display.get("/door") == school.not_found
    assert display.beats() == school.not_found


def test_a_mark_signs_it_out_before_any_record_is_made(school: School, display: Display) -> None:
    school.world.stops.set([Mark(Scope.DOOR, display.door)])

    assert display.beats() == school.not_found


def test_a_display_opens_no_page_of_people(school: School, display: Display) -> None:
    for path in ("/home", "/office", "/office/cameras", f"/rooms/{school.room_key('Oak')}", "/oversight"):
        assert display.get(path) == school.not_found


def test_a_beat_comes_from_our_own_page_only(school: School, display: Display) -> None:
    assert display.ask("POST", "/door/beat", Sec_Fetch_Site="cross-site") == school.not_found
    assert display.ask("POST", "/door/beat", Sec_Fetch_Site="none") == school.not_found


def test_it_counts_people_and_not_phones(school: School, display: Display, clock: FrozenClock) -> None:
    mother = school.guardian(of="Oak")
    father = school.guardian(of="Oak", beside=mother)
    other = school.guardian(of="Oak")
    elsewhere = school.guardian(of="Elm")
    assert display.beats().json["watching"] == 0

    watching = [one.opens("Oak") for one in (mother, father, other)]
    elsewhere.opens("Elm")

    assert display.beats().json["watching"] == 3
    father.opens("Oak")
    assert display.beats().json["watching"] == 3, "the same father, on another phone"
    watching[2].close()
    assert display.beats().json["watching"] == 2
    clock.advance(LEASE)
    assert display.beats().json["watching"] == 0, "to phones that died nothing is sent any more"


def test_ones_own_look_does_not_tell_whether_another_of_the_family_watches(
    school: School, display: Display
) -> None:
    mother = school.guardian(of="Oak")
    father = school.guardian(of="Oak", beside=mother)

    def seen_from_the_door() -> int:
        before = int(display.beats().json["watching"])
        own = father.opens("Oak")
        after = int(display.beats().json["watching"])
        own.close()
        return after - before

    alone = seen_from_the_door()
    mother.opens("Oak")

    assert alone == seen_from_the_door() == 1


def test_it_tells_of_the_curtain_and_of_looks_in_its_own_room_only(
    school: School, display: Display, clock: FrozenClock
) -> None:
    elm = Display(school, "Elm")
    agrees(school, asks(school, "Elm"))
    school.draws_curtain("Elm")
    agrees(school, asks(school, "Elm"))

    ours, theirs = display.beats().json, elm.beats().json

    assert (ours["curtain"], ours["looks"]) == ("open", [])
    assert theirs["curtain"] == "drawn"
    assert [look["en"].split(" · ")[0] for look in theirs["looks"]] == ["to set what is always hidden"]
    clock.advance(timedelta(minutes=10))
    assert elm.beats().json["looks"] == []


def test_it_names_nobody(school: School, display: Display) -> None:
    guardian = school.guardian(of="Oak")
    guardian.opens("Oak")
    agrees(school, asks(school))

    said = display.beats().body.decode() + display.get("/door").body.decode()

    assert school.called.person not in said
    assert school.called.child not in said


def test_what_may_not_be_sent_any_more_is_not_counted_before_it_is_recorded(
    school: School, display: Display
) -> None:
    mother, father, other = (school.guardian(of="Oak") for _ in range(3))
    for one in (mother, father, other):
        one.opens("Oak")

    school.world.stops.set([Mark(Scope.PERSON, mother.person)])
    assert display.beats().json["watching"] == 2
    school.world.stops.set([Mark(Scope.ROOM, school.rooms["Oak"])])
    assert display.beats().json["watching"] == 0


def test_nobody_is_counted_from_the_end_of_the_hours_on(
    school: School, display: Display, clock: FrozenClock
) -> None:
    clock.advance(HOURS_END - timedelta(minutes=5) - clock.now())
    guardian = school.guardian(of="Oak")
    clock.advance(HOURS_END - timedelta(seconds=5) - clock.now())
    guardian.opens("Oak")
    assert display.beats().json["watching"] == 1

    clock.advance(timedelta(seconds=5))  # its lease holds for five more

    assert display.beats().json["watching"] == 0


def test_nobody_is_counted_while_nothing_is_sent_for_the_clock(
    school: School, display: Display, clock: FrozenClock
) -> None:
    school.guardian(of="Oak").opens("Oak")

    clock.is_believable = False

    assert display.beats().json["watching"] == 0


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_both_languages_are_spoken_at_the_door_whoever_put_it_up(
    school: School, display: Display, language: str
) -> None:
    agrees(school, asks(school))
    beat = display.ask("POST", "/door/beat", Sec_Fetch_Site="same-origin", Accept_Language=language)

    page = display.get("/door", Accept_Language=language).body.decode()

    assert "正在观看" in page
    assert "watching now" in page
    (look,) = beat.json["looks"]
    assert look["zh"].startswith("设置始终遮挡的部分 · 办公室，最晚到")
    assert look["en"].startswith("to set what is always hidden · the office, until ")


def test_a_look_of_the_director_is_said_to_be_the_directors(school: School, display: Display) -> None:
    agrees(school, asks(school, by=school.director_actor), by=school.office_actor)

    (look,) = display.beats().json["looks"]

    assert "the director" in look["en"]


def test_with_nothing_to_tell_it_is_seldom_written_down(
    school: School, display: Display, clock: FrozenClock
) -> None:
    def written() -> list[datetime | None]:
        seen = []
        for _ in range(5):
            clock.advance(BEAT)
            assert display.beats().status == 200
            with reading(school.world.database) as connection:
                seen.append(connection.execute(select(DoorDisplay.seen_at)).scalar_one())
        return seen

    assert len(set(written())) == 1
    agrees(school, asks(school))
    assert len(set(written())) == 5
    clock.advance(timedelta(minutes=10))
    assert len(set(written())) == 1, "the look is over, and it was long ago"
