"""A mother who may watch, and a grandmother who watches for her."""

import pytest

from access.enrolment import Guardianship
from access.people import Person
from tests.access.delegates.proposing import FATHER, MOTHER, OFFICE, approves, proposes, signs_in, verifies
from tests.access.one_room import AFTER, BEFORE, OneRoom


@pytest.fixture
def room(room: OneRoom) -> OneRoom:
    """One room, in which the mother may watch; with an office, a director and the child's father."""
    room.change(Person, MOTHER, created_by=None, passphrase_given_by=MOTHER)
    for name in ("office", "director", "father"):  # in the order of their numbers
        room.add(Person, key=name, name=name.title(), sign_in_name=name, recorded_at=BEFORE)
    room.change(Person, MOTHER, created_by=OFFICE)
    room.change(Guardianship, 1, created_by=OFFICE)
    tie = {"school_id": 1, "starts_at": BEFORE, "recorded_at": BEFORE}
    verified = {"verified_at": BEFORE, "verified_until": AFTER}
    room.add(Guardianship, **tie, **verified, key="u2", person_id=FATHER, child_id=1, created_by=OFFICE)
    room.agrees(2, FATHER)
    return room


@pytest.fixture
def grandmother(room: OneRoom) -> int:
    """Return the mother's delegate, with a device."""
    proposes(room)
    person = approves(room)
    verifies(room)
    signs_in(room, person)
    return person
