"""A copy of what is kept about somebody, on pages: asked for, made, released, downloaded, by nobody else."""

import io
import json
import re
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import select

from access.clock import FrozenClock
from access.database import reading
from access.subject_records import SubjectExport
from tests.app.objects import a_released_copy
from tests.browser import Browser
from tests.school import Guardian, School

ENGLISH = {"Accept_Language": "en-GB"}
MINE, OFFICE = "/my-copy", "/office/copies"


@pytest.fixture
def mother(school: School) -> Guardian:
    """A guardian who signed in just now."""
    return school.guardian(of="Oak")


def page(browser: Browser, address: str) -> str:
    """Return a page in English."""
    return browser.get(address, **ENGLISH).body.decode()


def key(school: School) -> str:
    """Return the key of the newest request."""
    with reading(school.world.database) as connection:
        asked = select(SubjectExport.key).where(SubjectExport.school_id == school.id)
        return str(connection.execute(asked.order_by(SubjectExport.id.desc()).limit(1)).scalar_one())


def asks(mother: Browser) -> None:
    """Tap the one button of the page."""
    found = re.search(r'name="school" value="([^"]{22})"', page(mother, MINE))
    assert found is not None
    assert mother.post(MINE, {"school": found[1]}).status == 303


def digest_on(browser: Browser, address: str) -> str:
    """Return the digest that a form of the page names."""
    found = re.search(r'name="sha256" value="([0-9a-f]{64})"', page(browser, address))
    assert found is not None
    return found[1]


def does(browser: Browser, address: str, **form: str) -> None:
    """Send a form of the office."""
    assert browser.post(address, {"reason": "asked for", **form}, **ENGLISH).status == 303


def test_a_copy_is_asked_for_made_released_and_downloaded(school: School, mother: Guardian) -> None:
    office, director = school.office(), school.director()
    asks(mother)
    assert "The school answers by Friday 20 March 2026." in page(mother, MINE)
    assert "Days left: 10" in page(director, OFFICE)

    one = f"{OFFICE}/{key(school)}"
    does(office, f"{one}/make")
    assert "a colleague has to release it" in page(office, one)
    assert "/release" not in page(office, one)
    looked = director.post(f"{one}/download", {"reason": "to look at it"})
    assert looked.body[:2] == b"PK"
    does(director, f"{one}/release", sha256=digest_on(director, one))

    assert "Your copy is ready." in page(mother, MINE)
    mine = f"{MINE}/{key(school)}"
    digest = digest_on(mother, mine)
    answer = mother.post(f"{mine}/download")
    assert dict(answer.headers)["Content-Disposition"] == 'attachment; filename="my-copy.zip"'
    assert answer.body == looked.body
    with zipfile.ZipFile(io.BytesIO(answer.body)) as archive:
        said = json.loads(archive.read("data.json"))
        assert "zh-CN" in archive.read("index.html").decode()  # her language, whoever made it
    assert len(said["guardianships"]) == 1
    assert "They downloaded it themselves." in page(director, OFFICE)
    mother.post(f"{mine}/have", {"sha256": digest})
    assert "You were given your copy on 10 Mar 2026." in page(mother, MINE)
    assert school.log("subject_export:") == [
        f"subject_export:{what}"
        for what in ("asked", "made", "downloaded", "released", "downloaded", "handed_over")
    ]


def test_before_it_is_downloaded_who_one_is_is_asked_once_more(
    school: School, mother: Guardian, clock: FrozenClock
) -> None:
    mine = f"{MINE}/{a_released_copy(school, mother.person)}"
    clock.advance(timedelta(minutes=6))
    school.is_there(mother)

    for answer in (mother.get(mine), mother.post(f"{mine}/download"), mother.post(f"{mine}/have")):
        assert answer.status == 200
        assert b'name="proof"' in answer.body
    assert "subject_export:downloaded" not in school.log("subject_export:")
    assert "subject_export:handed_over" not in school.log("subject_export:")


