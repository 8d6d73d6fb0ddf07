"""Mutual transparency: who watched by whole days, one's own viewings with receipts, “this was not me”."""

import json
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from access.acts_custody import add_custody_rule, ask_to_end_custody_rule, end_custody_rule
from access.acts_families import end_guardianship
from access.clock import FrozenClock
from access.custody import CustodyKind
from access.database import reading, writing
from access.log.proof_files import parse_proof_file
from access.log.receipts import open_receipt
from access.log.signing import LogKey, origin_of, sign_log
from access.sign_ins import recognise
from tests.browser import Browser
from tests.looking import Display, an_agreed_look, opens
from tests.school import Guardian, School

ENGLISH = {"Accept_Language": "en-GB"}
KEY = LogKey(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
A_DAY, A_WEEK = timedelta(days=1), timedelta(days=7)
NOT_SHOWN = "For this child no days are shown here."
NOBODY = "Nobody watched on these days."


@pytest.fixture
def mother(school: School) -> Guardian:
    return school.guardian(of="Oak")


@pytest.fixture
def father(school: School, mother: Guardian) -> Guardian:
    return school.guardian(of="Oak", beside=mother)


def page(school: School, browser: Browser, address: str = "/viewings") -> str:
    """Return a page in English, of somebody who is at their device."""
    school.is_there(browser)
    answer = browser.get(address, **ENGLISH)
    assert answer.status == 200, (answer.status, answer.header("Location"))
    return answer.body.decode()


def days(told: str) -> str:
    """Return the part of the page about other people's days."""
    return told.split("What you watched yourself", maxsplit=1)[0]


def watches(school: School, guardian: Guardian, room: str = "Oak") -> str:
    """Have somebody watch for a moment; return the key of the viewing."""
    school.is_there(guardian)
    watch = guardian.opens(room)
    watch.close()
    return watch.key


def rule(school: School, guardian: Guardian, **more: object) -> int:
    """Enter a custody rule."""
    spans: dict[str, Any] = {
        "starts_at": school.clock.now(),
        "ends_at": None,
        "court_on": None,
        "weekdays": (),
        **more,
    }
    recorded = add_custody_rule(
        school.world,
        actor=school.office_actor,
        reason="order",
        guardianship_id=guardian.guardianship,
        kind=CustodyKind.ODD_WEEKS,
        **spans,
    )
    assert recorded
    return int(school.last_entry("custody:added")["subject"]["custody_rule"])


# -- by whole days ---------------------------------------------------------------------


def test_of_today_nothing_is_told_and_tomorrow_the_day_with_relations_only(
    school: School, clock: FrozenClock, mother: Guardian, father: Guardian
) -> None:
    clock.advance(A_DAY)
    watches(school, father)
    assert NOBODY in page(school, mother)

    clock.advance(A_DAY)
    told = days(page(school, mother))

    assert "Wednesday 11 March" in told
    assert "parents and guardians" in told
    assert "relatives" not in told
    assert "09:" not in told.split("<main")[1]


def test_a_delegate_and_the_staff_are_told_by_what_they_are(
    school: School, clock: FrozenClock, mother: Guardian, father: Guardian
) -> None:
    aunt = school.delegate(father)
    clock.advance(A_DAY)
    watches(school, aunt)
    display = Display(school, "Oak")
    opens(school.office(), an_agreed_look(school, display)).close()
    clock.advance(A_DAY)

    told = days(page(school, mother))

    assert "relatives who watch for them" in told
    assert "parents and guardians" not in told
    assert "the office, to set what is always hidden" in told


def test_of_another_room_nothing_is_told(school: School, clock: FrozenClock, mother: Guardian) -> None:
    other = school.guardian(of="Elm")
    clock.advance(A_DAY)
    watches(school, other, "Elm")
    clock.advance(A_DAY)

    assert NOBODY in page(school, mother)
    assert "parents and guardians" in days(page(school, other))


def test_days_before_ones_own_tie_are_not_told(school: School, clock: FrozenClock, mother: Guardian) -> None:
    clock.advance(A_DAY)
    watches(school, mother)
    clock.advance(A_DAY)
    newcomer = school.guardian(of="Oak", beside=mother)

    assert "parents and guardians" in days(page(school, mother))
    assert NOBODY in page(school, newcomer)


def test_a_delegate_reads_their_own_viewings_only(
    school: School, clock: FrozenClock, mother: Guardian
) -> None:
    aunt = school.delegate(mother)
    watches(school, aunt)
    clock.advance(A_DAY)

    told = page(school, aunt)

    assert "The room of" not in told
    assert told.count("This was not me</button>") == 1


@pytest.mark.parametrize("whose", ["mine", "the other's"])
@pytest.mark.parametrize("begins", [timedelta(0), timedelta(days=20)], ids=["now", "later"])
def test_while_a_custody_rule_concerns_the_child_no_day_is_told_to_anybody(
    school: School, mother: Guardian, father: Guardian, whose: str, begins: timedelta
) -> None:
    clock = school.clock
    clock.advance(A_DAY)
    watches(school, father)
    clock.advance(A_DAY)
    rule(school, mother if whose == "mine" else father, starts_at=clock.now() + begins)

    for reader in (mother, father):
        told = days(page(school, reader))
        assert NOT_SHOWN in told
        assert "parents and guardians" not in told
    another = school.guardian(of="Oak")
    assert NOT_SHOWN not in page(school, another)


def test_days_of_a_rule_that_is_over_are_not_told_afterwards(
    school: School, clock: FrozenClock, mother: Guardian, father: Guardian
) -> None:
    clock.advance(A_DAY)
    number = rule(school, father)
    watches(school, mother)  # under the rule: on the 11th
    clock.advance(A_DAY)
    by: dict[str, Any] = {"reason": "settled", "custody_rule_id": number}
    ask_to_end_custody_rule(school.world, actor=school.office_actor, **by)
    end_custody_rule(school.world, actor=school.director_actor, **by)
    clock.advance(A_DAY)
    watches(school, mother)  # on the 13th
    clock.advance(A_DAY)

    told = days(page(school, father))

    assert "13 March" in told
    assert "11 March" not in told
    assert "12 March" not in told


def test_reading_who_watched_is_itself_in_the_log(school: School, mother: Guardian) -> None:
    page(school, mother)
    page(school, mother)

    assert school.log("viewings:") == ["viewings:read"] * 2
    assert school.last_entry("viewings:read")["subject"] == {"person": mother.person}


# -- one's own, with receipts ----------------------------------------------------------


def test_ones_own_viewings_are_listed_and_nobody_elses(
    school: School, mother: Guardian, father: Guardian
) -> None:
    hers, his = watches(school, mother), watches(school, father)

    for reader, own, other in ((mother, hers, his), (father, his, hers)):
        told = page(school, reader)
        assert own in told
        assert other not in told
        assert reader.get(f"/viewings/{other}/receipt", **ENGLISH) == school.not_found
        assert reader.post(f"/viewings/{other}/not-me") == school.not_found


def test_pages_of_viewings_lead_on_without_losing_one(
    school: School, clock: FrozenClock, mother: Guardian, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.family.viewings.PAGE", 2)
    keys = [watches(school, mother) for _ in range(5)]

    address = "/viewings"
    seen: list[str] = []
    for _ in range(3):
        told = page(school, mother, address)
        seen += [key for key in reversed(keys) if key in told]
        address = told.split('href="/viewings?before=')[1].split('"')[0] if "?before=" in told else ""
        address = f"/viewings?before={address}"

    assert seen == list(reversed(keys))
    for foreign in ("1000000", watches(school, school.guardian(of="Oak"))):
        assert "This was not me</button>" not in page(school, mother, f"/viewings?before={foreign}")


def test_a_tie_that_has_ended_tells_no_more_than_the_order_did(
    school: School, clock: FrozenClock, mother: Guardian, father: Guardian
) -> None:
    clock.advance(A_DAY)
    sibling = school.guardian(of="Oak", person=father.person)
    rule(school, father)
    clock.advance(A_DAY)
    watches(school, mother)
    viewing = watches(school, sibling)
    with writing(school.world.database) as connection:
        sign_log(connection, school.id, KEY, clock.now())
    end_guardianship(
        school.world, actor=school.office_actor, reason="court", guardianship_id=father.guardianship
    )
    clock.advance(A_WEEK)

    told = page(school, sibling)
    receipt = sibling.get(f"/viewings/{viewing}/receipt", **ENGLISH)

    assert NOT_SHOWN in days(told)
    assert "parents and guardians" not in days(told)
    assert receipt.status == 303


def test_a_receipt_proves_the_closing_entry_against_the_weeks_checkpoint(
    school: School, clock: FrozenClock, mother: Guardian
) -> None:
    viewing = watches(school, mother)
    with writing(school.world.database) as connection:
        sign_log(connection, school.id, KEY, clock.now())
    school.is_there(mother)
    early = mother.get(f"/viewings/{viewing}/receipt", **ENGLISH)
    assert (early.status, early.header("Location")) == (303, "/viewings")
    clock.advance(A_WEEK)
    school.is_there(mother)

    answer = mother.get(f"/viewings/{viewing}/receipt", **ENGLISH)

    assert answer.status == 200
    assert "attachment" in (answer.header("Content-Disposition") or "")
    with reading(school.world.database) as connection:
        origin = origin_of(connection, school.id)
    assert origin is not None
    body, _ = open_receipt(parse_proof_file(answer.body), KEY.public(origin))
    said = json.loads(body or b"")
    assert (said["kind"], said["subject"]["viewing"]) == ("viewing:closed", viewing)
    assert school.log("receipt:") == ["receipt:given"]


def test_under_a_custody_rule_there_is_no_receipt(
    school: School, clock: FrozenClock, mother: Guardian, father: Guardian
) -> None:
    viewing = watches(school, father)
    with writing(school.world.database) as connection:
        sign_log(connection, school.id, KEY, clock.now())
    clock.advance(A_WEEK)
    rule(school, mother)
    school.is_there(father)

    answer = father.get(f"/viewings/{viewing}/receipt", **ENGLISH)

    assert (answer.status, answer.header("Location")) == (303, "/viewings")
    assert "ask the school office" in page(school, father)
    assert school.log("receipt:") == []


# -- this was not me -------------------------------------------------------------------


def test_this_was_not_me_signs_that_device_out_and_calls_the_office(school: School, mother: Guardian) -> None:
    viewing = watches(school, mother)
    phone = Browser(school.app, school.sign_in(mother.person))

    answer = phone.post(f"/viewings/{viewing}/not-me", {}, **ENGLISH)

    assert answer.status == 303
    assert recognise(school.world, mother.cookie("__Host-sign-in") or "") is None
    assert mother.get("/home", **ENGLISH).status != 200
    assert "The office has been told" in page(school, phone)
    for reader, is_told in ((school.office(), True), (school.director(), True), (school.teacher(), False)):
        assert ("This was not me" in page(school, reader, "/office")) == is_told
    said = school.last_entry("viewing:disowned")
    assert (said["subject"]["person"], said["subject"]["viewing"]) == (mother.person, viewing)


def test_the_office_writes_down_what_it_found_once(school: School, mother: Guardian) -> None:
    viewing = watches(school, mother)
    mother.post(f"/viewings/{viewing}/not-me")
    office = school.office()
    told = page(school, office, "/office")
    address = told.split('action="/office/alerts/')[1].split('"')[0]

    first = office.post(f"/office/alerts/{address}", {"reason": "her sister's tablet"}, **ENGLISH)
    second = office.post(f"/office/alerts/{address}", {"reason": "again"}, **ENGLISH)

    assert (first.status, second.status) == (303, 303)
    assert office.post(f"/office/alerts/{'x' * 22}/answer", {"reason": "what?"}) == school.not_found
    assert school.log("viewing:disowned_") == ["viewing:disowned_answered"]
    assert "This was not me" not in page(school, office, "/office")
    assert school.last_entry("viewing:disowned_answered")["reason"] == "her sister's tablet"


def test_saying_it_twice_calls_the_office_once(school: School, mother: Guardian) -> None:
    viewing = watches(school, mother)
    phone = Browser(school.app, school.sign_in(mother.person))
    for _ in range(2):
        phone.post(f"/viewings/{viewing}/not-me")

    assert page(school, school.office(), "/office").count("“This was not me”") == 1
