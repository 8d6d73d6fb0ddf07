"""From another project's camera to a guardian's phone, and black when the right ends."""

import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial

import pytest
from playwright.sync_api import Browser
from sqlalchemy import select

from access import acts_people, acts_places, sign_ins
from access.database import reading
from access.log.store import LogEntry
from access.viewing_records import Viewing
from tests.cameras import PipCamera
from tests.e2e.conftest import Phone
from tests.e2e.living import ALL_WEEK, Guardian, LivingSchool
from tests.e2e.reader import Reader, boot
from tests.e2e.waiting import until

#: The promise, for the last byte and for the screen.
BLACK_SECONDS = 3.0


def revokes_the_grant(school: LivingSchool, guardian: Guardian) -> None:
    acts_people.revoke_grant(
        school.living.world, actor=school.office, reason="left the city", grant_id=guardian.grant
    )


def draws_the_curtain(school: LivingSchool, guardian: Guardian) -> None:
    acts_places.draw_curtain(school.living.world, actor=school.office, reason="nap", room_id=school.room)


def ends_the_enrolment(school: LivingSchool, guardian: Guardian) -> None:
    acts_people.end_enrolment(
        school.living.world, actor=school.office, reason="moved", enrolment_id=guardian.enrolment
    )


def signs_out_everywhere(school: LivingSchool, guardian: Guardian) -> None:
    sign_ins.end_every_sign_in(school.living.world, guardian.person)


@contextmanager
def following(reader: Reader, viewing: str) -> Iterator[None]:
    stopping = threading.Event()
    thread = threading.Thread(target=reader.follow, args=(viewing, stopping))
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join(30)


def entries(school: LivingSchool, kind: str, person: int) -> int:
    with reading(school.living.world.database) as connection:
        found = connection.execute(
            select(LogEntry.number).where(LogEntry.kind == kind, LogEntry.person_id == person)
        )
        return len(found.all())


def test_a_guardian_watches_for_ten_seconds_and_the_log_shows_it(
    school: LivingSchool, browser: Browser
) -> None:
    guardian = school.guardian()
    phone = Phone(browser, school, guardian.sign_in_name)

    phone.watch()
    began = phone.played()
    until("ten seconds have played", lambda: phone.played() > began + 10, 25)

    assert phone.state() == "playing"
    assert guardian.name in phone.words()
    assert entries(school, "viewing:opened", guardian.person) == 1
    phone.close()


@pytest.mark.parametrize("rate", [None, 100_000.0], ids=["full speed", "100 kB/s"])
@pytest.mark.parametrize(
    "act",
    [revokes_the_grant, ends_the_enrolment, signs_out_everywhere, draws_the_curtain],
    ids=lambda act: act.__name__,
)
def test_no_byte_leaves_three_seconds_after_the_right_ended(
    school: LivingSchool, act: Callable[[LivingSchool, Guardian], None], rate: float | None
) -> None:
    guardian = school.guardian()
    reader, token = school.reader(guardian.sign_in_name, rate)
    viewing = reader.open(school.room_key, token)

    with following(reader, viewing):
        until("three segments came", lambda: len(reader.received) > 3 and len(reader.bodies) > 3, 30)
        act(school, guardian)
        ended = boot()
        time.sleep(BLACK_SECONDS + 2)  # the time in which a byte would be too late

    late = [instant - ended for instant, _ in reader.received if instant - ended > BLACK_SECONDS]
    assert late == []
    assert reader.statuses[-1] in {404, 0}
    _open_again(school)


@pytest.mark.parametrize(
    ("act", "zh", "en"),
    [
        pytest.param(revokes_the_grant, "授权", "no longer", id="grant revoked"),
        pytest.param(draws_the_curtain, "拉", "curtain", id="curtain drawn"),
        pytest.param(ends_the_enrolment, "", "", id="enrolment ended"),
    ],
)
def test_the_screen_is_dark_with_the_right_words(
    school: LivingSchool,
    browser: Browser,
    act: Callable[[LivingSchool, Guardian], None],
    zh: str,
    en: str,
) -> None:
    guardian = school.guardian()
    phones = [Phone(browser, school, guardian.sign_in_name, language) for language in ("zh-CN", "en-GB")]
    for phone in phones:
        phone.watch()

    act(school, guardian)
    ended = time.monotonic()
    for phone in phones:
        until("the screen is dark", phone.is_dark, BLACK_SECONDS - (time.monotonic() - ended))

    for phone in phones:
        until("the page says that it ended", partial(_has_ended, phone), 5)
    assert re.search("[一-鿿]", phones[0].words())
    assert zh in phones[0].words()
    assert en.casefold() in phones[1].words().casefold()
    for phone in phones:
        phone.close()
    _open_again(school)


