"""From another project's camera to a guardian's phone: a picture, and honesty when there is none."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Route
from sqlalchemy import select

from access.database import reading
from access.log.store import LogEntry
from access.viewing_records import Viewing
from app import words
from streaming.ring import RING_SECONDS
from tests.cameras import PipCamera
from tests.e2e.living import LivingSchool
from tests.e2e.minutes import ZONE
from tests.e2e.phone import Phone
from tests.e2e.reader import boot
from tests.e2e.waiting import until
from tests.speaking import speaking

#: How old the newest picture is when its age is shown, and when it is covered: three seconds and ten, with
#: room for a page that asks once a second.
AGE_SHOWN_SECONDS = (2.5, 4.5)
COVERED_SECONDS = (9.0, 11.5)
#: A page looks at itself every 100 ms; so much is a busy machine's.
COVERED_AT_ONCE_SECONDS = 1.0
#: A second is filmed before it can be stored, and the page hears of it at most a second later.
OLD_ALREADY_SECONDS = 2.2


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

    asked = boot()
    phone.watch()
    began = phone.played()
    until("ten seconds have played", lambda: phone.played() > began + 10, 25)

    assert phone.state() == "playing"
    assert guardian.name in phone.words()
    assert entries(school, "viewing:opened", guardian.person) == 1
    phone.page.click(".stop")
    until("its end is in the log", lambda: entries(school, "viewing:closed", guardian.person) == 1, 5)
    watched = boot() - asked
    with reading(school.living.world.database) as connection:
        viewing = connection.execute(
            select(Viewing.delivered, Viewing.why).where(Viewing.person_id == guardian.person)
        ).one()
    assert 10_000 <= viewing.delivered["main"]["milliseconds"] <= 1_000 * (watched + RING_SECONDS)
    assert viewing.why == "viewing:left"
    phone.close()


def test_a_page_that_plays_asks_twice_a_second_and_hardly_ever_for_its_status(
    school: LivingSchool, browser: Browser
) -> None:
    phone = Phone(browser, school, school.guardian().sign_in_name)
    phone.watch()
    asked: list[str] = []
    phone.page.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))

    began, since = phone.played(), boot()
    until("ten seconds have played", lambda: phone.played() > began + 10, 25)
    seconds = boot() - since

    count = Counter(name.partition(".")[2] or name for name in asked)
    assert set(count) <= {"m3u8", "m4s", "status"}
    assert max(count["m3u8"], count["m4s"]) <= seconds + 3
    assert count["status"] <= 1 + seconds / 10  # where a busy machine's playlist came late
    phone.close()


#: What the browser tells a page that goes to the background or comes back; a headless one always shows it.
TOLD = """seen => {
    Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => seen });
    document.dispatchEvent(new Event('visibilitychange'));
}"""


def test_in_the_background_a_page_is_dark_at_once_then_silent_and_then_closed(
    school: LivingSchool, browser: Browser
) -> None:
    guardian, asked = school.guardian(), list[str]()
    phone = Phone(browser, school, guardian.sign_in_name)
    phone.page.clock.install()
    phone.watch()

    phone.page.evaluate(TOLD, "hidden")
    until("the picture is covered", phone.is_dark, COVERED_AT_ONCE_SECONDS)
    phone.page.clock.fast_forward(8_000)
    assert phone.has_media()
    phone.page.evaluate(TOLD, "visible")
    until("it is back", lambda: phone.state() == "playing" and not phone.is_dark(), 10)

    phone.page.evaluate(TOLD, "hidden")
    until("the picture is covered again", phone.is_dark, COVERED_AT_ONCE_SECONDS)
    phone.page.clock.fast_forward(10_000)
    until("no media are left", lambda: not phone.has_media(), 2)
    phone.page.on("request", lambda request: asked.append(request.url.rpartition(".")[2]))
    assert entries(school, "viewing:closed", guardian.person) == 0
    phone.page.clock.fast_forward(45_000)
    assert phone.state() == "hidden"
    phone.page.clock.fast_forward(5_000)
    until("its end is in the log", lambda: entries(school, "viewing:closed", guardian.person) == 1, 5)
    phone.page.evaluate(TOLD, "visible")
    assert (phone.state(), phone.is_dark()) == ("left", True)
    assert not {"m3u8", "m4s", "mp4"}.intersection(asked)
    phone.tap_play()
    phone.wait_until_it_plays()
    phone.close()


@pytest.mark.parametrize(
    ("language", "words"), [("zh-CN", "请稍候"), ("en-GB", "One moment")], ids=["in Chinese", "in English"]
)
def test_on_a_slow_line_nobody_taps_in_vain(
    school: LivingSchool, browser: Browser, language: str, words: str
) -> None:
    phone = Phone(browser, school, school.guardian().sign_in_name, language)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    def is_asked_for() -> bool:
        phone.page.wait_for_timeout(50)  # in which the page is heard
        return bool(held)

    phone.page.route("**/hls.light.min.mjs", hold)
    phone.page.goto(f"{phone.origin}/rooms/{school.room_key}", wait_until="commit")
    until("the player is asked for", is_asked_for, 10)
    assert phone.page.is_disabled("[data-play]")
    assert words in phone.words()

    held[0].continue_()
    phone.tap_play()
    phone.wait_until_it_plays()
    phone.close()


def test_a_lost_camera_shows_its_age_is_covered_and_comes_back_by_itself(
    school: LivingSchool, browser: Browser, camera: PipCamera
) -> None:
    phone = Phone(browser, school, school.guardian().sign_in_name, "en-GB")
    phone.watch()

    newest = boot() - phone.hears_age()
    camera.kill()
    lost, told = boot(), datetime.now(UTC)
    age = until("the age is shown", phone.age, 10)
    age_shown = boot()
    assert age == 3
    assert not phone.is_dark()
    until("the picture is covered", phone.is_dark, 15)
    covered = boot()

    assert 0 <= lost - newest <= OLD_ALREADY_SECONDS
    assert AGE_SHOWN_SECONDS[0] <= age_shown - newest <= AGE_SHOWN_SECONDS[1]
    assert COVERED_SECONDS[0] <= covered - newest <= COVERED_SECONDS[1]
    with speaking(phone.catalogue):
        since = (told - timedelta(seconds=OLD_ALREADY_SECONDS), told)  # it may be of the minute before
        assert phone.says() in {words.lost(instant, zone=ZONE) for instant in since}

    camera.revive()
    until("the picture is back by itself", lambda: not phone.is_dark(), 40)
    before = phone.played()
    until("it plays on", lambda: phone.played() != before, 20)
    assert phone.age() is None
    phone.close()
