"""People who have a place on the staff."""

import pytest

from access import acts_people
from tests.access.writing_school import WHY, WritingSchool


@pytest.fixture
def director(written: WritingSchool) -> int:
    """The director, with a place on the staff."""
    person = written.director.person_id
    assert person
    acts_people.appoint(
        written.world,
        actor=written.office,
        reason=WHY,
        school_id=written.id,
        person_id=person,
        role="director",
    )
    return person


@pytest.fixture
def teacher(written: WritingSchool) -> int:
    """Somebody on the staff."""
    person = written.person("teacher")
    acts_people.appoint(
        written.world,
        actor=written.director,
        reason=WHY,
        school_id=written.id,
        person_id=person,
        role="teacher",
    )
    return person
