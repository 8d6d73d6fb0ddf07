"""From every page that somebody signed in can see there is a way out."""

import pytest

from tests.school import School

PAGES = {
    "guardian": ("/home", "/devices", "/pin", "/passphrase", "/welcome", "/rooms/<room>"),
    "office": ("/office", "/devices"),
    "administrator": ("/oversight", "/devices"),
}


@pytest.mark.parametrize(("who", "path"), [(who, path) for who, paths in PAGES.items() for path in paths])
def test_every_page_offers_to_sign_out_here_and_everywhere(school: School, who: str, path: str) -> None:
    person = {"guardian": school.guardian, "office": school.office, "administrator": school.administrator}[
        who
    ]()

    page = person.get(path.replace("<room>", school.room_key("Oak")))

    assert page.status == 200
    assert b'action="/sign-out"' in page.body
    assert b'action="/sign-out-everywhere"' in page.body
