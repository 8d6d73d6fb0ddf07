"""Codes that are good once, as such."""

from datetime import UTC, datetime, timedelta

import pytest

from access.one_time_codes import (
    CODES,
    accepted_step,
    code_at,
    is_of_app,
    new_recovery_codes,
    new_seed,
    plain,
    seed_address,
    slowly_hashed,
    step_at,
)

NOW = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)
#: RFC 6238, appendix B: the ASCII secret 12345678901234567890 in base32.
RFC_SEED = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


@pytest.mark.parametrize(
    ("second", "code"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (2000000000, "279037")],
)
def test_codes_are_those_of_the_standard(second: int, code: str) -> None:
    assert code_at(RFC_SEED, step_at(datetime.fromtimestamp(second, UTC))) == code


@pytest.mark.parametrize(("seconds", "good"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_a_clock_may_be_half_a_minute_off_and_no_more(seconds: int, *, good: bool) -> None:
    typed = code_at(RFC_SEED, step_at(NOW + timedelta(seconds=seconds)))

    assert (accepted_step(RFC_SEED, typed, now=NOW, last_step=None) is not None) == good


@pytest.mark.parametrize(("later", "good"), [(-1, False), (0, False), (1, True)])
def test_no_code_of_a_used_step_or_before_is_good_again(later: int, *, good: bool) -> None:
    step = step_at(NOW)

    found = accepted_step(RFC_SEED, code_at(RFC_SEED, step + later), now=NOW, last_step=step)

    assert (found == step + later) == good


@pytest.mark.parametrize("typed", ["123 456", "123-456", " 1 2 3 4 5 6 ", "123456"])
def test_a_code_is_the_same_however_it_is_typed(typed: str) -> None:
    assert plain(typed) == "123456"


def test_what_is_typed_from_paper_is_read_kindly() -> None:
    assert plain("oil0k-abcde") == "0110KABCDE"


def test_only_six_digits_are_a_code_of_an_app() -> None:
    assert is_of_app("123456")
    assert [is_of_app(typed) for typed in ("12345", "1234567", "12345A", "", "١٢٣٤٥٦")] == [False] * 5


def test_seeds_and_sheets_never_repeat() -> None:
    assert len({new_seed() for _ in range(50)}) == 50
    sheet = new_recovery_codes()
    assert len(set(sheet)) == len(sheet) == CODES
    assert all(len(plain(code)) == 10 for code in sheet)


def test_a_kept_code_tells_nothing_without_its_salt() -> None:
    code = new_recovery_codes()[0]

    assert slowly_hashed(code, bytes(16)) == slowly_hashed(code.lower().replace("-", " "), bytes(16))
    assert slowly_hashed(code, bytes(16)) != slowly_hashed(code, bytes(15) + b"1")


def test_an_app_reads_the_address_of_its_seed() -> None:
    address = seed_address(RFC_SEED, whose="李静", issuer="小窗")

    assert address.startswith("otpauth://totp/")
    assert RFC_SEED in address
