"""A passkey signs in: only the right device, in the right hands, for this portal, once."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, select

from access.ceremonies import LASTS
from access.clock import FrozenClock
from access.database import reading
from access.errors import Refused
from access.factor_records import Ceremony, Passkey
from access.factors_ended import remove_factor
from access.living import living_sign_ins
from access.passkeys import (
    add_passkey,
    ask_to_add,
    ask_to_prove,
    ask_to_sign_in,
    prove_with_passkey,
    sign_in_with_passkey,
)
from access.sign_ins import end_every_sign_in, recognise
from tests.access.in_between import just_before
from tests.access.with_factors import SITE, gives_passkey, held, sign_in, signs_in
from tests.access.writing_school import WritingSchool
from tests.authenticator import Authenticator


def test_a_passkey_signs_in_without_name_and_passphrase_and_is_both_factors(
    written: WritingSchool, director: int
) -> None:
    device = gives_passkey(written.world, sign_in(written.world, director))

    token = signs_in(written, device)

    assert token
    found = recognise(written.world, token)
    assert found
    assert (found.person_id, set(found.roles), found.second_waits) == (
        director,
        {"director", "teacher"},
        False,
    )
    assert [one.kind for one in written.entries(0)][:2] == ["sign_in:began", "factor:used"]


def test_a_guardian_signs_in_with_one_too(written: WritingSchool) -> None:
    device = gives_passkey(written.world, sign_in(written.world, written.guardian))

    token = signs_in(written, device)

    assert token
    found = recognise(written.world, token)
    assert found
    assert found.roles == {"guardian"}


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(
            lambda device: setattr(device, "verifies", False), id="whose holder was not made sure of"
        ),
        pytest.param(lambda device: setattr(device, "origin", "https://evil.example"), id="on another page"),
        pytest.param(lambda device: setattr(device, "host", "evil.example"), id="made for another host"),
        pytest.param(lambda device: setattr(device, "credential_id", bytes(32)), id="nobody knows"),
        pytest.param(lambda device: device.__post_init__(), id="with another key"),
        pytest.param(
            lambda device: setattr(device, "user_handle", "c29tZWJvZHkgZWxzZQ"), id="of somebody else"
        ),
    ],
)
def test_nobody_comes_in_with_a_passkey(
    written: WritingSchool, director: int, wrong: Callable[[Authenticator], Any]
) -> None:
    device = gives_passkey(written.world, sign_in(written.world, director))
    wrong(device)

    assert signs_in(written, device) is None


def test_whose_passkey_answered_wrongly_is_told_and_of_an_unknown_one_nobody(
    written: WritingSchool, director: int
) -> None:
    world, device = written.world, gives_passkey(written.world, sign_in(written.world, director))
    whose: list[int | None] = []

    for credential_id in (device.credential_id, bytes(32)):
        device.credential_id = credential_id
        asked, options = ask_to_sign_in(world, SITE)
        answer = device.signs(options, challenge="A" * 43)
        assert sign_in_with_passkey(world, asked.token, answer, SITE, device="x", failed=whose.append) is None

    assert whose == [director, None]


def test_an_answer_counts_once_in_time_and_only_where_it_was_asked(
    written: WritingSchool, director: int
) -> None:
    world, device = written.world, gives_passkey(written.world, sign_in(written.world, director))
    asked, options = ask_to_sign_in(world, SITE)
    answer = device.signs(options)

    assert signs_in(written, device, challenge="A" * 43) is None
    assert sign_in_with_passkey(world, "another browser", answer, SITE, device="x") is None
    assert sign_in_with_passkey(world, asked.token, answer, SITE, device="x")
    assert sign_in_with_passkey(world, asked.token, answer, SITE, device="x") is None

    late, options = ask_to_sign_in(world, SITE)
    assert isinstance(world.clock, FrozenClock)
    world.clock.advance(LASTS)
    assert sign_in_with_passkey(world, late.token, device.signs(options), SITE, device="x") is None


def test_what_was_asked_to_prove_signs_nobody_in_and_the_other_way_round(
    written: WritingSchool, director: int
) -> None:
    world, here = written.world, sign_in(written.world, director)
    device = gives_passkey(world, here)
    to_prove, options = ask_to_prove(world, here, SITE)
    assert sign_in_with_passkey(world, to_prove.token, device.signs(options), SITE, device="x") is None

    to_sign_in, options = ask_to_sign_in(world, SITE)
    with pytest.raises(Refused, match="passkey:wrong"):
        prove_with_passkey(world, here, to_sign_in.token, device.signs(options), SITE)


@pytest.mark.parametrize("answer", ["", "{}", "[]", "null", "x" * 20_000, '{"id": 1}'])
def test_nonsense_is_no_passkey(written: WritingSchool, director: int, answer: str) -> None:
    here = sign_in(written.world, director)
    asked, _ = ask_to_sign_in(written.world, SITE)
    assert sign_in_with_passkey(written.world, asked.token, answer, SITE, device="x") is None

    to_add, _ = ask_to_add(written.world, here, SITE, portal="小窗")
    with pytest.raises(Refused, match="passkey:wrong"):
        add_passkey(written.world, here, to_add.token, answer, SITE, name="Chrome")


def test_a_passkey_that_was_taken_away_opens_nothing(written: WritingSchool) -> None:
    here = sign_in(written.world, written.guardian)
    device = gives_passkey(written.world, here)
    (kept,) = held(written.world, written.guardian).passkeys
    remove_factor(written.world, here, passkey_id=kept.id)

    assert signs_in(written, device) is None


@pytest.mark.parametrize("number", [3, 5], ids=["before it is used", "before the sign-in is told"])
def test_a_passkey_taken_away_in_between_signs_nobody_in(
    written: WritingSchool, database: str, number: int
) -> None:
    device = gives_passkey(written.world, sign_in(written.world, written.guardian))
    end_every_sign_in(written.world, written.guardian)
    asked, options = ask_to_sign_in(written.world, SITE)
    answer = device.signs(options)

    with just_before(number, written.world.database, database, delete(Passkey)):
        assert sign_in_with_passkey(written.world, asked.token, answer, SITE, device="x") is None

    with reading(written.world.database) as connection:
        assert living_sign_ins(connection, written.guardian, written.world.clock.now()) == []


def test_a_count_that_does_not_rise_is_told_and_keeps_nobody_out(written: WritingSchool) -> None:
    device = Authenticator(count=5)
    gives_passkey(written.world, sign_in(written.world, written.guardian), device)

    assert signs_in(written, device)

    (used,) = [one for one in written.entries(0) if one.kind == "factor:used"]
    assert used.body["subject"]["count"] == "not higher"
    device.count = 6
    assert signs_in(written, device)
    assert "count" not in next(one for one in written.entries(0) if one.kind == "factor:used").body["subject"]


def test_old_challenges_are_thrown_away(written: WritingSchool) -> None:
    world, here = written.world, sign_in(written.world, written.guardian)
    for _ in range(3):
        ask_to_add(world, here, SITE, portal="小窗")
        ask_to_sign_in(world, SITE)
    assert isinstance(world.clock, FrozenClock)
    world.clock.advance(LASTS + timedelta(seconds=1))
    ask_to_sign_in(world, SITE)

    with reading(world.database) as connection:
        assert connection.execute(select(func.count()).select_from(Ceremony)).scalar_one() == 1
