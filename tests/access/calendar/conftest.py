"""A school that keeps the holidays of China."""

import pytest

from access.enrolment import Guardianship
from access.grants import Grant
from access.people import School, SignIn
from tests.access.calendar.room_days import DAY
from tests.access.one_room import NOW, OneRoom


@pytest.fixture
def chinese(room: OneRoom) -> OneRoom:
    """The room in a school that keeps China's holidays; nothing in it runs out this year."""
    room.change(School, country="CN")
    far = NOW + 400 * DAY
    room.change(SignIn, expires_at=far)
    room.change(Guardianship, verified_until=far)
    room.change(Grant, ends_at=far)
    return room
