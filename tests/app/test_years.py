"""A year that nobody means is told beside its field, on every form that asks for a day."""

import re

import pytest

from tests.app.test_two_who_edit import said
from tests.browser import Browser
from tests.school import School

ENGLISH = {"Accept_Language": "en-GB"}
#: Forms of the office with their fields for days, and of those with a time.
FORMS = {
    "/office/calendar/close": (("first", "last"), ()),
    "/office/calendar/term": (("first", "last"), ()),
    "/office/calendar/open": (("day",), ()),
    "/office/calendar/make-up": (("day",), ()),
    "/office/uses": ((), ("starts", "ends")),
    "/office/duties": (("starts_on", "ends_on"), ()),
    "/office/changes/lend": ((), ("starts", "ends")),
}
CASES = [
    (address, field, time)
    for address, (days, times) in FORMS.items()
    for field, time in [*((day, "") for day in days), *((moment, "T00:00") for moment in times)]
]


@pytest.fixture
def director(school: School) -> Browser:
    return school.director()


@pytest.mark.parametrize("year", ["0001-01-01", "1999-12-31", "2200-01-01", "9999-12-31"])
def test_a_year_that_nobody_means_is_told_beside_its_field(director: Browser, year: str) -> None:
    for address, field, time in CASES:
        names = set(re.findall(r'name="(\w+)"', director.get(address).body.decode()))
        assert field in names, (address, names)

        answer = director.post(address, {field: year + time, "reason": "test"}, **ENGLISH)

        assert answer.status == 400, (address, field)
        assert "Please look at the year." in said(answer), (address, field)


def test_a_text_is_not_published_for_a_year_that_nobody_means(school: School, director: Browser) -> None:
    form = {"of": "family", "publish": "1", "reason": "test"}

    for year in ("0001-01-01", "9999-12-31"):
        assert director.post("/office/consent-texts", {**form, "from": year}, **ENGLISH).status == 400
