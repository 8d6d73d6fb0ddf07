"""Fixtures of second factors' pages."""

import pytest

from tests.app.account.trying import chooses_passphrase
from tests.school import School


@pytest.fixture
def known(school: School) -> str:
    """Return the sign-in name of somebody of the office who has chosen a passphrase."""
    return chooses_passphrase(school, "office")
