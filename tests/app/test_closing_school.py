"""The office page: the director closes everything, and two of the staff open it again."""

from datetime import timedelta

import pytest

from access.acts_closing import close_school
from access.clock import FrozenClock
from access.stops import Mark, Scope
from tests.browser import Answer, Browser
from tests.school import PASSPHRASE, School

ENGLISH = {"Accept_Language": "en"}
CHINESE = {"Accept_Language": "zh-CN"}
TOLD = "The school has closed the cameras for now."


def page(browser: Browser, path: str = "/office") -> str:
    """Return a page in English."""
    answer = browser.get(path, **ENGLISH)
    assert answer.status == 200
    return answer.body.decode()


def proposal(browser: Browser) -> str:
    """Return the key of the proposal that the page asks to confirm, or nothing."""
    found = page(browser).split('name="proposal" value="')
    return found[1][:22] if len(found) > 1 else ""


def opens(browser: Browser, step: str, **fields: str) -> Answer:
    """Send one of the two forms."""
    return browser.post(f"/office/open/{step}", {"reason": "all clear", **fields}, **ENGLISH)


def test_the_director_closes_everything_with_one_form(school: School) -> None:
    guardian, director = school.guardian(of="Oak"), school.director()
    watching = guardian.opens("Oak")

    answer = director.post("/office/close", {"reason": "a stranger got in"}, **ENGLISH)

    assert answer.status == 303
    assert guardian.get(f"/live/{watching.key}/status", **ENGLISH).json["words"] == TOLD
    assert school.log("school:") == ["school:closed"]


def test_guardians_read_one_neutral_sentence_and_not_why(school: School) -> None:
    guardian = school.guardian(of="Oak")
    close_school(school.world, actor=school.director_actor, reason="a stranger got in", school_id=school.id)

    for path in ("/home", f"/rooms/{school.room_key('Oak')}"):
        told = page(guardian, path)
        assert TOLD in told
        assert "stranger" not in told
        assert "opens again" not in told
        assert "幼儿园暂时关闭了所有摄像头。" in guardian.get(path, **CHINESE).body.decode()


@pytest.mark.parametrize("who", ["teacher", "office", "director"])
def test_staff_read_who_closed_it_when_and_why(school: School, who: str) -> None:
    close_school(school.world, actor=school.director_actor, reason="a stranger got in", school_id=school.id)

    told = page(getattr(school, who)())

    assert "All cameras are closed" in told
    assert "a stranger got in" in told
    assert f"{school.called.person} {school.staff['director']}" in told
    assert "09:30" in told


def test_only_the_director_finds_how_to_close_it(school: School) -> None:
    assert 'action="/office/close"' in page(school.director())
    for other in (school.teacher(), school.office()):
        assert 'action="/office/close"' not in page(other)
        assert other.post("/office/close", {"reason": "test"}) == school.not_found


def test_two_open_it_again_and_each_reads_what_is_asked_of_them(school: School) -> None:
    guardian, office, teacher = school.guardian(of="Oak"), school.office(), school.teacher()
    school.director().post("/office/close", {"reason": "drill"})
    school.clock.advance(timedelta(minutes=1))
    assert 'action="/office/open/propose"' in page(office)
    assert 'action="/office/open/propose"' not in page(teacher)

    assert opens(office, "propose").status == 303

    assert "A colleague has to confirm it" in page(office)
    assert 'action="/office/open/confirm"' not in page(office)
    assert TOLD in page(guardian, "/home")
    assert opens(teacher, "confirm", proposal=proposal(teacher)).status == 303
    assert "All cameras are closed" not in page(teacher)
    assert "Open now" in page(guardian, "/home")


def test_nobody_confirms_what_they_proposed_or_what_was_taken_back(school: School) -> None:
    office, director = school.office(), school.director()
    director.post("/office/close", {"reason": "drill"})
    opens(office, "propose")
    waiting = proposal(director)

    opens(office, "confirm", proposal=waiting)
    assert "somebody else has to confirm it" in page(office)

    director.post("/office/close", {"reason": "not yet"})
    opens(director, "confirm", proposal=waiting)
    assert "taken back or has changed" in page(director)
    assert "All cameras are closed" in page(office)


@pytest.mark.parametrize("step", ["propose", "confirm"])
def test_opening_asks_for_the_passphrase_and_closing_never_does(
    school: School, clock: FrozenClock, step: str
) -> None:
    office, director = school.office(), school.director()
    clock.advance(timedelta(minutes=8))
    for browser in (office, director):
        school.is_there(browser)

    assert director.post("/office/close", {"reason": "drill"}).status == 303
    asked = opens(office, step, proposal="p" * 22)

    assert asked.status == 200
    assert 'name="proof"' in asked.body.decode()
    assert school.log("school:") == ["school:closed"]
    answer = opens(office, step, proposal="p" * 22, proof=PASSPHRASE)
    assert answer.status in {303, 400}


def test_a_form_without_its_proposal_is_no_form(school: School) -> None:
    office = school.office()

    assert opens(office, "confirm").status == 400
    assert office.post("/office/open/propose", {"reason": ""}).status == 400


def test_the_banner_stands_before_the_record_does(school: School) -> None:
    school.world.stops.set([Mark(Scope.SCHOOL, school.id)])

    told = page(school.director())

    assert "All cameras are closed" in told
    assert "The record of it follows" in told


def test_staff_of_a_closed_school_sign_in_draw_curtains_and_read_the_log(school: School) -> None:
    school.director().post("/office/close", {"reason": "drill"})

    teacher, administrator = school.teacher(), school.administrator()
    drawn = teacher.post(f"/office/rooms/{school.room_key('Oak')}/curtain/draw", {"reason": "nap"})

    assert drawn.status == 303
    assert "drill" in page(administrator, "/oversight")
    assert school.log("curtain:")[-1] == "curtain:drawn"


def test_a_curtain_opened_while_it_is_closed_shows_nothing(school: School) -> None:
    guardian, teacher = school.guardian(of="Oak"), school.teacher()
    school.director().post("/office/close", {"reason": "drill"})
    school.draws_curtain("Oak")

    teacher.post(f"/office/rooms/{school.room_key('Oak')}/curtain/open", {"reason": "nap_over"})

    assert TOLD in page(guardian, "/home")


def test_a_neighbours_school_shows_no_banner_and_stays_open(school: School) -> None:
    other = school.neighbour()
    school.director().post("/office/close", {"reason": "drill"})

    assert "All cameras are closed" not in page(other.director())
    assert opens(other.director(), "propose").status == 303
    assert other.log("school:") == []
