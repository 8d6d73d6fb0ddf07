"""Identity checks: what document, until when, and that an insider's try is written down."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from access import acts_people
from access.acts import Actor
from access.acts_identity import CHECK_LASTS, verify_guardianship
from access.acts_years import set_term
from access.clock import FrozenClock
from access.database import reading
from access.enrolment import Guardianship
from access.errors import LogUnavailable, Refused
from tests.access.inviting import is_verified, joins, latest_tie, ties
from tests.access.trouble import log_refusing
from tests.access.writing_school import WHY, WritingSchool
from tests.shown_codes import shown_code

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def tie(written: WritingSchool) -> int:
    """A guardianship that the office has made; its guardian has accepted their letter."""
    joins(written)
    return latest_tie(written)


def checks(written: WritingSchool, tie: int, by: Actor | None = None, **said: Any) -> datetime:
    usual = {"actor": by or written.director, "reason": "seen at the desk", "guardianship_id": tie}
    said.setdefault("shown_code", shown_code(written.world, tie))
    return verify_guardianship(written.world, **{**usual, **said})


def verified_until(written: WritingSchool, tie: int) -> datetime | None:
    with reading(written.world.database) as connection:
        asked = select(Guardianship.verified_until).where(Guardianship.id == tie)
        return connection.execute(asked).scalar_one()


def term_ends(written: WritingSchool, day: date) -> None:
    set_term(written.world, actor=written.director, reason=WHY, school_id=written.id, ends_on=day)


def test_the_kind_of_document_is_noted(written: WritingSchool, tie: int) -> None:
    checks(written, tie, document="household_register")

    with reading(written.world.database) as connection:
        noted = select(Guardianship.verified_document).where(Guardianship.id == tie)
        assert connection.execute(noted).scalar_one() == "household_register"
    (entry, *_) = written.entries()
    assert entry.body["subject"]["document"] == "household_register"


def test_a_kind_that_there_is_not_is_refused(written: WritingSchool, tie: int) -> None:
    with pytest.raises(Refused, match="document:kind"):
        checks(written, tie, document="library card")


@pytest.mark.parametrize(
    "reason",
    [
        "ID 11010519491231002X",
        "110105 19491231 002X",
        "passport E12345678",
        "证件号１１０１０５１９４９１２３１",
        "1101-0519-4912",
        "phone 138 0013 8000",
    ],
)
def test_a_documents_number_is_never_written_down(written: WritingSchool, tie: int, reason: str) -> None:
    entries = len(written.entries())

    with pytest.raises(Refused, match="document:number") as refused:
        checks(written, tie, reason=reason)

    assert not any(letter.isdecimal() for letter in str(refused.value))
    assert not is_verified(written, tie)
    assert len(written.entries()) == entries


@pytest.mark.parametrize("reason", ["seen on 2026-03-10 at 14:30", "身份证，3月10日", "counter 12, 2 papers"])
def test_a_date_is_no_number(written: WritingSchool, tie: int, reason: str) -> None:
    checks(written, tie, reason=reason)

    assert is_verified(written, tie)


def test_a_check_lasts_two_hundred_days_where_no_term_is_known(
    written: WritingSchool, clock: FrozenClock, tie: int
) -> None:
    latest = clock.now() + timedelta(days=200)
    code = shown_code(written.world, tie)

    with pytest.raises(Refused, match="guardianship:past_term"):
        checks(written, tie, until=latest + timedelta(microseconds=1))
    assert checks(written, tie) == checks(written, tie, until=latest, shown_code=code) == latest
    assert timedelta(days=200) == CHECK_LASTS


def test_a_check_lasts_until_the_terms_last_day_is_over(written: WritingSchool, tie: int) -> None:
    term_ends(written, date(2026, 7, 10))
    latest = datetime(2026, 7, 11, tzinfo=SHANGHAI)

    with pytest.raises(Refused, match="guardianship:past_term"):
        checks(written, tie, until=latest + timedelta(minutes=1))
    assert checks(written, tie) == latest
    assert verified_until(written, tie) == latest


def test_a_term_that_ends_earlier_shortens_what_was_checked(
    written: WritingSchool, clock: FrozenClock, tie: int
) -> None:
    checks(written, tie)
    joins(written, "second")
    shorter = latest_tie(written)
    checks(written, shorter, until=clock.now() + timedelta(days=5))

    term_ends(written, date(2026, 4, 1))

    assert verified_until(written, tie) == datetime(2026, 4, 2, tzinfo=SHANGHAI)
    assert verified_until(written, shorter) == clock.now() + timedelta(days=5)
    assert written.entries()[0].kind == "school:term_set"
    assert written.entries()[0].body["subject"]["term_ends_on"] == "2026-04-01"


def test_nobody_is_checked_after_the_term(written: WritingSchool, clock: FrozenClock, tie: int) -> None:
    term_ends(written, date(2026, 4, 1))
    clock.advance(timedelta(days=30))

    with pytest.raises(Refused, match="term:over"):
        checks(written, tie)


def test_a_term_that_is_over_is_no_term(written: WritingSchool) -> None:
    with pytest.raises(Refused, match="term:past"):
        term_ends(written, date(2026, 3, 9))


def test_a_try_to_verify_ones_own_making_is_an_entry(written: WritingSchool, tie: int) -> None:
    with pytest.raises(Refused, match="guardianship:same_person"):
        checks(written, tie, written.office)

    (entry, *_) = written.entries()
    assert (entry.kind, entry.body["reason"]) == ("guardianship:refused", "guardianship:same_person")
    assert entry.body["actor"]["person"] == written.office.person_id
    assert entry.body["subject"]["guardianship"] == tie
    assert not is_verified(written, tie)


def test_a_try_to_be_ones_own_guardian_is_an_entry(written: WritingSchool) -> None:
    office = written.office
    assert office.person_id is not None
    ties_before = latest_tie(written)

    with pytest.raises(Refused, match="guardianship:oneself"):
        ties(written, office.person_id, office)

    (entry, *_) = written.entries()
    assert (entry.kind, entry.body["reason"]) == ("guardianship:refused", "guardianship:oneself")
    assert entry.person_id == office.person_id
    assert latest_tie(written) == ties_before


def test_a_try_that_cannot_be_written_down_is_refused_all_the_same(
    written: WritingSchool, database: str, tie: int
) -> None:
    with log_refusing(database), pytest.raises(LogUnavailable):
        checks(written, tie, written.office)

    assert not is_verified(written, tie)


def test_who_is_closed_elsewhere_is_not_said_twice(written: WritingSchool, tie: int) -> None:
    acts_people.end_guardianship(written.world, actor=written.office, reason=WHY, guardianship_id=tie)

    with pytest.raises(Refused, match="guardianship:ended"):
        checks(written, tie)
    assert written.entries()[0].kind == "guardianship:ended"
