"""The number at the door, on a real tablet: right within two seconds, or not shown at all."""

import os
import signal
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser

from tests.e2e.living import Living, LivingSchool
from tests.e2e.looking_staff import DESK, Desk, Tablet, sign_out_displays
from tests.e2e.processes import everything, the_web
from tests.e2e.reader import Reader
from tests.e2e.waiting import until
from tests.e2e.watched import being_watched, can_watch

#: The promise.
RIGHT_SECONDS = 2.0

#: Notes each number that the page shows, and when, by the clock of this machine.
NOTE_NUMBERS = """() => {
    const count = document.querySelector('[data-count]');
    const note = () => { window.noted.push([Date.now() / 1000, count.textContent]); };
    window.noted = [];
    note();
    new MutationObserver(note).observe(count, { childList: true, characterData: true, subtree: true });
}"""


class Watch:
    """The tablet, and every number that it showed since :meth:`begin`."""

    def __init__(self, tablet: Tablet) -> None:
        self.tablet = tablet

    def begin(self, number: str) -> None:
        """Wait for *number*, and note from then on."""
        until(f"it shows {number}", lambda: self.tablet.count() == number, 20)
        self.tablet.page.evaluate(NOTE_NUMBERS)

    def shown(self) -> list[tuple[float, str]]:
        """Return since when it showed each number, in seconds since 1970; oldest first."""
        return [(instant, number) for instant, number in self.tablet.page.evaluate("window.noted")]

    def seconds_until(self, number: str, since: float) -> float:
        """Wait until it shows *number*; return when it began to, in seconds after *since*."""
        until(f"it shows {number}", lambda: self.shown()[-1][1] == number, 30)
        return next(instant - since for instant, shown in self.shown() if shown == number)


@pytest.fixture(scope="module")
def office(browser: Browser, school: LivingSchool) -> Iterator[Desk]:
    desk = Desk(browser, school, "office")
    yield desk
    desk.close()


@pytest.fixture
def watch(browser: Browser, office: Desk) -> Iterator[Watch]:
    """A tablet that became the display of Oak's room by a code that somebody typed."""
    tablet = Tablet(browser, office, DESK, "zh-CN", by_hand=True)
    yield Watch(tablet)
    tablet.close()
    sign_out_displays(office)


@pytest.fixture(scope="module")
def device(school: LivingSchool) -> tuple[Reader, str]:
    """A guardian's phone that gets pictures, and its form token."""
    reader, token = school.reader(school.guardian().sign_in_name)
    until("there is a picture", lambda: can_watch(school, reader, token), 40)
    return reader, token


def test_a_viewing_is_on_the_door_within_two_seconds_of_its_begin_and_of_its_end(
    school: LivingSchool, watch: Watch, device: tuple[Reader, str]
) -> None:
    reader, token = device
    watch.begin("0")
    assert "现在没有人在看" in watch.tablet.words()

    began = time.time()
    viewing = reader.open(school.room_key, token)
    until_one = watch.seconds_until("1", began)
    said = watch.tablet.words()
    watch.begin("1")
    ended = time.time()
    reader.close(viewing, token)
    until_none = watch.seconds_until("0", ended)

    assert (until_one <= RIGHT_SECONDS, until_none <= RIGHT_SECONDS) == (True, True), (until_one, until_none)
    assert "位家人正在观看" in said
    assert "family member is watching now" in said


def test_a_drawn_curtain_and_nobody_behind_it_are_on_the_door_within_two_seconds(
    school: LivingSchool, watch: Watch
) -> None:
    with being_watched(school):
        watch.begin("1")
        assert "帘子已拉开" in watch.tablet.words()

        drawn = time.time()
        school.draw_curtain()
        until_none = watch.seconds_until("0", drawn)
        until("the curtain is", lambda: "帘子已拉上" in watch.tablet.words(), RIGHT_SECONDS)

    school.open_curtain()
    assert until_none <= RIGHT_SECONDS


@pytest.mark.parametrize("victims", [the_web, everything], ids=lambda victims: victims.__name__)
def test_after_kill_9_no_old_number_stays_and_the_next_one_is_right(
    school: LivingSchool, watch: Watch, device: tuple[Reader, str], victims: Callable[[Living], list[int]]
) -> None:
    reader, token = device
    with being_watched(school):
        watch.begin("1")
        for pid in victims(school.living):
            os.kill(pid, signal.SIGKILL)
        killed = time.time()
        until_unknown = watch.seconds_until("?", killed)
    if victims is everything:
        assert school.living.process
        school.living.process.wait(5)
        school.living.start()
    watch.seconds_until("0", killed)  # whoever watched has to open anew, and nobody did yet
    numbers = [number for _, number in watch.shown()]
    until("it serves again", lambda: can_watch(school, reader, token), 40)
    watch.begin("0")
    opened = time.time()
    reader.open(school.room_key, token)

    assert watch.seconds_until("1", opened) <= RIGHT_SECONDS
    assert until_unknown <= RIGHT_SECONDS
    assert numbers == ["1", "?", "0"]


def test_a_tablet_without_a_network_says_that_it_does_not_know(school: LivingSchool, watch: Watch) -> None:
    with being_watched(school):
        watch.begin("1")

        watch.tablet.context.set_offline(True)
        cut = time.time()
        until_unknown = watch.seconds_until("?", cut)
        said = watch.tablet.words()
        watch.tablet.context.set_offline(False)
        until("it knows again", lambda: watch.tablet.count() == "1", RIGHT_SECONDS)

    assert until_unknown <= RIGHT_SECONDS
    assert "不知道有没有人在看" in said
    assert "Not known" in said
    assert "小窗没有回应" in said
    assert "帘子" not in said, "nor is the curtain"


def test_one_tap_in_the_office_signs_a_lost_tablet_out_at_once(watch: Watch, office: Desk) -> None:
    watch.begin("0")
    tapped = time.time()

    sign_out_displays(office)

    assert watch.seconds_until("–", tapped) <= RIGHT_SECONDS
    assert "不再是门口屏" in watch.tablet.words()
    assert watch.tablet.page.request.get(office.origin + "/door").status == 404
