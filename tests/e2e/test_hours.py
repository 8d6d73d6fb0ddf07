"""One whole minute at which Oak's hours end and Elm's begin; the wait for it is shared."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from flask_babel import gettext
from playwright.sync_api import Browser

from access.places import Room
from app import words
from tests.cameras import PipCamera
from tests.e2e.audience import BLACK_SECONDS, audience
from tests.e2e.conftest import ALLOWANCE_SECONDS
from tests.e2e.living import LivingSchool
from tests.e2e.minutes import ZONE, boot_time_of, hours_from, hours_until, opening_after, whole_minute
from tests.e2e.phone import Phone
from tests.e2e.pictures import counters
from tests.e2e.reader import Reader, boot, following
from tests.e2e.sentences import HOURS, in_both
from tests.e2e.waiting import until
from tests.speaking import speaking

#: Until five devices watch.
PREPARING = timedelta(seconds=25)
#: Pictures from before the hours come until so long after them; who asks later proves nothing.
ASKED_IN_TIME_SECONDS = 14.0


@dataclass(frozen=True, slots=True)
class Edge:
    """The minute, and a guardian of Elm who is signed in long before it."""

    at: datetime
    room_key: str
    reader: Reader
    token: str


@pytest.fixture(scope="module")
def edge(school: LivingSchool, late_camera: PipCamera) -> Edge:
    """Set the hours of both classes, once, for the same minute."""
    at = whole_minute(school.living.world.clock.now(), at_least=PREPARING)
    school.set_hours(hours_until(at))
    elm = school.add_class("Elm", hours_from(at))
    room = school.add_room("Elm room", late_camera.address, delay_allowance_seconds=ALLOWANCE_SECONDS)
    school.use_room(room, elm)
    school.open_curtain(room)
    reader, token = school.reader(school.guardian(elm).sign_in_name)
    return Edge(at, school.key_of(Room, room), reader, token)


def outside_the_hours(school: LivingSchool, edge: Edge, phone: Phone) -> str:
    """Return the whole sentence of closed hours, with when they begin again."""
    now = school.living.world.clock.now()
    with speaking(phone.catalogue):
        again = words.opens(opening_after(edge.at), now=now, zone=ZONE)
        return words.join(str(gettext(HOURS)), again)


#: It waits until the hours are over, with a school to set up before.
@pytest.mark.timeout(240)
def test_bytes_and_picture_end_with_the_hours_and_the_page_says_when_they_begin_again(
    school: LivingSchool, browser: Browser, edge: Edge
) -> None:
    with audience(school, browser, school.guardian()) as watching:
        ended = boot_time_of(edge.at)
        assert boot() < ended, "the preparations took too long"
        until("the hours are over", lambda: boot() >= ended, 90)

        assert max(watching.seconds_until_dark(ended)) <= BLACK_SECONDS
        assert watching.reads() == in_both(HOURS)
        assert max(watching.last_bytes(ended)) <= BLACK_SECONDS
        assert min(watching.last_bytes(ended)) > -BLACK_SECONDS  # nothing ended them before
        for phone in watching.phones:
            phone.tap_play()
            phone.wait_for("refused")
            assert phone.says() == outside_the_hours(school, edge, phone)
            assert phone.is_dark()
            told = phone.home_says()
            assert told.replace(" ", "") == outside_the_hours(school, edge, phone).replace(" ", "")


def test_what_was_filmed_before_the_hours_began_is_never_delivered(
    school: LivingSchool, late_camera: PipCamera, edge: Edge
) -> None:
    until("the hours have begun", lambda: school.living.world.clock.now() > edge.at, 90)
    viewing = edge.reader.open(edge.room_key, edge.token)
    asked = school.living.world.clock.now()

    with following(edge.reader, viewing):
        until("pictures came", lambda: counters(edge.reader), 40)

    assert (asked - edge.at).total_seconds() < ASKED_IN_TIME_SECONDS
    assert min(counters(edge.reader)) > late_camera.counter_at(edge.at)
