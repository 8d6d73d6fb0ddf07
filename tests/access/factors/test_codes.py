"""Codes of the app and of the sheet: each once, and wrong ones counted."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from access.database import reading
from access.errors import Refused
from access.factor_records import RecoveryCode, Totp
from access.new_factors import begin_app, confirm_app, make_recovery_codes, seed_to_confirm
from access.second_factors import give_code
from access.sign_ins import end_sign_in, recognise
from tests.access.with_factors import code_now, gives_app, gives_passkey, held, moment, sign_in, why_not
from tests.access.writing_school import WritingSchool

FIVE_MINUTES, A_DAY = timedelta(minutes=5), timedelta(days=1)


def kinds(written: WritingSchool) -> list[str]:
    """Return what the installation's log has of factors, newest first."""
    return [one.kind for one in written.entries(0) if one.kind.split(":")[0] in {"factor", "recovery_codes"}]


def test_a_code_of_the_app_brings_staff_in_and_renews_the_cookie(
    written: WritingSchool, teacher: int
) -> None:
    seed = gives_app(written.world, sign_in(written.world, teacher))
    morning = sign_in(written.world, teacher)

    token = give_code(written.world, morning, code_now(written.world, seed))

    found = recognise(written.world, token)
    assert found
    assert (found.sign_in_id, found.second_waits, set(found.roles)) == (morning, False, {"teacher"})
    assert kinds(written) == ["factor:used", "factor:added", "factor:begun"]


def test_a_code_works_once_on_whatever_device(written: WritingSchool, teacher: int) -> None:
    seed = gives_app(written.world, sign_in(written.world, teacher))
    here, there = sign_in(written.world, teacher), sign_in(written.world, teacher)
    code = code_now(written.world, seed)
    give_code(written.world, here, code)

    assert why_not(written.world, here, code) == "code:wrong"
    assert why_not(written.world, there, code) == "code:wrong"
    assert why_not(written.world, there, code_now(written.world, seed, later=1)) == ""


def test_the_code_that_confirmed_the_app_is_used_up(written: WritingSchool, teacher: int) -> None:
    world, first = written.world, sign_in(written.world, teacher)
    begin_app(world, first)
    seed = seed_to_confirm(world, first)
    assert seed
    confirm_app(world, first, code_now(world, seed))

    assert why_not(world, sign_in(world, teacher), code_now(world, seed)) == "code:wrong"


def test_an_app_counts_only_once_it_is_confirmed(written: WritingSchool, teacher: int) -> None:
    world, first = written.world, sign_in(written.world, teacher)
    begin_app(world, first)
    seed = seed_to_confirm(world, first)
    assert seed

    assert why_not(world, first, code_now(world, seed)) == "code:wrong"
    assert held(world, teacher).count == 0
    with pytest.raises(Refused, match="code:wrong"):
        confirm_app(world, first, "000000")
    confirm_app(world, first, code_now(world, seed))
    assert seed_to_confirm(world, first) is None
    with pytest.raises(Refused, match="factor:none"):
        confirm_app(world, first, code_now(world, seed, later=1))


def test_a_seed_lies_nowhere_in_clear(written: WritingSchool, teacher: int) -> None:
    seed = gives_app(written.world, sign_in(written.world, teacher))

    with reading(written.world.database) as connection:
        sealed = connection.execute(select(Totp.sealed_seed)).scalar_one()

    assert seed.encode() not in sealed
    assert seed not in repr(written.entries(0))


def test_a_recovery_code_works_once_and_the_others_go_on(written: WritingSchool, teacher: int) -> None:
    world, first = written.world, sign_in(written.world, teacher)
    gives_app(world, first)
    sheet = make_recovery_codes(world, first)
    later = sign_in(world, teacher)

    assert why_not(world, later, sheet[3].lower()) == ""
    assert why_not(world, later, sheet[3]) == "code:wrong"
    assert why_not(world, later, sheet[4]) == ""
    assert held(world, teacher).codes_left == 8
    used = written.entries(0)[-1:]
    assert not any(code in repr(used) for code in sheet)


