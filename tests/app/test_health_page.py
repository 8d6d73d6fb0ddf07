"""The staff's health page: whether all is well, in their language, and nothing that is not theirs."""

import threading
import time

import pytest
from sqlalchemy import update

from access.database import writing
from access.outages import record_camera_state
from access.places import Camera
from app.health.finding import Finding
from app.health.rounds import Rounds
from app.office.health import EXTENSION
from tests.browser import Browser
from tests.school import CAMERA_ADDRESS, School

ENGLISH, CHINESE = {"Accept_Language": "en-GB"}, {"Accept_Language": "zh-CN"}


def page(reader: Browser, **headers: str) -> str:
    answer = reader.get("/office/health", **(headers or ENGLISH))
    assert answer.status == 200
    return answer.body.decode()


def test_a_camera_without_a_picture_is_told_to_its_own_school_only(school: School) -> None:
    neighbour = school.neighbour()
    at = school.clock.now()
    record_camera_state(school.world, school.camera("Oak").key, "camera:wrong_password", at)

    own, theirs = page(school.office()), page(neighbour.director())

    assert "no picture since 2026-03-10" in own
    assert "wrong password" in own
    assert "Something is wrong" in own
    assert "no picture since" not in theirs
    assert "Oak" not in theirs
    assert "Rowan" not in own


def test_it_holds_no_path_of_the_machine_and_nothing_of_a_cameras_address(school: School) -> None:
    record_camera_state(school.world, school.camera("Oak").key, "camera:no_route", school.clock.now())

    shown = page(school.administrator())

    assert str(school.settings.data_directory) not in shown
    assert "The data directory" in shown
    assert "canary" not in shown
    assert CAMERA_ADDRESS.split("@")[1].split(":")[0] not in shown


def test_it_speaks_both_languages_whoever_asked_first(school: School) -> None:
    director = school.director()

    english, chinese = page(director, **ENGLISH), page(director, **CHINESE)

    assert "The key of the cameras&#39; addresses" in english or "The key that opens" in english
    assert "Data directory" not in chinese
    assert "数据目录" in chinese
    assert "系统状况" in chinese


def test_a_name_that_somebody_typed_is_a_name_and_no_markup(school: School) -> None:
    with writing(school.world.database) as connection:
        connection.execute(update(Camera).values(name="<b>bold</b>"))

    shown = page(school.office())

    assert "<b>bold" not in shown
    assert "&lt;b&gt;bold" in shown


def test_a_clock_that_is_not_believed_is_named(school: School) -> None:
    school.clock.is_believable = False

    assert "Somebody set the clock while the portal ran: everything is closed." in page(school.director())


@pytest.mark.parametrize("role", ["office", "director", "administrator"])
def test_those_who_would_call_somebody_are_led_there(school: School, role: str) -> None:
    assert 'href="/office/health"' in page(Browser(school.app, school.sign_in(school.staff[role])))


def test_a_teacher_is_not_led_there(school: School) -> None:
    teacher = school.teacher()

    assert "/office/health" not in teacher.get("/office").body.decode()
    assert teacher.get("/office/health") == school.not_found


def test_reloading_looks_again_only_after_half_a_minute() -> None:
    asked: list[int] = []

    def look() -> list[Finding]:
        asked.append(1)
        return []

    often, seldom = Rounds(every_seconds=0.0), Rounds()
    for _ in range(3):
        often.last("kind", lambda: {"check": look})
    assert len(asked) == 3
    for kind in ("one", "one", "other"):
        seldom.last(kind, lambda: {"check": look})
    assert len(asked) == 5


def test_a_check_that_hangs_keeps_nobody_waiting(school: School) -> None:
    def hangs() -> list[Finding]:
        threading.Event().wait(30)
        return []

    rounds = Rounds(seconds=0.2)
    school.app.extensions[EXTENSION] = rounds
    rounds.last("installation", lambda: {"address": hangs})

    began = time.monotonic()
    shown = page(school.director())

    assert time.monotonic() - began < 5
    assert "It did not answer in time." in shown
    assert "Not known" in shown
