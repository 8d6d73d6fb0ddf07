"""Five questions that an administrator really asks, each answered in at most three steps from the log's page.

A step is a link of the page, or its form sent once with all that was chosen in it.
"""

import html
import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from access.outages import record_camera_state
from tests.app.oversight_page import ENGLISH, kinds_on, sentences_on
from tests.browser import Browser
from tests.school import School

MOST_STEPS = 3


class Reading:
    """An administrator on the page of the log, who counts steps."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.steps = 0
        self.page = browser.get("/oversight", **ENGLISH).body

    def follows(self, words: str) -> None:
        """Follow the link that says so."""
        links = re.findall(r'<a[^>]*href="([^"]+)"[^>]*>(.*?)</a>', self.page.decode(), re.DOTALL)
        address = next(one for one, said in links if words in re.sub("<[^>]+>", "", said))
        self._goes(html.unescape(address))

    def sends(self, **chosen: str) -> None:
        """Send the form with these choices, each by what the page calls it."""
        text = self.page.decode()
        fields = {}
        for name, words in chosen.items():
            field = name.strip("_")
            select = re.search(rf'<select id="{field}".*?</select>', text, re.DOTALL)
            options = re.findall(r'value="([^"]*)"[^>]*>([^<]*)<', select.group()) if select else []
            fields[field] = next((value for value, said in options if words in said), words)
            assert not select or fields[field] != words, f"no such choice: {words}"
        self._goes(f"/oversight?{urlencode(fields)}")

    def _goes(self, address: str) -> None:
        self.steps += 1
        assert self.steps <= MOST_STEPS
        self.page = self.browser.get(address, **ENGLISH).body


@pytest.fixture
def busy(school: School) -> School:
    """A school where this and that happened on Tuesday, 10 March, in the morning."""
    oak, elm = school.guardian(of="Oak"), school.guardian(of="Elm")
    nana = school.delegate(of=oak)
    for guardian, room in ((oak, "Oak"), (elm, "Elm"), (nana, "Oak")):
        guardian.opens(room).close()
    elm.asks_to_open("Oak")
    camera = school.cameras["Oak"].key
    record_camera_state(school.world, camera, "camera:stalled", school.clock.now())
    school.clock.advance(timedelta(minutes=5))
    record_camera_state(school.world, camera, "camera:live", school.clock.now())
    return school


def test_who_watched_the_class_on_tuesday_between_nine_and_ten(busy: School) -> None:
    reading = Reading(busy.administrator())

    reading.sends(
        class_="Oak", kind="Viewings that began", from_="2026-03-10T09:00", until="2026-03-10T10:00"
    )

    told = sentences_on(reading.page)
    assert len(told) == 2
    assert all("began to watch Oak room" in sentence for sentence in told)


def test_did_anybody_watch_after_a_consent_was_withdrawn(busy: School) -> None:
    reading = Reading(busy.administrator())

    reading.follows("Out of the usual")

    assert "Nothing out of the usual." in reading.page.decode()


def test_what_did_this_grandmother_see_in_march(busy: School) -> None:
    reading = Reading(busy.administrator())

    reading.sends(
        person="阿婆", kind="Viewings that began", from_="2026-03-01T00:00", until="2026-04-01T00:00"
    )

    assert [sentence.split(" began")[0] for sentence in sentences_on(reading.page)] == ["阿婆"]


def test_which_refusals_were_there_last_week_and_why(busy: School) -> None:
    reading = Reading(busy.administrator())

    reading.follows("Refusals and why")

    assert re.findall(r'data-reason="([^"]+)"', reading.page.decode()) == ["child:none_here"]
    assert "no child in this room" in reading.page.decode()

    reading.follows("These entries")

    assert kinds_on(reading.page) == ["viewing:refused"]


def test_was_the_camera_off(busy: School) -> None:
    reading = Reading(busy.administrator())

    reading.follows("Camera off and on")

    assert kinds_on(reading.page)[:2] == ["camera:back", "camera:lost"]
    assert "no new pictures" in reading.page.decode()
