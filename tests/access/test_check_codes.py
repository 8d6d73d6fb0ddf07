"""The check code: on the guardian's own page only, asked for by every identity check."""

import re
import threading
from datetime import timedelta
from typing import Any

import pytest

from access import acts_people
from access.acts import Actor
from access.check_codes import MOST_WRONG, TRIES_COUNT, WaitingCheck, load_checks
from access.clock import FrozenClock
from access.codes import new_secret
from access.database import reading
from access.errors import RecordsUnavailable, Refused
from access.vault import Vault
from tests.access.inviting import (
    accepts,
    colleague,
    gives_passphrase,
    is_verified,
    joins,
    latest_tie,
    newcomer,
    papers,
    ties,
)
from tests.access.test_identity import checks
from tests.access.writing_school import WHY, WritingSchool
from tests.shown_codes import shown_code

READ = re.compile(r"[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}")


@pytest.fixture
def tie(written: WritingSchool) -> int:
    """A guardianship whose guardian has accepted their letter."""
    joins(written)
    return latest_tie(written)


def page(written: WritingSchool, person: int) -> list[WaitingCheck]:
    with reading(written.world.database) as connection:
        return load_checks(connection, written.world.vault, person, written.world.clock.now())


def refusal_of(written: WritingSchool, tie: int, shown: str, by: Actor | None = None) -> str:
    with pytest.raises(Refused) as refused:
        checks(written, tie, by, shown_code=shown)
    assert shown == "" or shown not in str(refused.value)
    return refused.value.reason


def tried(written: WritingSchool) -> list[tuple[Any, Any]]:
    """Return who tried in vain to verify, and why in vain; newest first."""
    return [
        (entry.body["actor"]["person"], entry.body["reason"])
        for entry in written.entries()
        if entry.kind == "guardianship:refused"
    ]


# -- what is shown --------------------------------------------------------------------------


def test_a_guardian_reads_a_code_while_their_check_waits(written: WritingSchool) -> None:
    person = joins(written)

    (check,) = page(written, person)

    assert READ.fullmatch(check.code)
    assert (check.id, check.child, check.verified_until) == (latest_tie(written), "小豆", None)
    assert check.code not in repr(check)
    checks(written, check.id)
    assert page(written, person) == []


def test_who_has_chosen_nothing_yet_has_no_code(written: WritingSchool) -> None:
    person = newcomer(written)

    assert [check.code for check in page(written, person)] == [""]


def test_a_check_that_runs_out_soon_has_a_code_again(written: WritingSchool, clock: FrozenClock) -> None:
    clock.advance(timedelta(days=76))
    assert page(written, written.guardian) == []
    clock.advance(timedelta(days=1))

    (check,) = page(written, written.guardian)

    assert READ.fullmatch(check.code)
    assert check.verified_until == clock.now() + timedelta(days=13)
    clock.advance(timedelta(days=13))
    assert page(written, written.guardian)[0].verified_until is None


def test_what_has_ended_has_no_code(written: WritingSchool, tie: int) -> None:
    assert shown_code(written.world, tie)

    acts_people.end_guardianship(written.world, actor=written.office, reason=WHY, guardianship_id=tie)

    assert shown_code(written.world, tie) == ""


def test_each_child_and_each_guardian_has_a_code_of_its_own(written: WritingSchool, tie: int) -> None:
    second_guardian = joins(written, "second")
    ties(written, second_guardian, written.office)
    codes = {shown_code(written.world, tie), *(check.code for check in page(written, second_guardian))}

    assert len(codes) == 3


def test_another_passphrase_makes_another_code(written: WritingSchool) -> None:
    person = joins(written)
    tie = latest_tie(written)
    seen = [shown_code(written.world, tie)]

    gives_passphrase(written, person, Actor(person, "web"))
    seen.append(shown_code(written.world, tie))
    gives_passphrase(written, person, written.office)
    seen.append(shown_code(written.world, tie))
    accepts(written, papers(written, person))
    seen.append(shown_code(written.world, tie))

    assert len(set(seen)) == 4
    assert [refusal_of(written, tie, code) for code in seen[:3]] == ["guardianship:wrong_code"] * 3
    checks(written, tie, shown_code=seen[3])


def test_without_the_key_nobody_knows_the_code(written: WritingSchool) -> None:
    person = joins(written)
    with reading(written.world.database) as connection:
        (elsewhere,) = load_checks(connection, Vault(b"2" * 32), person, written.world.clock.now())

    assert elsewhere.code != page(written, person)[0].code


