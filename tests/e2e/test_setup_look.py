"""A setup look with a real camera and real browsers: two people, a display at the door, and what ends it."""

import json
import os
import signal
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, ViewportSize
from sqlalchemy import select

from access.acts import Actor
from access.acts_closing import close_school, confirm_opening, propose_opening
from access.acts_looks import end_look
from access.database import reading
from access.errors import Refused
from access.log.store import LogEntry
from access.people import SignIn
from access.places import Epoch
from access.sign_ins import end_sign_in
from tests.e2e.audience import BLACK_SECONDS
from tests.e2e.living import LivingSchool
from tests.e2e.looking_staff import DESK, PHONE, Desk, Tablet, agreed_look, id_of, sign_out_displays
from tests.e2e.phone import Phone
from tests.e2e.processes import the_web
from tests.e2e.waiting import until
from tests.e2e.watched import being_watched

Act = Callable[[LivingSchool, str, Tablet], object]


@pytest.fixture
def office(browser: Browser, school: LivingSchool) -> Iterator[Desk]:
    desk = Desk(browser, school, "office")
    yield desk
    desk.close()


@pytest.fixture
def tablet(browser: Browser, school: LivingSchool, office: Desk) -> Iterator[Tablet]:
    display = put_up(browser, school, DESK)
    yield display
    display.page.request.post(office.origin + "/door/beat")  # it is still one; its code is of no more use
    display.close()
    sign_out_displays(office)


def put_up(browser: Browser, school: LivingSchool, size: ViewportSize) -> Tablet:
    """Have the director put a tablet up: one of whoever looks does not count."""
    director = Desk(browser, school, "director")
    display = Tablet(browser, director, size, "en-GB")
    director.close()
    return display


def why_closed(school: LivingSchool) -> str:
    with reading(school.living.world.database) as connection:
        newest = (
            select(LogEntry.body)
            .where(LogEntry.log == school.school, LogEntry.kind == "look:closed")
            .order_by(LogEntry.id.desc())
        )
        return str(json.loads(connection.execute(newest.limit(1)).scalar_one() or b"")["reason"])


def test_it_takes_two_people_and_a_display_to_see_the_picture(
    browser: Browser, school: LivingSchool, office: Desk
) -> None:
    school.draw_curtain()
    display = put_up(browser, school, PHONE)
    display.page.goto("about:blank")
    key = office.asks_for_a_look()
    office.goes_to(f"/office/looks/{key}")
    office.taps()
    office.is_told("A second person has yet to agree.")

    director = Desk(browser, school, "director")
    director.agrees(key)
    director.close()
    office.taps()
    office.is_told("The display at the room's door is dark.")

    display.page.goto(office.origin + "/door")
    until("the display says so", lambda: display.state() == "looked-at", 10)
    office.taps()
    office.sees_the_picture()

    assert "logged, and shown at the room's door" in office.page.inner_text("main")
    assert display.state() == "looked-at"
    said = display.words()
    assert "STAFF LOOK" in said.upper()
    assert "to set what is always hidden · the office, until" in said
    assert "The curtain is drawn" in said
    with reading(school.living.world.database) as connection:
        levels = connection.execute(select(Epoch.level).where(Epoch.ended_at.is_(None))).scalars().all()
    assert levels == ["setup"]

    dark, last = office.seconds_until_dark(display.close)
    assert (dark <= BLACK_SECONDS, last <= BLACK_SECONDS) == (True, True), (dark, last)
    office.is_told("The display at the room's door is dark.")
    until("it is recorded", lambda: why_closed(school) == "door:dark", 5)
    until("no camera films for nobody", lambda: _films_nothing(school), 20)
    end_look(school.living.world, actor=school.director, reason="seen", look_id=id_of(school, key))
    sign_out_displays(office)


def _films_nothing(school: LivingSchool) -> bool:
    with reading(school.living.world.database) as connection:
        return connection.execute(select(Epoch.id).where(Epoch.ended_at.is_(None))).first() is None


