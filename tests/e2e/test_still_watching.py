"""A page that asks whether somebody still watches: a tap carries it on, silence ends it.

A minute is the least that a school can choose, so this lasts three.
"""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from access.acts_budgets import set_budgets
from access.budgets import NO_BUDGETS, Budgets
from tests.e2e.living import LivingSchool
from tests.e2e.phone import Phone
from tests.e2e.waiting import until

ASKED_SECONDS = 75
OVER_SECONDS = 150


@pytest.mark.timeout(360)
def test_a_tap_carries_the_picture_on_and_silence_ends_it(
    school: LivingSchool, browser: Browser, tmp_path: Path
) -> None:
    asks_after(school, Budgets(viewing_minutes=1))
    phone = Phone(browser, school, school.guardian().sign_in_name, "en-GB")
    phone.watch()
    assert not phone.page.is_visible(".asks")

    until("it is asked", lambda: phone.page.is_visible(".asks"), ASKED_SECONDS)
    phone.page.screenshot(path=tmp_path / "asked.png")
    assert "Are you still watching?" in phone.words()
    assert not phone.is_dark()
    phone.page.click(".still")
    until("the question goes", lambda: not phone.page.is_visible(".asks"), 3)
    before = phone.played()
    until("it plays on", lambda: phone.played() > before + 2, 20)

    until("it is over", phone.is_dark, OVER_SECONDS)
    until("the page says why", lambda: "still watch" in phone.says(), 5)
    assert not phone.page.is_visible(".asks")
    phone.page.click("[data-again]")
    phone.wait_until_it_plays()
    phone.close()
    asks_after(school, NO_BUDGETS)


@pytest.mark.parametrize("tapped", [".still", "[data-play]"])
def test_a_tap_on_a_page_with_an_older_form_token_brings_a_fresh_page(
    school: LivingSchool, browser: Browser, tapped: str
) -> None:
    phone = Phone(browser, school, school.guardian().sign_in_name, "en-GB")
    phone.open_room()
    if tapped == ".still":
        phone.tap_play()
        phone.wait_until_it_plays()
    phone.page.wait_for_selector("[data-ready]")

    with phone.page.expect_navigation(timeout=10_000):
        phone.page.evaluate(
            """tapped => {
                document.getElementById("watch").dataset.csrf = "older";
                document.querySelector(tapped).click();
            }""",
            tapped,
        )

    assert phone.is_dark()
    phone.tap_play()
    phone.wait_until_it_plays()
    phone.close()


def asks_after(school: LivingSchool, budgets: Budgets) -> None:
    """Choose the budgets of the school, as its director does."""
    set_budgets(
        school.living.world, actor=school.director, reason="test", school_id=school.school, budgets=budgets
    )
