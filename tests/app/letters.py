"""Families, letters and slips through the pages, told in sentences."""

import re
from html import unescape
from typing import Any

from sqlalchemy import func, select

from access.database import reading
from access.enrolment import Guardianship
from access.invitations import Invitation
from access.people import Person
from tests.app.public_keys import key_of
from tests.browser import Answer, Browser
from tests.school import School
from tests.shown_codes import shown_code

ENGLISH = {"Accept_Language": "en-GB"}
CHOSEN = "卖豆腐的老钟敲了七下，风筝就醒"


def newest(school: School, record: Any) -> int:
    with reading(school.world.database) as connection:
        return int(connection.execute(select(func.max(record.id))).scalar_one())


def words(answer: Answer) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.body.decode())))


def makes_family(school: School, by: Browser, guardian: str = "周敏") -> int:
    """Fill in the form of a new family; return the guardian."""
    page = by.get("/office/families/new", **ENGLISH).body.decode()
    group = re.search(r'<option value="([^"]{22})">Oak', page)
    assert group
    answer = by.post(
        "/office/families/new", {"child": "周米粒", "class_group": group.group(1), "guardian": guardian}
    )
    assert (answer.status, answer.header("Location")) == (303, "/office/letters")
    return newest(school, Person)


def prints_letter(school: School, by: Browser, person: int) -> str:
    """Return the token of a new letter."""
    answer = by.post(f"/office/people/{key_of(school, Person, person)}/letter", Accept_Language="en-GB")
    assert answer.status == 200
    tokens = set(re.findall(r"data-token>([0-9A-Z-]+)<", answer.body.decode()))
    assert len(tokens) == 1
    return str(tokens.pop())


def prints_slip(school: School, by: Browser, letter: int | None = None) -> str:
    """Return the secret of a letter's slip."""
    key = key_of(school, Invitation, letter or newest(school, Invitation))
    answer = by.post(f"/office/letters/{key}/slip", Accept_Language="en-GB")
    assert answer.status == 200
    secret = re.search(r"data-secret>([0-9A-Z-]+)<", answer.body.decode())
    assert secret
    return secret.group(1)


def accepts(phone: Browser, token: str, secret: str, **said: str) -> Answer:
    form = {"token": token, "secret": secret, "sign_in_name": "zhou", "passphrase": CHOSEN, **said}
    return phone.ask("POST", "/i", form, Sec_Fetch_Site="same-origin")


def checks(school: School, by: Browser, tie: int, **said: str) -> Answer:
    """Fill in the form of the identity check, with the code that the guardian's page shows."""
    address = f"/office/guardianships/{key_of(school, Guardianship, tie)}/identity"
    seen = {"document": "identity_card", "shown_code": shown_code(school.world, tie) or "none"}
    return by.post(address, {**seen, **said}, Accept_Language="en-GB")


def code_on(page: Answer) -> str:
    """Return the check code that stands on a page; empty where none does."""
    codes = re.findall(r"data-check-code>([0-9A-Z-]+)<", page.body.decode())
    assert len(codes) <= 1
    return codes[0] if codes else ""