def test_nobody_has_the_copy_of_another(school: School, mother: Guardian) -> None:
    copy = a_released_copy(school, mother.person)
    neighbour = school.neighbour()
    others = [
        *(school.guardian(of="Oak"), school.delegate(of=mother), school.teacher(), school.office()),
        *(neighbour.guardian(of="Rowan"), neighbour.director()),
    ]

    for other in others:
        for what in ("", "/download", "/have"):
            address = f"{MINE}/{copy}{what}"
            answer = other.post(address) if what else other.get(address)
            assert answer == school.not_found
    for other in (school.teacher(), school.guardian(of="Oak"), mother, neighbour.director()):
        for what in ("make", "release", "hand", "download"):
            assert other.post(f"{OFFICE}/{copy}/{what}", {"reason": "x"}) == school.not_found
        assert other.get(f"{OFFICE}/{copy}") == school.not_found
    assert "subject_export:downloaded" not in school.log("subject_export:")


def test_the_neighbours_office_reads_of_no_request_of_ours(school: School, mother: Guardian) -> None:
    asks(mother)
    director = school.neighbour().director()

    assert "Nobody waits for a copy." in page(director, OFFICE)
    assert "wait for a copy" not in page(director, "/office")


def test_what_is_overdue_is_said_in_words_to_both(
    school: School, mother: Guardian, clock: FrozenClock
) -> None:
    asks(mother)
    director = school.director()
    assert "who wait for a copy of what is kept about them: 1" in page(director, "/office")
    assert "Overdue" not in page(director, "/office")
    assert "wait for a copy" not in page(school.teacher(), "/office")

    clock.advance(timedelta(days=10))

    late, hers = school.director(), Browser(school.app, school.sign_in(mother.person))
    assert '<strong class="incident">Overdue: 1</strong>' in page(late, "/office")
    assert '<strong class="incident">Overdue</strong>' in page(late, OFFICE)
    assert "Late: the school should have answered by Friday 20 March 2026." in page(hers, MINE)


def test_a_copy_made_again_since_it_was_looked_at_is_not_released(
    school: School, mother: Guardian, clock: FrozenClock
) -> None:
    asks(mother)
    office, director, one = school.office(), school.director(), f"{OFFICE}/{key(school)}"
    does(office, f"{one}/make")
    seen = digest_on(director, one)
    clock.advance(timedelta(minutes=1))
    does(office, f"{one}/make")

    does(director, f"{one}/release", sha256=seen)

    assert "made again since you looked" in page(director, one)
    assert "subject_export:released" not in school.log("subject_export:")


def test_whoever_made_it_is_refused_and_that_they_tried_is_written_down(
    school: School, mother: Guardian
) -> None:
    asks(mother)
    office, director, one = school.office(), school.director(), f"{OFFICE}/{key(school)}"
    does(office, f"{one}/make")

    does(office, f"{one}/release", sha256=digest_on(director, one))

    assert "That you tried is written down." in page(office, one)
    assert school.log("subject_export:")[-1] == "subject_export:refused"


def test_at_the_desk_it_is_written_down_and_handed_over(school: School, mother: Guardian) -> None:
    office, director = school.office(), school.director()
    listed = page(office, OFFICE)
    person = re.findall(r'<option value="([^"]{22})">([^<]*)</option>', listed)
    assert person
    does(office, OFFICE, person=person[0][0])
    one = f"{OFFICE}/{key(school)}"
    does(office, f"{one}/make")
    does(director, f"{one}/release", sha256=digest_on(director, one))

    does(director, f"{one}/hand", sha256=digest_on(director, one))

    assert "The portal keeps it no longer." in page(director, one)
    assert school.log("subject_export:")[-1] == "subject_export:handed_over"


def test_the_register_has_a_line_for_the_office_and_none_for_whose_it_is(
    school: School, mother: Guardian
) -> None:
    mine = f"{MINE}/{a_released_copy(school, mother.person)}"
    assert mother.post(f"{mine}/download").status == 200
    admin = school.administrator()
    assert "the copy of all that is kept about" not in page(admin, "/oversight/register")
    assert "all that is kept about" in page(admin, "/oversight/register")  # made, to look at it

    does_look = school.director().post(f"{OFFICE}/{key(school)}/download", {"reason": "to look"})

    assert does_look.status == 200
    assert "the copy of all that is kept about" in page(admin, "/oversight/register")