# -- what is asked for ----------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["as it is shown", "in small letters", "with spaces", "in wide letters"])
def test_a_code_may_be_typed_as_it_is_read(written: WritingSchool, tie: int, typed: str) -> None:
    code = shown_code(written.world, tie)
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in code)
    ways = {"in small letters": code.lower(), "with spaces": f" {' '.join(code)} ", "in wide letters": wide}

    checks(written, tie, shown_code=ways.get(typed, code))

    assert is_verified(written, tie)


@pytest.mark.parametrize("shown", ["", "-", "0000-0000", "x" * 1000, "核对码", "that of another child"])
def test_a_wrong_code_is_refused_and_written_down_without_what_was_typed(
    written: WritingSchool, tie: int, shown: str
) -> None:
    if shown == "that of another child":
        joins(written, "second")
        shown = shown_code(written.world, latest_tie(written))

    assert refusal_of(written, tie, shown) == "guardianship:wrong_code"

    entry = written.entries()[0]
    assert (entry.kind, entry.body["reason"]) == ("guardianship:refused", "guardianship:wrong_code")
    assert entry.body["actor"]["person"] == written.director.person_id
    assert entry.body["subject"]["guardianship"] == tie
    assert len(shown) < 3 or shown not in repr(entry)
    assert not is_verified(written, tie)


def test_a_right_code_is_in_no_entry(written: WritingSchool, tie: int) -> None:
    code = shown_code(written.world, tie)

    checks(written, tie)

    said = repr([entry for log in (None, 0) for entry in written.entries(log)])
    assert code not in said
    assert code.replace("-", "") not in said


def test_after_ten_wrong_codes_none_is_looked_at_for_a_day(
    written: WritingSchool, clock: FrozenClock, tie: int
) -> None:
    code = shown_code(written.world, tie)
    for _ in range(MOST_WRONG):
        assert refusal_of(written, tie, new_secret()) == "guardianship:wrong_code"
        clock.advance(timedelta(minutes=1))

    assert refusal_of(written, tie, code, colleague(written)) == "guardianship:many_wrong_codes"
    assert refusal_of(written, tie, new_secret()) == "guardianship:many_wrong_codes"

    assert len(tried(written)) == MOST_WRONG
    clock.advance(TRIES_COUNT - timedelta(minutes=MOST_WRONG))
    checks(written, tie)
    assert is_verified(written, tie)


def test_wrong_codes_of_one_child_do_not_count_for_another(written: WritingSchool, tie: int) -> None:
    joins(written, "second")
    other = latest_tie(written)
    for _ in range(MOST_WRONG):
        refusal_of(written, other, new_secret())

    checks(written, tie)

    assert is_verified(written, tie)


def test_who_had_a_hand_in_it_uses_up_no_try(written: WritingSchool, tie: int) -> None:
    for _ in range(MOST_WRONG):
        assert refusal_of(written, tie, new_secret(), written.office) == "guardianship:same_person"

    checks(written, tie)

    assert is_verified(written, tie)


def test_many_wrong_codes_at_once_are_ten_in_all(written: WritingSchool, tie: int) -> None:
    said: list[str] = []

    def guess() -> None:
        while True:
            try:
                checks(written, tie, shown_code=new_secret())
            except RecordsUnavailable:  # no turn to write in time; nothing was looked at
                continue
            except Refused as refusal:
                said.append(refusal.reason)
            return

    threads = [threading.Thread(target=guess) for _ in range(MOST_WRONG + 4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert said.count("guardianship:wrong_code") == len(tried(written)) == MOST_WRONG
    assert said.count("guardianship:many_wrong_codes") == 4


# -- two papers in one hand -----------------------------------------------------------------


@pytest.fixture(params=["who printed both", "a thief"])
def attacked(written: WritingSchool, request: pytest.FixtureRequest) -> int:
    """Somebody else accepts a family's letter before the family does; return the guardian."""
    thief = request.param == "a thief"
    person = newcomer(written)
    accepts(written, papers(written, person, slip_by=colleague(written) if thief else None), name="attacker")
    return person


def test_a_document_alone_verifies_nobody_elses_account(written: WritingSchool, attacked: int) -> None:
    """The real mother stands before the director, with her passport and no page that is hers."""
    tie = latest_tie(written)

    assert refusal_of(written, tie, "") == "guardianship:wrong_code"
    assert refusal_of(written, tie, "0000-0000") == "guardianship:wrong_code"

    assert tried(written) == [(written.director.person_id, "guardianship:wrong_code")] * 2
    assert not is_verified(written, tie)
    stolen = shown_code(written.world, tie)
    accepts(written, papers(written, attacked), name="mother")
    assert refusal_of(written, tie, stolen) == "guardianship:wrong_code"
    checks(written, tie, shown_code=shown_code(written.world, tie))
    assert is_verified(written, tie)
