"""What staff see and do: curtains for all of them, families for the office, their own school only."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from access import acts_people
from access.acts import Actor
from access.clock import FrozenClock
from access.database import reading
from access.enrolment import Enrolment, Guardianship
from access.grants import Grant
from access.places import CurtainOpening
from access.stops import Mark, Scope
from tests.app.public_keys import key_of
from tests.browser import Browser
from tests.school import Guardian, School

ENGLISH = {"Accept_Language": "en-GB"}


def curtain_is_open(school: School, room: str) -> bool:
    with reading(school.world.database) as connection:
        drawn = connection.execute(
            select(CurtainOpening.drawn_at)
            .where(CurtainOpening.room_id == school.rooms[room])
            .order_by(CurtainOpening.id.desc())
        ).first()
    return drawn is not None and drawn.drawn_at is None


def staff(school: School, role: str) -> Browser:
    return Browser(school.app, school.sign_in(school.staff[role]))


@pytest.mark.parametrize("role", ["teacher", "office", "director"])
def test_one_tap_draws_the_curtain_at_once(school: School, role: str) -> None:
    answer = staff(school, role).post(
        f"/office/rooms/{school.room_key('Oak')}/curtain/draw", {"reason": "nap"}
    )

    assert answer.status == 303
    assert school.world.stops.stopped([Mark(Scope.ROOM, school.rooms["Oak"])])
    assert not curtain_is_open(school, "Oak")
    assert school.last_entry("curtain:drawn")["reason"] == "nap"


def test_the_page_says_that_it_took_effect_and_why_it_is_drawn(school: School) -> None:
    teacher = school.teacher()
    teacher.post(f"/office/rooms/{school.room_key('Oak')}/curtain/draw", {"reason": "nap"}, **ENGLISH)

    page = teacher.get("/office", **ENGLISH).body.decode()

    assert "Done. It took effect at once." in page
    assert ": nap" in page


def test_opening_again_wants_a_reason(school: School) -> None:
    school.draws_curtain("Oak")
    teacher = school.teacher()
    address = f"/office/rooms/{school.room_key('Oak')}/curtain/open"

    assert teacher.post(address, {"reason": "  "}).status == 400
    assert not curtain_is_open(school, "Oak")

    assert teacher.post(address, {"reason": "nap is over"}).status == 303
    assert curtain_is_open(school, "Oak")


@pytest.mark.parametrize(
    ("reason", "said"),
    [("nap_over", "the nap is over"), ("changed", "all changed"), ("visitor_gone", "the visitor left")],
)
def test_opening_for_a_usual_reason_is_one_tap_more_and_reads_well_in_the_log(
    school: School, reason: str, said: str
) -> None:
    school.draws_curtain("Oak")
    teacher = school.teacher()
    assert f'name="reason" value="{reason}"' in teacher.get("/office").body.decode()

    answer = teacher.post(f"/office/rooms/{school.room_key('Oak')}/curtain/open", {"reason": reason})

    assert answer.status == 303
    assert curtain_is_open(school, "Oak")
    assert said in school.administrator().get("/oversight", **ENGLISH).body.decode()


def test_after_an_ending_the_same_class_is_shown(school: School) -> None:
    guardian = school.guardian(of="Oak")
    office = school.office()
    address = f"/office/grants/{key_of(school, Grant, guardian.grant)}/end"

    answer = office.post(address, {"reason": "moved", "class": "a&b"})

    assert answer.header("Location") == "/office?class=a%26b"


def test_many_who_watch_are_folded_away_under_their_number(school: School) -> None:
    guardians = [school.guardian(of="Oak") for _ in range(7)]
    for guardian in guardians[:6]:
        guardian.opens("Oak")
    assert '<details class="watchers" open>' in school.office().get("/office").body.decode()

    guardians[6].opens("Oak")

    page = school.office().get("/office").body.decode()
    assert '<details class="watchers">' in page
    assert '<span class="count">7</span>' in page


def test_the_office_ends_a_grant_a_guardianship_and_an_enrolment(school: School) -> None:
    guardian = school.guardian(of="Oak")
    office = school.office()

    for path, record, number, kind in ties(guardian):
        answer = office.post(f"/office/{path}/{key_of(school, record, number)}/end", {"reason": "moved"})
        assert answer.status == 303
        assert school.last_entry(kind)["reason"] == "moved"


def ties(guardian: Guardian) -> list[tuple[str, type[Grant | Guardianship | Enrolment], int | None, str]]:
    return [
        ("grants", Grant, guardian.grant, "grant:revoked"),
        ("guardianships", Guardianship, guardian.guardianship, "guardianship:ended"),
        ("enrolments", Enrolment, guardian.enrolment, "enrolment:ended"),
    ]


def test_what_has_ended_is_offered_no_more(school: School) -> None:
    guardian = school.guardian(of="Oak")
    office = school.office()
    address = f"/office/grants/{key_of(school, Grant, guardian.grant)}/end"
    assert address in office.get(f"/office?class={class_key(office)}").body.decode()

    office.post(address, {"reason": "moved"})

    assert address not in office.get(f"/office?class={class_key(office)}").body.decode()


def class_key(office: Browser) -> str:
    page = office.get("/office").body.decode()
    choices = re.findall(r'<option value="([^"]+)"', page)
    return str(next(key for key in choices if "小豆" in office.get(f"/office?class={key}").body.decode()))


def test_a_teacher_sees_no_families_and_ends_nothing(school: School) -> None:
    guardian = school.guardian(of="Oak")
    teacher = school.teacher()

    page = teacher.get("/office", **ENGLISH).body.decode()

    assert "Families" not in page
    assert "/end" not in page
    for path, record, number, _ in ties(guardian):
        address = f"/office/{path}/{key_of(school, record, number)}/end"
        assert teacher.post(address, {"reason": "mine"}) == school.not_found


def test_the_page_says_who_watches_now_for_whom_and_since_when(school: School) -> None:
    guardian = school.guardian(of="Oak")
    school.camera("Oak").films_segment()
    watching = guardian.opens("Oak")

    page = school.office().get("/office", **ENGLISH).body.decode()
    assert "since 09:31" in page
    assert "小豆" in page

    watching.close()
    assert "since 09:31" not in school.office().get("/office", **ENGLISH).body.decode()


def test_another_schools_office_finds_nothing_here(school: School, clock: FrozenClock) -> None:
    guardian = school.guardian(of="Oak")
    machine = Actor(person_id=None, via="cli:test")
    elsewhere = acts_people.add_school(
        school.world, actor=machine, reason="test", name="Elsewhere", zone="Asia/Shanghai", language="zh"
    )
    stranger = school.person()
    acts_people.appoint(
        school.world, actor=machine, reason="test", school_id=elsewhere, person_id=stranger, role="director"
    )
    clock.advance(timedelta(seconds=1))
    browser = Browser(school.app, school.sign_in(stranger))

    assert "Oak" not in browser.get("/office").body.decode()
    drawn = browser.post(f"/office/rooms/{school.room_key('Oak')}/curtain/draw", {"reason": "now"})
    assert drawn == school.not_found
    for path, record, number, _ in ties(guardian):
        address = f"/office/{path}/{key_of(school, record, number)}/end"
        assert browser.post(address, {"reason": "x"}) == school.not_found
    assert curtain_is_open(school, "Oak")


def test_guardians_and_administrators_have_no_office(school: School) -> None:
    for person in (school.guardian(of="Oak"), school.administrator(), school.visitor()):
        assert person.get("/office") == school.not_found