def test_a_new_sheet_voids_the_old_one(written: WritingSchool, teacher: int) -> None:
    world, first = written.world, sign_in(written.world, teacher)
    gives_app(world, first)
    old = make_recovery_codes(world, first)
    new = make_recovery_codes(world, first)

    assert why_not(world, first, old[0]) == "code:wrong"
    assert why_not(world, first, new[0]) == ""
    with reading(world.database) as connection:
        hashes = connection.execute(select(RecoveryCode.code_hash)).scalars().all()
    assert len(set(hashes)) == 10


def test_there_is_no_sheet_without_a_factor_to_recover(written: WritingSchool, teacher: int) -> None:
    with pytest.raises(Refused, match="factor:none"):
        make_recovery_codes(written.world, sign_in(written.world, teacher))


def test_five_wrong_codes_wait_five_minutes_also_on_a_new_sign_in(
    written: WritingSchool, teacher: int
) -> None:
    world = written.world
    seed = gives_app(world, sign_in(world, teacher))
    here = sign_in(world, teacher)

    assert [why_not(world, here, "000000") for _ in range(6)] == ["code:wrong"] * 5 + ["code:wait"]
    again = sign_in(world, teacher)
    assert why_not(world, again, code_now(world, seed)) == "code:wait"
    moment(written).advance(FIVE_MINUTES)
    assert why_not(world, again, code_now(world, seed)) == ""
    assert kinds(written)[:6] == ["factor:used", *["factor:refused"] * 5]


def test_twenty_wrong_codes_wait_a_day_and_a_passkey_does_not(written: WritingSchool, teacher: int) -> None:
    world, first = written.world, sign_in(written.world, teacher)
    seed = gives_app(world, first)
    gives_passkey(world, first)
    for _ in range(4):
        assert [why_not(world, first, "000000") for _ in range(5)] == ["code:wrong"] * 5
        moment(written).advance(FIVE_MINUTES)

    assert why_not(world, first, code_now(world, seed)) == "code:wait"
    moment(written).advance(A_DAY)
    assert why_not(world, sign_in(world, teacher), code_now(world, seed)) == ""


def test_nobody_elses_wrong_codes_count(written: WritingSchool, teacher: int) -> None:
    world = written.world
    seed = gives_app(world, sign_in(world, teacher))
    other = sign_in(world, written.guardian)
    for _ in range(6):
        why_not(world, other, "000000")

    assert why_not(world, sign_in(world, teacher), code_now(world, seed)) == ""


def test_a_sign_in_that_is_over_takes_no_code(written: WritingSchool, teacher: int) -> None:
    world = written.world
    seed = gives_app(world, sign_in(world, teacher))
    over = sign_in(world, teacher)
    end_sign_in(world, over)

    assert why_not(world, over, code_now(world, seed)) == "sign_in:ended"


@pytest.mark.parametrize("kind", ["of the app", "of the sheet"])
def test_one_code_given_on_many_devices_at_once_counts_once(
    written: WritingSchool, teacher: int, kind: str
) -> None:
    world, first = written.world, sign_in(written.world, teacher)
    seed = gives_app(world, first)
    code = code_now(world, seed) if kind == "of the app" else make_recovery_codes(world, first)[0]
    devices, start = [sign_in(world, teacher) for _ in range(4)], threading.Barrier(4)

    def gives(device: int) -> str:
        start.wait()
        return why_not(world, device, code)

    with ThreadPoolExecutor(len(devices)) as hands:
        said = sorted(hands.map(gives, devices))

    assert said == ["", *["code:wrong"] * 3]


def test_many_guesses_at_once_are_no_more_than_five(written: WritingSchool, teacher: int) -> None:
    world = written.world
    gives_app(world, sign_in(world, teacher))
    here, start = sign_in(world, teacher), threading.Barrier(8)

    def guesses(_: int) -> str:
        start.wait()
        return why_not(world, here, "000000")

    with ThreadPoolExecutor(8) as hands:
        said = sorted(hands.map(guesses, range(8)))

    assert said == ["code:wait"] * 3 + ["code:wrong"] * 5
