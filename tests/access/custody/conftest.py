"""A family with two adults, before an office and a director."""

import pytest

from access.enrolment import Guardianship
from access.people import Person
from tests.access.custody.limiting import MOTHER
from tests.access.one_room import BEFORE, OneRoom


@pytest.fixture
def room(room: OneRoom) -> OneRoom:
    """One room, with an office, a director, and the child's mother beside its father."""
    for name in ("office", "director", "mother"):  # in the order of their numbers
        room.add(Person, key=name, name=name.title(), sign_in_name=name, recorded_at=BEFORE)
    tie = {"school_id": 1, "starts_at": BEFORE, "recorded_at": BEFORE}
    room.add(Guardianship, **tie, key="u2", person_id=MOTHER, child_id=1)
    room.agrees(2, MOTHER)
    return room
