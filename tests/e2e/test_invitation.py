"""From the office's form to the open room, on a phone; a lost phone; and an insider who tries alone.

``pytest tests/e2e/test_invitation.py --pictures DIRECTORY`` also keeps a picture of each page.
"""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser

from tests.e2e.inviting import (
    NO_CAMERA,
    accepts,
    cannot_be_checked_yet,
    checks,
    chooses,
    gives_grant,
    goes,
    hears_of_another_adult,
    insider_is_refused,
    is_told_what_is_wrong,
    makes_family,
    newest_tie,
    prints_letter,
    prints_slip,
    recovers,
    refusals,
    shown_on,
    types_code,
)
from tests.e2e.kindergarten import Kindergarten
from tests.e2e.living import Living
from tests.e2e.telling import PHONE, Told


@pytest.fixture(scope="module")
def kindergarten(living: Living) -> Kindergarten:
    """Return the kindergarten of the running portal."""
    told = Kindergarten(living, NO_CAMERA)
    living.start()
    return told


@pytest.fixture(params=["zh", "en"])
def told(browser: Browser, kindergarten: Kindergarten, request: pytest.FixtureRequest) -> Iterator[Told]:
    """Return one story."""
    wanted = request.config.getoption("--pictures", default=None)
    story = Told(browser, kindergarten, request.param, Path(wanted) if wanted else None)
    yield story
    story.close()


def test_from_the_form_to_the_open_room_and_a_lost_phone(told: Told) -> None:
    kindergarten = told.kindergarten
    office, director = told.desk(kindergarten.office), told.desk(kindergarten.director)
    child, guardian = f"小米粒 {told.language}", f"周敏 {told.language}"

    makes_family(told, office, child, guardian)
    tie = newest_tie(kindergarten)
    gives_grant(kindergarten, tie)
    address, secret = prints_letter(told, office, guardian), prints_slip(told, office, guardian)
    assert address.startswith(f"{told.origin}/i#")
    cannot_be_checked_yet(told, director, guardian, tie)

    phone = told.opens(PHONE)
    phone.goto(address)
    phone.wait_for_selector("#secret")
    assert phone.url == f"{told.origin}/i"
    told.looks_right(phone, "invited")
    is_told_what_is_wrong(told, phone)
    chooses(told, phone, secret, f"138{told.language}")
    phone.goto(f"{told.origin}/home")
    assert told.says(phone, "waits")
    assert not told.says(phone, "open")
    told.looks_right(phone, "home-waits")

    insider_is_refused(told, office, tie)
    checks(told, director, guardian, shown_on(phone))
    phone.goto(f"{told.origin}/home")
    assert told.says(phone, "open")
    assert not told.says(phone, "waits")

    hears_of_another_adult(told, office, phone, child)
    recovers(told, office, director, phone, guardian)
    assert told.hosts == {urlsplit(told.origin).netloc}
    assert told.wrong == []


def test_two_papers_in_one_hand(told: Told) -> None:
    """The office prints both papers and accepts them; the mother comes to the director with her passport."""
    kindergarten = told.kindergarten
    office, director = told.desk(kindergarten.office), told.desk(kindergarten.director)
    child, guardian = f"阿福 {told.language}", f"吴静 {told.language}"
    makes_family(told, office, child, guardian)
    tie = newest_tie(kindergarten)
    gives_grant(kindergarten, tie)
    insider = told.opens(PHONE)
    accepts(told, insider, prints_letter(told, office, guardian), prints_slip(told, office, guardian), "wu")

    before = refusals(kindergarten)
    types_code(told, director, guardian, "K7QM-2X9R")

    assert told.says(director, "no_code")
    told.looks_right(director, "identity-no-code")
    assert refusals(kindergarten) == before + 1
    mother = told.opens(PHONE)
    office.goto(f"{told.origin}/office/letters")
    office.fill("#name", guardian)
    goes(office, ".choose button")
    accepts(told, mother, prints_letter(told, office, guardian), prints_slip(told, office, guardian), "jing")
    mother.goto(f"{told.origin}/home")
    checks(told, director, guardian, shown_on(mother))
    mother.goto(f"{told.origin}/home")
    assert told.says(mother, "open")
    insider.goto(f"{told.origin}/home")
    assert "没有这个页面" in insider.inner_text("main")
    assert told.wrong == []
