"""An invitation on real pages, step by step: the office's desk and the guardian's phone."""

from datetime import timedelta
from typing import Any

import cv2
import numpy as np
from playwright.sync_api import Page
from sqlalchemy import func, select

from access import acts_people
from access.database import reading
from access.enrolment import Guardianship
from access.log.entry import read_entries
from tests.consenting import agrees_on_paper
from tests.e2e.kindergarten import Kindergarten
from tests.e2e.states import UNFOLD
from tests.e2e.telling import PHONE, SAYS, Told
from tests.e2e.waiting import until

#: Nothing is filmed: whether a room is open is asked of the records.
NO_CAMERA = "rtsp://127.0.0.1:9/nothing"
CHOSEN = {"zh": "卖豆腐的老钟敲了七下，风筝就醒", "en": "seven paper kettles under the blue stairs"}
OAK = "橡树班"


def accepts(told: Told, phone: Page, address: str, secret: str, name: str) -> None:
    """Open a letter and choose a name and a passphrase."""
    phone.goto(address)
    phone.wait_for_selector("#secret")
    chooses(told, phone, secret, f"{name}{told.language}")


def shown_on(phone: Page) -> str:
    """Return the check code on somebody's own page."""
    return phone.locator("[data-check-code]").inner_text()


def cannot_be_checked_yet(told: Told, director: Page, guardian: str, tie: int) -> None:
    """The list says so, and there is no form."""
    director.goto(f"{told.origin}/office/identity")
    assert SAYS[told.language]["too_soon"] in director.inner_text(f"main li:has-text('{guardian}')")
    goes(director, f"main a[href*='{tie_key(told.kindergarten, tie)}']")
    assert director.locator("#shown_code").count() == 0
    told.looks_right(director, "identity-too-soon")


def goes(page: Page, selector: str) -> None:
    """Click what leads to another page, and wait until that is there."""
    with page.expect_navigation():
        page.click(selector)


def makes_family(told: Told, office: Page, child: str, guardian: str) -> None:
    """Fill in the form, once wrongly: what was typed stays."""
    office.goto(f"{told.origin}/office")
    goes(office, "a[href='/office/families/new']")
    told.looks_right(office, "family")
    office.fill("#child", child)
    goes(office, "main button.main")
    assert office.input_value("#child") == child
    told.looks_right(office, "family-wrong")
    office.select_option("#class_group", label=OAK)
    office.fill("#guardian", guardian)
    goes(office, "main button.main")
    assert guardian in office.inner_text("main")
    told.looks_right(office, "letters")


def prints_letter(told: Told, office: Page, guardian: str) -> str:
    """Return what the letter's code says to a phone that scans it."""
    goes(office, f"main li:has-text('{guardian}') form[action$='/letter'] button")
    office.wait_for_selector("[data-paper=letter]")
    told.looks_right(office, "letter")
    picture = office.locator("svg.qr").screenshot()
    code = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_GRAYSCALE)
    scanned = scans(code)
    typed = office.locator("[data-token]").first.inner_text().replace("-", "")
    assert scanned.partition("#")[2] == typed
    assert office.locator("[data-secret]").count() == 0
    return str(scanned)


def scans(picture: Any) -> str:
    """Return what a code says: from as near as it can be read, as whoever holds a phone tries."""
    nearer = (cv2.resize(picture, None, fx=times, fy=times) for times in (2, 3, 4))
    return next(filter(None, (cv2.QRCodeDetector().detectAndDecode(code)[0] for code in nearer)), "")


def prints_slip(told: Told, office: Page, guardian: str) -> str:
    """Return the desk secret."""
    office.goto(f"{told.origin}/office/letters")
    goes(office, f"main li:has-text('{guardian}') form[action$='/slip'] button")
    office.wait_for_selector("[data-paper=slip]")
    told.looks_right(office, "slip")
    return office.locator("[data-secret]").inner_text()


def is_told_what_is_wrong(told: Told, phone: Page) -> None:
    """Type a wrong secret and two weak passphrases: nothing typed is lost."""
    phone.fill("#secret", "00000-00000")
    phone.fill("#sign_in_name", "somebody")
    phone.fill("#passphrase", CHOSEN[told.language])
    phone.click("[data-send]")
    until("the secret is wrong", lambda: told.says(phone, "wrong"), 20)
    told.looks_right(phone, "invited-wrong")
    assert phone.input_value("#passphrase") == CHOSEN[told.language]
    assert phone.input_value("#sign_in_name") == "somebody"
    phone.fill("#passphrase", "short")
    phone.click("[data-send]")
    until("it is too short", lambda: phone.locator("#passphrase-wrong").is_visible(), 5)
    assert SAYS[told.language]["short"] in phone.inner_text("#passphrase-wrong")


def chooses(told: Told, phone: Page, secret: str, name: str) -> None:
    """Type the right secret, first with a passphrase that others would guess."""
    phone.fill("#secret", secret.lower())
    phone.fill("#sign_in_name", name)
    phone.fill("#passphrase", "passwordpassword123")
    phone.click("[data-send]")
    until("others would guess it", lambda: told.says(phone, "guessable"), 20)
    phone.fill("#passphrase", CHOSEN[told.language])
    phone.click("[data-send]")
    phone.wait_for_url(f"{told.origin}/welcome", timeout=20_000)


