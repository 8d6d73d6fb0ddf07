"""Passkeys: only the right device, in the right hands, for this portal, once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, select

from access import acts_people
from access.ceremonies import LASTS
from access.clock import FrozenClock
from access.database import reading
from access.errors import Refused
from access.factor_records import Ceremony, Passkey
from access.factors_ended import remove_factor
from access.living import living_sign_ins
from access.passkeys import (
    MOST,
    add_passkey,
    ask_to_add,
    ask_to_prove,
    ask_to_sign_in,
    prove_with_passkey,
    sign_in_with_passkey,
)
from access.second_factors import FRESH
from access.sign_ins import end_every_sign_in, recognise
from tests.access.in_between import just_before
from tests.access.with_factors import SITE, gives_app, gives_passkey, held, sign_in
from tests.access.writing_school import WHY, WritingSchool
from tests.authenticator import Authenticator


@pytest.fixture
def director(written: WritingSchool) -> int:
    """The director, with a place on the staff."""
    person = written.director.person_id
    assert person
    acts_people.appoint(
        written.world,
        actor=written.office,
        reason=WHY,
        school_id=written.id,
        person_id=person,
        role="director",
    )
    return person


def signs_in(
    written: WritingSchool, device: Authenticator, *, token: str | None = None, challenge: str | None = None
) -> str | None:
    """Ask for a challenge and answer it; return the cookie's token."""
    asked, options = ask_to_sign_in(written.world, SITE)
    answer = device.signs(options, challenge=challenge)
    return sign_in_with_passkey(written.world, token or asked.token, answer, SITE, device="Safari, iPhone")


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


def test_nobody_takes_anothers_passkey_away(written: WritingSchool, director: int) -> None:
    gives_passkey(written.world, sign_in(written.world, director))
    (kept,) = held(written.world, director).passkeys

    with pytest.raises(Refused, match="factor:none"):
        remove_factor(written.world, sign_in(written.world, written.guardian), passkey_id=kept.id)

    assert held(written.world, director).passkeys


def test_a_closed_account_has_no_passkeys_any_more(written: WritingSchool) -> None:
    device = gives_passkey(written.world, sign_in(written.world, written.guardian))
    acts_people.close_person(written.world, actor=written.director, reason=WHY, person_id=written.guardian)

    assert signs_in(written, device) is None


def test_one_proves_with_ones_own_passkey_only(written: WritingSchool, director: int) -> None:
    world, here = written.world, sign_in(written.world, written.guardian)
    other = gives_passkey(world, sign_in(world, director))
    asked, options = ask_to_prove(world, here, SITE)

    with pytest.raises(Refused, match="passkey:wrong"):
        prove_with_passkey(world, here, asked.token, other.signs(options), SITE)

    assert written.entries(0)[0].kind == "factor:refused"


def test_a_passkey_proves_afresh_and_renews_the_cookie(written: WritingSchool) -> None:
    world, here = written.world, sign_in(written.world, written.guardian)
    device = gives_passkey(world, here)
    assert isinstance(world.clock, FrozenClock)
    world.clock.advance(FRESH * 3)
    with pytest.raises(Refused, match="sign_in:not_fresh"):
        gives_app(world, here)
    asked, options = ask_to_prove(world, here, SITE)

    token = prove_with_passkey(world, here, asked.token, device.signs(options), SITE)

    found = recognise(world, token)
    assert found
    assert (found.sign_in_id, found.proven_at) == (here, world.clock.now())
    gives_app(world, here)


def test_a_passkey_is_added_only_by_the_sign_in_that_asked(written: WritingSchool, director: int) -> None:
    world = written.world
    here, there = sign_in(world, director), sign_in(world, director)
    asked, options = ask_to_add(world, here, SITE, portal="小窗")
    answer = Authenticator().makes(options)

    with pytest.raises(Refused, match="passkey:wrong"):
        add_passkey(world, there, asked.token, answer, SITE, name="Chrome")
    with pytest.raises(Refused, match="passkey:wrong"):
        add_passkey(world, here, asked.token, answer, SITE, name="Chrome")
    end_every_sign_in(world, director)
    with pytest.raises(Refused, match="sign_in:ended"):
        ask_to_add(world, here, SITE, portal="小窗")


@pytest.mark.parametrize(
    "wrong", [{"verifies": False}, {"origin": "https://evil.example"}, {"host": "evil.example"}]
)
def test_a_passkey_made_wrongly_is_not_kept(
    written: WritingSchool, director: int, wrong: dict[str, Any]
) -> None:
    here = sign_in(written.world, director)

    with pytest.raises(Refused, match="passkey:wrong"):
        gives_passkey(written.world, here, replace(Authenticator(), **wrong))

    assert held(written.world, director).count == 0


def test_one_passkey_is_kept_once_whoever_brings_it(written: WritingSchool, director: int) -> None:
    device = gives_passkey(written.world, sign_in(written.world, director))

    with pytest.raises(Refused, match="passkey:known"):
        gives_passkey(written.world, sign_in(written.world, written.guardian), device)


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


@pytest.mark.parametrize(
    "number", [4, 5, 6], ids=["before it is used", "before the proof", "before the proof is written"]
)
def test_a_passkey_taken_away_in_between_proves_nothing(
    written: WritingSchool, database: str, number: int
) -> None:
    world, here = written.world, sign_in(written.world, written.guardian)
    device = gives_passkey(world, here)
    assert isinstance(world.clock, FrozenClock)
    world.clock.advance(FRESH)
    asked, options = ask_to_prove(world, here, SITE)
    answer = device.signs(options)

    with (
        just_before(number, world.database, database, delete(Passkey)),
        pytest.raises(Refused, match="passkey:wrong"),
    ):
        prove_with_passkey(world, here, asked.token, answer, SITE)

    with pytest.raises(Refused, match="sign_in:not_fresh"):
        gives_app(world, here)


def test_two_devices_at_once_bring_no_more_than_the_last_one(written: WritingSchool) -> None:
    here, there = sign_in(written.world, written.guardian), sign_in(written.world, written.guardian)
    for _ in range(MOST - 1):
        gives_passkey(written.world, here)
    asked, options = ask_to_add(written.world, there, SITE, portal="小窗")
    gives_passkey(written.world, here)

    with pytest.raises(Refused, match="passkey:many"):
        add_passkey(written.world, there, asked.token, Authenticator().makes(options), SITE, name="x")


def test_there_are_only_so_many(written: WritingSchool) -> None:
    here = sign_in(written.world, written.guardian)
    for _ in range(MOST):
        gives_passkey(written.world, here)

    with pytest.raises(Refused, match="passkey:many"):
        gives_passkey(written.world, here)


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
