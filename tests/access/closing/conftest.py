"""A school in which everything is open."""

import pytest

from access.policy import Allowed
from tests.access.closing.closable import ClosableSchool
from tests.access.writing_school import WritingSchool


@pytest.fixture
def school(written: WritingSchool) -> ClosableSchool:
    """A school in which somebody watches."""
    school = ClosableSchool(written)
    assert isinstance(school.decides(), Allowed)
    return school
