"""What is always hidden of a picture, on the office's page: more of it at once, less of it only seen."""

from typing import Any

import pytest
from sqlalchemy import select

from access.acts_cameras import mask_camera
from access.checked import find_one
from access.clock import FrozenClock
from access.database import reading
from access.places import Camera
from access.second_factors import FRESH
from tests.app.test_cameras_page import standing
from tests.app.test_two_who_edit import said, shown
from tests.browser import Browser
from tests.school import School

ENGLISH = {"Accept_Language": "en-GB"}
CORNER = [[0, 0], [250, 0], [250, 400], [0, 400]]
TRIANGLE = [[500, 500], [1000, 500], [1000, 1000]]
RECTANGLE = {"left": "0", "top": "0", "width": "25", "height": "40", "reason": "changing corner"}


@pytest.fixture
def page(school: School) -> str:
    return f"/office/cameras/{school.camera('Oak').key}/masks"


@pytest.fixture
def office(school: School) -> Browser:
    return school.office()


def camera(school: School) -> int:
    with reading(school.world.database) as connection:
        asked = select(Camera.id).where(Camera.key == school.camera("Oak").key)
        return connection.execute(asked).scalar_one()


def masks(school: School) -> list[list[list[int]]]:
    with reading(school.world.database) as connection:
        return list(find_one(connection, Camera, camera(school)).masks)


def masked(school: School, wanted: list[list[list[int]]]) -> None:
    act: dict[str, Any] = {"actor": school.office_actor, "reason": "test"}
    mask_camera(school.world, **act, camera_id=camera(school), masks=wanted)


def test_a_rectangle_is_hidden_at_once_and_has_to_be_looked_at(
    school: School, office: Browser, page: str, clock: FrozenClock
) -> None:
    watching = school.guardian(of="Oak").opens("Oak")
    k = school.camera("Oak").films_segment()
    assert watching.segment(k).status == 200
    clock.advance(FRESH)
    school.is_there(office)

    assert office.post(page, {**RECTANGLE, "shown": ""}).status == 303

    assert masks(school) == [CORNER]
    assert standing(school, school.camera("Oak").key)["masks"] == "taken_back"
    assert watching.segment(k) == school.not_found
    assert "from the left 0 to 25 %, from the top 0 to 40 %" in said(office.get(page, **ENGLISH))
    assert (
        '<polygon class="masks-hidden" points="0,0 250,0 250,400 0,400"/>' in office.get(page).body.decode()
    )


def test_a_second_one_is_added_and_one_of_any_shape_is_taken_away(
    school: School, office: Browser, page: str
) -> None:
    masked(school, [TRIANGLE])
    office.post(page, {**RECTANGLE, "shown": shown(office.get(page))})
    assert masks(school) == [TRIANGLE, CORNER]
    assert "from the left 50 to 100 %, from the top 50 to 100 %" in said(office.get(page, **ENGLISH))

    gone = {"mask": "500,500 1000,500 1000,1000", "shown": shown(office.get(page)), "reason": "no more"}
    assert office.post(f"{page}/take-away", gone).status == 303

    assert masks(school) == [CORNER]


def test_showing_again_asks_for_the_passphrase_first(
    school: School, office: Browser, page: str, clock: FrozenClock
) -> None:
    office.post(page, {**RECTANGLE, "shown": ""})
    clock.advance(FRESH)
    school.is_there(office)

    gone = {"mask": "0,0 250,0 250,400 0,400", "shown": shown(office.get(page)), "reason": "no more"}
    answer = office.post(f"{page}/take-away", gone, **ENGLISH)

    assert "Passphrase" in answer.body.decode()
    assert masks(school) == [CORNER]


def test_the_second_of_two_is_told_and_undoes_nothing(school: School, office: Browser, page: str) -> None:
    office.post(page, {**RECTANGLE, "shown": ""})

    late = office.post(page, {**RECTANGLE, "left": "50", "shown": ""}, **ENGLISH)
    gone = {"mask": "500,500 1000,500 1000,1000", "reason": "no more", "shown": "500,500 1000,500 1000,1000"}
    too_late = office.post(f"{page}/take-away", gone, **ENGLISH)

    assert (late.status, too_late.status) == (400, 303)
    assert "Somebody else changed this meanwhile" in said(late)
    assert 'value="50"' in late.body.decode()
    assert "Somebody else changed this meanwhile" in said(office.get(page, **ENGLISH))
    assert masks(school) == [CORNER]
    assert office.post(page, {**RECTANGLE, "left": "50", "shown": shown(late)}).status == 303
    assert len(masks(school)) == 2


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"left": "100"}, "A number from 0 to 99, please."),
        ({"top": "-1"}, "A number from 0 to 99, please."),
        ({"width": "0"}, "A number from 1 to 100, please."),
        ({"top": ""}, "Please fill this in."),
        ({"height": "x"}, "Not a valid integer value"),
        ({"reason": ""}, "Please fill this in."),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_hides_nothing(
    school: School, office: Browser, page: str, typed: dict[str, str], words: str
) -> None:
    answer = office.post(page, {**RECTANGLE, "shown": "", **typed}, **ENGLISH)

    assert answer.status == 400
    assert words in said(answer)
    assert masks(school) == []


@pytest.mark.parametrize(
    ("verb", "form"),
    [
        ("", {**RECTANGLE, "shown": "x"}),
        ("", RECTANGLE),
        ("/take-away", {"mask": "0,0 250,0 250,400 0,400", "shown": "", "reason": "no more"}),
    ],
)
def test_what_no_page_of_ours_showed_is_refused(
    school: School, office: Browser, page: str, verb: str, form: dict[str, str]
) -> None:
    assert office.post(f"{page}{verb}", form).status == 400
    assert masks(school) == []


def test_what_would_lie_outside_of_the_picture_is_left_out(
    school: School, office: Browser, page: str
) -> None:
    office.post(page, {**RECTANGLE, "left": "90", "top": "80", "shown": ""})

    assert masks(school) == [[[900, 800], [1000, 800], [1000, 1000], [900, 1000]]]


def test_there_are_only_so_many(school: School, office: Browser, page: str) -> None:
    masked(school, [CORNER] * 32)

    answer = office.post(page, {**RECTANGLE, "shown": shown(office.get(page))}, **ENGLISH)

    assert answer.status == 400
    assert "too many already" in said(answer)
