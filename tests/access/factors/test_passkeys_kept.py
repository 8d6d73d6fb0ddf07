"""Passkeys are added, prove and are taken away by their owner only."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import delete

from access import acts_people
from access.clock import FrozenClock
from access.errors import Refused
from access.factor_records import Passkey
from access.factors_ended import remove_factor
from access.passkeys import MOST, add_passkey, ask_to_add, ask_to_prove, prove_with_passkey
from access.second_factors import FRESH
from access.sign_ins import end_every_sign_in, recognise
from tests.access.in_between import just_before
from tests.access.with_factors import SITE, gives_app, gives_passkey, held, sign_in, signs_in
from tests.access.writing_school import WHY, WritingSchool
from tests.authenticator import Authenticator


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
