"""The portal begins anew, and everybody comes back at once: to their own room, and to no other."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from access.clock import FrozenClock
from tests.browser import Answer, Browser
from tests.conftest import small_world
from tests.guardian import Watching
from tests.school import School

ROOMS = ("Oak", "Elm", "Ash", "Fir")
#: Five families of each room, and three phones of each: sixty come back.
FAMILIES, PHONES = range(5), range(3)
AT_ONCE = 8


def asks_for(school: School, phone: Browser, room: str) -> Answer:
    """Tap ▶ on the page of a room."""
    return phone.post(f"/rooms/{school.room_key(room)}/viewings")


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone of a parent, the room that it may see, and the viewing that it has."""

    browser: Browser
    room: str
    watching: Watching

    @classmethod
    def opens(cls, school: School, browser: Browser, room: str) -> "Phone":
        """Return it once it watches its room."""
        answer = asks_for(school, browser, room)
        assert answer.status == 201, room
        return cls(browser, room, Watching(browser, answer.json["viewing"]))


@pytest.fixture
def phones(school: School) -> list[Phone]:
    """Sixty phones on which parents of children in four rooms watch."""
    for room in ROOMS[2:]:
        school.one_more_class(room)
    parents = [(room, school.guardian(of=room).person) for room in ROOMS for _ in FAMILIES]
    here = [(room, Browser(school.app, school.sign_in(person))) for room, person in parents for _ in PHONES]
    return [Phone.opens(school, browser, room) for room, browser in here]


@pytest.fixture
def anew(school: School, phones: list[Phone], clock: FrozenClock, tmp_path: Path) -> Iterator[School]:
    """The same school after a restart, two seconds later; its cameras film again."""
    assert len(phones) == 60
    clock.advance(timedelta(seconds=2))
    address = school.world.database.url.render_as_string(hide_password=False)
    with small_world(tmp_path, clock, address) as world:
        yield school.begun_anew(world, tmp_path)


def test_sixty_phones_of_four_rooms_come_back_and_no_picture_crosses_over(
    anew: School, phones: list[Phone], clock: FrozenClock
) -> None:
    for room in ROOMS:
        anew.camera(room).connects()
    clock.advance(timedelta(seconds=1))
    filmed = {room: anew.camera(room).films_segment(body=room.encode()) for room in ROOMS}

    def comes_back(before: Phone) -> Phone:
        browser = Browser(anew.app, before.browser.cookie("__Host-sign-in"))
        assert Watching(browser, before.watching.key).segment(filmed[before.room]) == anew.not_found
        for room in set(ROOMS) - {before.room}:
            assert asks_for(anew, browser, room).status == 404
        return Phone.opens(anew, browser, before.room)

    back = [comes_back(phone) for phone in phones]
    one_of = {phone.room: phone.watching.key for phone in back}

    def watches_its_own_only(phone: Phone) -> None:
        for room, number in filmed.items():
            asked = phone.watching if room == phone.room else Watching(phone.browser, one_of[room])
            got, listed = asked.segment(number), asked.playlist()
            if room == phone.room:
                assert (got.body, listed.status) == (room.encode(), 200)
            else:
                assert got == listed == anew.not_found

    with ThreadPoolExecutor(AT_ONCE) as crowd:
        list(crowd.map(watches_its_own_only, back))