def test_signing_out_everywhere_darkens_every_phone(school: LivingSchool, browser: Browser) -> None:
    guardian = school.guardian()
    phones = [Phone(browser, school, guardian.sign_in_name) for _ in range(2)]
    for phone in phones:
        phone.watch()

    signs_out_everywhere(school, guardian)
    ended = time.monotonic()

    for phone in phones:
        until("the screen is dark", phone.is_dark, BLACK_SECONDS - (time.monotonic() - ended))
        phone.close()


def test_the_end_of_the_hours_ends_the_picture(school: LivingSchool, browser: Browser) -> None:
    guardian = school.guardian()
    phone = Phone(browser, school, guardian.sign_in_name, "en-GB")
    phone.watch()
    local = (school.living.world.clock.now() + timedelta(hours=8)).replace(second=0, microsecond=0)
    minute = local.hour * 60 + local.minute + 1
    ends = school.living.world.clock.now().replace(second=0, microsecond=0) + timedelta(minutes=1)
    windows = [(day, 0, minute) for day in range(7)] if minute < 1440 else ALL_WEEK
    acts_places.set_hours(
        school.living.world,
        actor=school.director,
        reason="short day",
        class_group_id=school.class_group,
        windows=windows,
    )

    until("the hours are over", lambda: school.living.world.clock.now() >= ends, 62)
    over = time.monotonic()
    until("the screen is dark", phone.is_dark, BLACK_SECONDS - (time.monotonic() - over))

    until("the page says so", lambda: phone.state() == "ended", 5)
    phone.close()
    acts_places.set_hours(
        school.living.world,
        actor=school.director,
        reason="all day again",
        class_group_id=school.class_group,
        windows=ALL_WEEK,
    )


def test_a_lost_camera_shows_its_age_is_covered_and_comes_back(
    school: LivingSchool, browser: Browser, camera: PipCamera
) -> None:
    guardian = school.guardian()
    phone = Phone(browser, school, guardian.sign_in_name, "en-GB")
    _wait_for_picture(school, guardian)
    phone.watch()

    camera.kill()
    lost = time.monotonic()
    until("the age is shown", lambda: phone.page.is_visible("[data-age]"), 6)
    assert not phone.is_dark() or time.monotonic() - lost > 9
    until("the picture is covered", phone.is_dark, 12 - (time.monotonic() - lost))

    camera.revive()
    until("the picture is back by itself", lambda: not phone.is_dark(), 40)
    before = phone.played()
    until("it plays on", lambda: phone.played() != before, 20)
    phone.close()


def test_every_viewing_is_closed_in_the_log_with_its_seconds(school: LivingSchool) -> None:
    guardian = school.guardian()
    reader, token = school.reader(guardian.sign_in_name)
    _wait_for_picture(school, guardian)
    viewing = reader.open(school.room_key, token)

    with following(reader, viewing):
        until("four segments came", lambda: len(reader.bodies) > 4, 30)
    reader.request("POST", f"/live/{viewing}/close", Sec_Fetch_Site="same-origin", X_CSRFToken=token)

    until("it is closed", lambda: entries(school, "viewing:closed", guardian.person) == 1, 5)
    with reading(school.living.world.database) as connection:
        delivered = connection.execute(select(Viewing.delivered).where(Viewing.key == viewing)).scalar_one()
    assert delivered["main"]["milliseconds"] >= 3000


def _has_ended(phone: Phone) -> bool:
    return phone.state() == "ended"


def _open_again(school: LivingSchool) -> None:
    acts_places.open_curtain(
        school.living.world, actor=school.director, reason="nap is over", room_id=school.room
    )


def _wait_for_picture(school: LivingSchool, guardian: Guardian) -> None:
    reader, token = school.reader(guardian.sign_in_name)
    viewing = reader.open(school.room_key, token)
    until("there is a picture", lambda: reader.status(viewing)["state"] == "playing", 30)
