"""The page of all parts shows them as they are."""

import pytest

from tests.documents.components import PAGE, rendered
from tests.school import School


def test_the_page_of_all_parts_is_up_to_date(school: School, request: pytest.FixtureRequest) -> None:
    page = rendered(school.app)

    if request.config.getoption("--update-golden", default=False):
        PAGE.write_text(page, "utf-8")
    assert PAGE.read_text("utf-8") == page
