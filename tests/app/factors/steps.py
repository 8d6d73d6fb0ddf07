"""What somebody does with their second factor, step by step, in their browser."""

import json
import re

from access.sign_ins import recognise
from tests.access.with_factors import code_now
from tests.app.account.trying import PASSPHRASE, tries
from tests.authenticator import Authenticator
from tests.browser import Answer, Browser
from tests.school import School


def at_the_second_step(school: School, name: str) -> Browser:
    """Say name and passphrase, and stand before the second step."""
    browser = school.visitor()
    assert tries(browser, name, PASSPHRASE).status == 303
    assert browser.get("/").header("Location") == "/second"
    return browser


def adds_app(school: School, browser: Browser) -> str:
    """Scan the QR code, type the code before the present one, and return the seed."""
    assert browser.post("/factors/app").header("Location") == "/factors/app"
    page = browser.get("/factors/app").body.decode()
    (shown,) = re.findall(r'class="seed"[^>]*>([^<]+)<', page)
    seed: str = shown.replace(" ", "")
    code = code_now(school.world, seed, later=-1)
    assert browser.post("/factors/app/confirm", {"code": code}).status == 303
    return seed


def makes_sheet(browser: Browser) -> list[str]:
    """Make a sheet of recovery codes and read it."""
    return re.findall(r'class="code">([^<]+)<', browser.post("/factors/sheet").body.decode())


def makes_passkey(browser: Browser, device: Authenticator | None = None) -> Authenticator:
    """Do what the page's script does to add a passkey."""
    device = device or Authenticator()
    asked = browser.post("/factors/passkeys/ask")
    assert asked.status == 200, asked.json
    answer = browser.post("/factors/passkeys", {"answer": device.makes(asked.json)})
    assert answer.status == 200, answer.json
    return device


def signs(browser: Browser, device: Authenticator, **wrong: str) -> Answer:
    """Do what the page's script does to sign in with a passkey."""
    asked = browser.post("/passkey/ask")
    return browser.post("/passkey/sign-in", {"answer": device.signs(asked.json, **wrong)})


def proves(browser: Browser, device: Authenticator, to: str = "/office") -> Answer:
    """Do what the page's script does to prove who holds the device."""
    asked = browser.post("/passkey/ask-to-prove")
    return browser.post("/passkey/prove", {"answer": device.signs(asked.json), "to": to})


def sign_in_of(school: School, browser: Browser) -> int:
    """Return the sign-in of a browser."""
    found = recognise(school.world, browser.cookie("__Host-sign-in") or "")
    assert found
    return found.sign_in_id


def plain(answer: Answer) -> str:
    """Return everything that an answer says, for comparison: its cookie's value aside, all of it."""
    headers = [(name, re.sub(r"=[^;]*;", "=…;", value)) for name, value in answer.headers]
    return json.dumps([answer.status, headers, answer.body.decode()])
