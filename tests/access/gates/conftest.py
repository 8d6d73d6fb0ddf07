"""Two rooms with open cameras, and one more of the staff."""

import pytest

from tests.access.two_rooms import TwoRooms


@pytest.fixture
def school(two: TwoRooms) -> TwoRooms:
    """Have Oak and Elm open, each with a camera that the office installed and the director approved."""
    return two
