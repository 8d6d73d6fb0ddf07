"""Nothing filmed behind a curtain, or before a room changed hands, is ever delivered.

Every picture carries its counter, and the camera knows when it drew which; so every
byte that a guardian got is decoded and asked. A prompt camera proves little here: it is
connected anew when a curtain opens and has nothing older to send. So another one is ten
seconds late, as some are, and the school has said so when it was added. What the late
camera filmed before the hours is in ``test_hours.py``, which waits for a minute anyway.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from access import acts_places
from access.database import reading
from access.epochs import current_stream
from access.places import CurtainOpening, Room
from tests.cameras import PipCamera
from tests.e2e.conftest import ALLOWANCE_SECONDS, LATE_SECONDS
from tests.e2e.living import LivingSchool
from tests.e2e.pictures import counters
from tests.e2e.reader import Reader, following
from tests.e2e.waiting import until

#: Pictures filmed while nobody may see them: two seconds of them.
HIDDEN_PICTURES = 24
#: A connection that waits longer is made anew, and nothing that came before it is used.
STALL_SECONDS = 0.8
#: Until a room's camera is connected and what it films may be shown.
STARTING = timedelta(seconds=9)


@dataclass(frozen=True, slots=True)
class Place:
    """A room, its camera, and a guardian of the class in it who signed in long ago."""

    school: LivingSchool
    camera: PipCamera
    room: int
    use: int
    reader: Reader
    token: str

    @contextmanager
    def watched(self) -> Iterator[Reader]:
        """Watch until the end of the block; some pictures have come when it begins."""
        with watched(self.school, self.room, self.reader, self.token) as reader:
            yield reader

    def drawn_by(self, instant: datetime | None = None) -> int:
        """Return the counter of the newest picture drawn before *instant*, now where none is named."""
        return self.camera.counter_at(instant or self.school.living.world.clock.now())

    def film_for_nobody(self) -> None:
        """Wait until pictures were filmed that nobody may ever see."""
        first = self.drawn_by()
        until("pictures were filmed", lambda: self.drawn_by() > first + HIDDEN_PICTURES, 20)

    def opened_at(self) -> datetime:
        """Return when the curtain was opened last, as the records have it."""
        openings = select(CurtainOpening.opened_at).where(CurtainOpening.room_id == self.room)
        with reading(self.school.living.world.database) as connection:
            return connection.execute(openings.order_by(CurtainOpening.id.desc()).limit(1)).scalar_one()


@contextmanager
def watched(school: LivingSchool, room: int, device: Reader, token: str) -> Iterator[Reader]:
    """Watch *room* with a device; yield what it got once some pictures came."""
    reader = device.again()
    with following(reader, reader.open(school.key_of(Room, room), token)):
        until("pictures came", lambda: counters(reader), 40)
        yield reader


@pytest.fixture(scope="module")
def late(late_camera: PipCamera, school: LivingSchool) -> Place:
    """Return a second room of Oak's with the late camera, of which the school knows that it is late."""
    reader, token = school.reader(school.guardian().sign_in_name)
    until("the late camera has sent something", lambda: late_camera.ledger, LATE_SECONDS + 5)
    room = school.add_room("Late room", late_camera.address, delay_allowance_seconds=ALLOWANCE_SECONDS)
    use = school.use_room(room, school.class_group)
    school.open_curtain(room)
    return Place(school, late_camera, room, use, reader, token)


@pytest.fixture(scope="module")
def prompt(late: Place, school: LivingSchool, camera: PipCamera) -> Place:
    """Return Oak's room, whose camera sends at once; the late one needs longer, so it is made before."""
    reader, token = school.reader(school.guardian().sign_in_name)
    return Place(school, camera, school.room, school.room_use, reader, token)


def nothing_happens(place: Place) -> None:
    """The camera sends as it always does."""


def stalls_and_bursts(place: Place) -> None:
    """The camera is filmed again, then its connection stalls, then all of it comes at once."""
    opened = place.opened_at()
    database = place.school.living.world.database

    def is_filmed() -> bool:
        with reading(database) as connection:
            return current_stream(connection, place.room, place.school.living.world.clock.now()) is not None

    until("it is filmed again", is_filmed, 15)
    assert place.school.living.world.clock.now() < opened + timedelta(seconds=LATE_SECONDS)
    place.camera.stall()
    time.sleep(STALL_SECONDS)  # the stall
    place.camera.burst()


@pytest.mark.parametrize(
    ("where", "then"),
    [
        pytest.param("prompt", nothing_happens, id="prompt camera"),
        pytest.param("late", nothing_happens, id="10 s late"),
        pytest.param("late", stalls_and_bursts, id="10 s late, stalls and bursts after the opening"),
        pytest.param("a_little_late", nothing_happens, id="1.5 s late"),
    ],
)
def test_what_is_filmed_behind_the_curtain_is_never_delivered(
    request: pytest.FixtureRequest, where: str, then: Callable[[Place], None]
) -> None:
    place: Place = request.getfixturevalue(where)
    with place.watched() as before:
        place.school.draw_curtain(place.room)
        drawn = place.drawn_by()
        place.film_for_nobody()
        place.school.open_curtain(place.room)
        opened = place.drawn_by(place.opened_at())
        then(place)
        with place.watched() as after:
            until("pictures from after the opening came", lambda: max(counters(after)) > opened, 40)

    delivered = counters(before) | counters(after)
    assert sorted(counter for counter in delivered if drawn < counter <= opened) == []
    assert min(counters(after)) > opened
    assert min(delivered) <= drawn


@pytest.fixture
def a_little_late(prompt: Place) -> Iterator[Place]:
    """Return the prompt room while its camera is 1.5 s late, within what is allowed for by default."""
    late = timedelta(seconds=1.5)
    prompt.camera.delay(late.total_seconds())
    until("it is late", lambda: (sent := prompt.camera.ledger[-1]).sent_at - sent.filmed_at >= late, 10)
    yield prompt
    prompt.camera.delay(0)


def test_what_was_filmed_before_a_room_was_handed_over_is_never_delivered(
    school: LivingSchool, camera: PipCamera
) -> None:
    elm = school.add_class("Elm")
    oak_device, oak_token = school.reader(school.guardian().sign_in_name)
    elm_device, elm_token = school.reader(school.guardian(elm).sign_in_name)
    room = school.add_room("Shared room", camera.address)
    handed_over = school.living.world.clock.now() + STARTING
    school.use_room(room, school.class_group, ends_at=handed_over)
    school.use_room(room, elm, starts_at=handed_over)
    school.open_curtain(room)

    with watched(school, room, oak_device, oak_token) as oak:
        until("the room is Elm's", lambda: school.living.world.clock.now() > handed_over, 15)
        with watched(school, room, elm_device, elm_token) as elm_:
            pass

    last = camera.counter_at(handed_over)
    assert max(counters(oak)) <= last
    assert min(counters(elm_)) > last
    school.draw_curtain(room)


def test_what_a_late_camera_filmed_before_the_room_changed_hands_is_never_delivered(
    school: LivingSchool, late: Place
) -> None:
    ash = school.add_class("Ash")
    device, token = school.reader(school.guardian(ash).sign_in_name)

    with late.watched() as before:
        acts_places.end_room_use(
            school.living.world, actor=school.office, reason="moved", room_use_id=late.use
        )
        left = late.drawn_by()
        school.open_curtain(late.room)
        late.film_for_nobody()
        taken = late.drawn_by()
        school.use_room(late.room, ash)
        with watched(school, late.room, device, token) as after:
            pass

    assert max(counters(before)) <= left
    assert min(counters(after)) > taken