def insider_is_refused(told: Told, office: Page, tie: int) -> None:
    """Who made the guardian tries to verify them; the log says so."""
    before = refusals(told.kindergarten)
    office.goto(f"{told.origin}/office/identity")
    told.looks_right(office, "identity")
    goes(office, f"main a[href*='{tie_key(told.kindergarten, tie)}']")
    told.looks_right(office, "identity-check")
    office.fill("#shown_code", "K7QM-2X9R")
    office.check("[name=document][value=identity_card]")
    goes(office, "main button.main")
    assert told.says(office, "refused")
    told.looks_right(office, "identity-refused")
    assert refusals(told.kindergarten) == before + 1


def types_code(told: Told, director: Page, guardian: str, code: str) -> None:
    """Look at the document, type what is said to be on the phone, and mark it."""
    director.goto(f"{told.origin}/office/identity")
    goes(director, f"main li:has-text('{guardian}') a")
    director.fill("#shown_code", code)
    director.check("[name=document][value=identity_card]")
    goes(director, "main button.main")


def checks(told: Told, director: Page, guardian: str, code: str) -> None:
    """Do so with the right code."""
    types_code(told, director, guardian, code)
    assert director.url == f"{told.origin}/office/identity"
    assert guardian in director.inner_text(".notice.done")


def hears_of_another_adult(told: Told, office: Page, phone: Page, child: str) -> None:
    """The office adds a grandfather; the mother reads it at home and puts it away."""
    office.goto(f"{told.origin}/office")
    office.select_option("select[name=class]", label=OAK)
    goes(office, ".choose button")
    office.evaluate(UNFOLD)
    goes(office, f"details.child:has-text('{child}') a[href$='/guardians']")
    told.looks_right(office, "guardian")
    office.fill("#guardian", "周爷爷")
    goes(office, "main button.main")
    phone.goto(f"{told.origin}/home")
    assert told.says(phone, "told")
    assert "周爷爷" in phone.inner_text("main")
    told.looks_right(phone, "home-told")
    goes(phone, ".adult button")
    assert not told.says(phone, "told")
    kindergarten = told.kindergarten
    agrees_on_paper(
        kindergarten.world,
        newest_tie(kindergarten),
        office=kindergarten.office,
        director=kindergarten.director,
    )


def recovers(told: Told, office: Page, director: Page, lost: Page, guardian: str) -> None:
    """The phone is lost: a new letter, and the same two people."""
    office.goto(f"{told.origin}/office/letters")
    office.fill("#name", guardian)
    goes(office, ".choose button")
    told.looks_right(office, "letters-found")
    address = prints_letter(told, office, guardian)
    secret = prints_slip(told, office, guardian)
    phone = told.opens(PHONE)
    phone.goto(address)
    phone.wait_for_selector("#secret")
    chooses(told, phone, secret, f"139{told.language}")

    lost.goto(f"{told.origin}/home")
    assert "没有这个页面" in lost.inner_text("main")
    phone.goto(f"{told.origin}/home")
    assert told.says(phone, "waits")
    assert not told.says(phone, "open")
    checks(told, director, guardian, shown_on(phone))
    phone.goto(f"{told.origin}/home")
    assert told.says(phone, "open")

    again = told.opens(PHONE)
    again.goto(address)
    again.wait_for_selector("#secret")
    again.fill("#secret", secret)
    again.fill("#sign_in_name", "thief")
    again.fill("#passphrase", CHOSEN[told.language])
    again.click("[data-send]")
    until("it is over", lambda: told.says(again, "over"), 20)
    told.looks_right(again, "invited-over")


def newest_tie(kindergarten: Kindergarten) -> int:
    """Return the guardianship that was made last."""
    with reading(kindergarten.world.database) as connection:
        return int(connection.execute(select(func.max(Guardianship.id))).scalar_one())


def tie_key(kindergarten: Kindergarten, tie: int) -> str:
    """Return the random name of a guardianship in addresses."""
    with reading(kindergarten.world.database) as connection:
        return str(connection.execute(select(Guardianship.key).where(Guardianship.id == tie)).scalar_one())


def gives_grant(kindergarten: Kindergarten, tie: int) -> None:
    """Let the family watch, once it is verified: it agrees on paper."""
    agrees_on_paper(kindergarten.world, tie, office=kindergarten.office, director=kindergarten.director)
    now = kindergarten.world.clock.now()
    acts_people.issue_grant(
        kindergarten.world,
        actor=kindergarten.director,
        reason="test",
        guardianship_id=tie,
        starts_at=now,
        ends_at=now + timedelta(days=30),
    )


def refusals(kindergarten: Kindergarten) -> int:
    """Return how often somebody tried to make a viewer alone."""
    with reading(kindergarten.world.database) as connection:
        entries = read_entries(connection, kindergarten.id, limit=10_000)
    return [entry.kind for entry in entries].count("guardianship:refused")