def signs_out(school: LivingSchool, *_: object) -> None:
    with reading(school.living.world.database) as connection:
        theirs = SignIn.person_id == school.staff["office"], SignIn.ended_at.is_(None)
        newest = connection.execute(select(SignIn.id).where(*theirs)).scalars().all()
    for sign_in in newest:
        end_sign_in(school.living.world, sign_in)


#: Where the mark was seen before the record was there, its own reason is written.
ENDINGS: dict[str, tuple[Act, set[str]]] = {
    "a teacher ends it": (
        lambda school, key, _: end_look(
            school.living.world,
            actor=Actor(school.staff["teacher"], "web"),
            reason="children are changing",
            look_id=id_of(school, key),
        ),
        {"look:ended"},
    ),
    "the curtain is drawn": (lambda school, *_: school.draw_curtain(), {"look:ended", "room:stopped"}),
    "the whole school is closed": (
        lambda school, *_: close_school(
            school.living.world, actor=school.director, reason="test", school_id=school.school
        ),
        {"look:ended", "school:closed"},
    ),
    "they are signed out": (signs_out, {"sign_in:ended"}),
}


@pytest.mark.parametrize(("act", "why"), ENDINGS.values(), ids=ENDINGS)
def test_screen_and_bytes_end_within_three_seconds_once(
    browser: Browser, school: LivingSchool, tablet: Tablet, act: Act, why: set[str]
) -> None:
    looker = Desk(browser, school, "office")
    key = agreed_look(school)
    until("the display says so", lambda: tablet.state() == "looked-at", 10)
    looker.goes_to(f"/office/looks/{key}")
    looker.taps()
    looker.sees_the_picture()

    dark, last = looker.seconds_until_dark(lambda: act(school, key, tablet))

    looker.close()
    _open_again(school)
    assert (dark <= BLACK_SECONDS, last <= BLACK_SECONDS) == (True, True), (dark, last)
    until("it is recorded", lambda: why_closed(school) in why, 5)
    # Whoever was signed out may still look as far as the display knows, until the look itself is ended.
    end_look(school.living.world, actor=school.director, reason="seen", look_id=id_of(school, key))
    until("the display says nothing of it", lambda: tablet.state() != "looked-at", 5)


def _open_again(school: LivingSchool) -> None:
    """Where the whole school was closed, open it."""
    world = school.living.world
    try:
        key = propose_opening(world, actor=school.office, reason="test", school_id=school.school)
    except Refused:  # ``school:not_closed``: it is open
        return
    confirm_opening(world, actor=school.director, reason="test", school_id=school.school, proposal=key)


def test_the_display_counts_who_watches_also_after_kill_9(school: LivingSchool, tablet: Tablet) -> None:
    school.open_curtain()
    with being_watched(school):
        until("it counts one", lambda: tablet.count() == "1", 10)
        assert "The curtain is open" in tablet.words()
        for pid in the_web(school.living):
            os.kill(pid, signal.SIGKILL)
    until("the portal is back", school.living.is_ready, 30)
    until("nobody is counted", lambda: tablet.count() == "0", 10)


def test_a_family_that_watches_is_told_while_staff_look_too(
    browser: Browser, school: LivingSchool, tablet: Tablet
) -> None:
    school.open_curtain()
    phone = Phone(browser, school, school.guardian().sign_in_name, "en-GB")
    phone.watch()
    told = phone.page.locator("[data-staff-look]")
    assert told.is_hidden()
    key = agreed_look(school)
    until("the display says so", lambda: tablet.state() == "looked-at", 10)
    assert told.is_hidden(), "nobody sees the picture yet"

    looker = Desk(browser, school, "office")
    looker.goes_to(f"/office/looks/{key}")
    looker.taps()
    until("the family's page says so", told.is_visible, 5)
    looker.sees_the_picture()
    assert "Staff are looking" in phone.words()
    assert not phone.is_dark()
    end_look(school.living.world, actor=school.director, reason="seen", look_id=id_of(school, key))

    until("nor does it any more", told.is_hidden, 5)
    looker.close()
    phone.close()
