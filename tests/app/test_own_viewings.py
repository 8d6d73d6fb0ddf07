"""What somebody watched themselves, and the receipts of it."""

import json

import pytest

from access.clock import FrozenClock
from access.database import reading, writing
from access.log.proof_files import parse_proof_file
from access.log.receipts import open_receipt
from access.log.signing import origin_of, sign_log
from tests.app.who_watched import A_WEEK, ENGLISH, KEY, page, rule, watches
from tests.school import Guardian, School


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
