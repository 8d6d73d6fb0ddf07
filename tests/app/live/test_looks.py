"""The picture of a setup look: who gets it, what it takes, and what ends it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from access.acts import Actor
from access.acts_closing import close_school
from access.acts_doors import end_door
from access.acts_looks import AskedLook, end_look
from access.acts_people import dismiss
from access.clock import FrozenClock
from access.database import reading
from access.errors import Refused
from access.look_records import SETUP
from access.people import Membership, SignIn
from access.sign_ins import end_sign_in
from tests.browser import Browser
from tests.looking import Display, agrees, asks, draws_curtain, opens, reason, tries
from tests.school import School

SECOND = timedelta(seconds=1)


@pytest.fixture
def office(school: School) -> Browser:
    return school.office()


@pytest.fixture
def display(school: School) -> Display:
    return Display(school, "Oak")


@pytest.fixture
def look(school: School, display: Display) -> AskedLook:
    """A look that the director agreed to, and that the display knows of."""
    asked = asks(school)
    agrees(school, asked)
    assert display.beats().status == 200
    return asked


def films(school: School, display: Display, body: bytes | None = None) -> int:
    """Have a second go by in which the display is on and the camera films."""
    school.clock.advance(SECOND)
    display.beats()
    return school.camera("Oak").films_segment(body=body)


def test_two_people_a_purpose_and_a_display_show_the_picture(
    school: School, office: Browser, display: Display, look: AskedLook
) -> None:
    looking = opens(office, look)
    k = films(school, display, b"segment seven")

    answer = looking.segment(k)

    assert (answer.status, answer.body) == (200, b"segment seven")
    assert looking.status().json["state"] == "playing"
    assert looking.status().json["holds_seconds"] == 2.5
    looking.close()
    assert school.log("look:") == ["look:asked", "look:agreed", "look:opened", "look:closed"]
    assert school.last_entry("look:opened")["subject"]["look"] == look.id
    closed = school.last_entry("look:closed")
    assert closed["reason"] == "look:left"
    assert closed["delivered"]["main"]["milliseconds"] == 1000


def test_nobody_looks_alone(school: School, office: Browser, display: Display) -> None:
    asked = asks(school)
    display.beats()

    assert reason(tries(office, asked)) == "look:not_agreed"
    with pytest.raises(Refused, match="look:same_person"):
        agrees(school, asked, by=school.office_actor)

    assert school.log("look:") == ["look:asked", "look:not_opened", "look:refused"]
    assert reason(tries(office, asked)) == "look:not_agreed"


@pytest.mark.parametrize("nobody", ["guardian", None])
def test_only_staff_with_a_name_agree(school: School, nobody: str | None) -> None:
    asked = asks(school)
    person = school.guardian(of="Oak").person if nobody else None

    with pytest.raises(Refused, match="look:not_staff"):
        agrees(school, asked, by=Actor(person, "web"))


def test_a_teacher_agrees_and_asks_for_none(school: School) -> None:
    teacher = Actor(school.staff["teacher"], "web")

    with pytest.raises(Refused, match="look:not_staff"):
        asks(school, by=teacher)
    agrees(school, asks(school), by=teacher)


def test_without_a_display_that_is_on_there_is_no_picture(
    school: School, office: Browser, clock: FrozenClock
) -> None:
    asked = asks(school)
    agrees(school, asked)
    assert reason(tries(office, asked)) == "door:dark"

    display = Display(school, "Oak")
    assert reason(tries(office, asked)) == "door:dark"

    display.beats()
    opens(office, asked)
    clock.advance(2.5 * SECOND)
    assert reason(tries(office, asked)) == "door:dark"


def test_a_display_that_was_not_told_of_the_look_is_none(
    school: School, office: Browser, display: Display, clock: FrozenClock
) -> None:
    asked = asks(school)
    display.beats()
    clock.advance(SECOND)
    agrees(school, asked)

    assert reason(tries(office, asked)) == "door:dark"

    said = display.beats().json["looks"]
    (words,) = [one["en"] for one in said]
    assert words.startswith("to set what is always hidden · the office, until 09:40")
    opens(office, asked)


def test_every_display_of_the_room_has_to_be_on(
    school: School, office: Browser, look: AskedLook, clock: FrozenClock
) -> None:
    other = Display(school, "Oak")

    assert reason(tries(office, look)) == "door:dark"

    other.beats()
    opens(office, look)


def test_another_of_the_staff_sees_nothing(school: School, office: Browser, look: AskedLook) -> None:
    looking = opens(office, look)

    assert reason(tries(school.director(), look)) == "look:not_yours"
    assert school.director().get(f"/looks/{looking.key}/status") == school.not_found
    assert school.teacher().get(f"/looks/{looking.key}/status") == school.not_found
    assert school.guardian(of="Oak").get(f"/looks/{looking.key}/status") == school.not_found


def test_a_look_is_had_on_one_device(school: School, office: Browser, look: AskedLook) -> None:
    looking = opens(office, look)
    tablet = school.office()

    assert reason(tries(tablet, look)) == "look:other_device"
    assert tablet.get(f"/looks/{looking.key}/status") == school.not_found


def test_a_look_needs_no_gates_no_curtain_and_no_consent(
    school: School, office: Browser, display: Display
) -> None:
    draws_curtain(school)
    asked = asks(school)
    agrees(school, asked)
    display.beats()

    looking = opens(office, asked)
    school.camera("Oak").connects(SETUP)
    k = films(school, display, b"before opening")

    assert looking.segment(k).body == b"before opening"
    assert display.beats().json["curtain"] == "drawn"


def test_no_family_ever_sees_what_was_filmed_for_a_look(
    school: School, office: Browser, display: Display
) -> None:
    guardian = school.guardian(of="Oak")
    draws_curtain(school)
    asked = asks(school)
    agrees(school, asked)
    display.beats()
    looking = opens(office, asked)
    school.camera("Oak").connects(SETUP)
    school.opens_curtain("Oak")

    watching = guardian.opens("Oak")
    k = films(school, display)

    assert watching.segment(k) == school.not_found
    assert watching.playlist() == school.not_found
    assert watching.status().json["state"] == "waiting"
    assert looking.segment(k).status == 200


Ends = Callable[[School, AskedLook, Display], object]


def leaves_the_staff(school: School, look: AskedLook, display: Display) -> None:
    del look, display
    with reading(school.world.database) as connection:
        mine = select(Membership.id).where(Membership.person_id == school.staff["office"])
        place = connection.execute(mine).scalar_one()
    dismiss(school.world, actor=school.director_actor, reason="test", membership_id=place)


def signs_out(school: School, look: AskedLook, display: Display) -> None:
    del look, display
    with reading(school.world.database) as connection:
        mine = select(SignIn.id).where(SignIn.person_id == school.staff["office"]).order_by(SignIn.id.desc())
        newest = connection.execute(mine.limit(1)).scalar_one()
    end_sign_in(school.world, newest)


ENDINGS: dict[str, tuple[Ends, str]] = {
    "a teacher ends it": (
        lambda school, look, _: end_look(
            school.world, actor=Actor(school.staff["teacher"], "web"), reason="test", look_id=look.id
        ),
        "look:ended",
    ),
    "the curtain is drawn": (lambda school, *_: draws_curtain(school), "look:ended"),
    "the school is closed": (
        lambda school, *_: close_school(
            school.world, actor=school.director_actor, reason="test", school_id=school.id
        ),
        "look:ended",
    ),
    "the display is signed out": (
        lambda school, _, display: end_door(
            school.world, actor=school.office_actor, reason="test", door_id=display.door
        ),
        "look:ended",
    ),
    "they leave the staff": (leaves_the_staff, "look:not_staff"),
    "they sign out": (signs_out, "sign_in:ended"),
}


@pytest.mark.parametrize(("ends", "why"), ENDINGS.values(), ids=ENDINGS)
def test_a_look_is_black_as_soon_as(
    school: School, office: Browser, display: Display, look: AskedLook, *, ends: Ends, why: str
) -> None:
    looking = opens(office, look)
    k = films(school, display)
    assert looking.segment(k).status == 200

    ends(school, look, display)

    assert looking.segment(k) == school.not_found
    assert looking.playlist() == school.not_found
    school.looks.renew_all()  # where they may not even ask any more, within the next second
    assert school.last_entry("look:closed")["reason"] == why


def test_a_look_is_black_when_its_ten_minutes_are_over(
    school: School, office: Browser, display: Display, look: AskedLook, clock: FrozenClock
) -> None:
    clock.advance(timedelta(minutes=10) - 2 * SECOND)
    display.beats()
    looking = opens(office, look)
    assert looking.status().json["seconds_left"] == 2
    clock.advance(2 * SECOND)
    display.beats()

    assert looking.status().json == {"state": "ended", "epoch": None, "words": "The ten minutes are over."}


def test_a_display_that_falls_silent_ends_the_look_at_once(
    school: School, office: Browser, look: AskedLook, clock: FrozenClock
) -> None:
    looking = opens(office, look)

    clock.advance(2.4 * SECOND)
    assert looking.status().json["holds_seconds"] == 0.1
    clock.advance(0.1 * SECOND)

    assert looking.status().json["state"] == "ended"
    assert school.last_entry("look:closed")["reason"] == "door:dark"


def test_a_curtain_drawn_before_stands_in_nobodys_way_but_one_drawn_since_does(
    school: School, office: Browser, display: Display
) -> None:
    draws_curtain(school)
    asked = asks(school)
    agrees(school, asked)
    display.beats()
    looking = opens(office, asked)
    assert looking.status().json["state"] == "waiting"

    draws_curtain(school)

    assert looking.status().json["state"] == "ended"
    assert reason(tries(office, asked)) == "look:ended"
