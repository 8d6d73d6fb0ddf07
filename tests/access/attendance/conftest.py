"""A school that shows children only while they are in."""

import pytest

from access.attendance import REQUIRED
from tests.access.attendance.coming import chooses
from tests.access.two_rooms import TwoRooms


@pytest.fixture
def noted(two: TwoRooms) -> TwoRooms:
    """A school that shows children to their families only while they are in."""
    chooses(two, REQUIRED)
    return two
