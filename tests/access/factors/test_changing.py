"""Who may change which second factors there are, and what a change needs."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from access.database import reading
from access.errors import Refused
from access.factor_records import Totp
from access.factors_ended import remove_factor
from access.new_factors import begin_app, confirm_app, make_recovery_codes, seed_to_confirm
from access.people import SignIn
from access.second_factors import FRESH, give_code
from access.sign_ins import STAFF_SIGN_IN_LASTS
from tests.access.in_between import just_before
from tests.access.trouble import database_held
from tests.access.with_factors import code_now, gives_app, gives_passkey, held, moment, sign_in, why_not
from tests.access.writing_school import WritingSchool


def test_the_very_first_factor_of_staff_asks_for_nothing_more(written: WritingSchool, teacher: int) -> None:
    first = sign_in(written.world, teacher)
    moment(written).advance(FRESH * 2)

    gives_app(written.world, first)

    assert held(written.world, teacher).count == 1


@pytest.mark.parametrize("is_staff", [True, False], ids=["staff with a factor", "a guardian"])
def test_a_change_wants_a_proof_of_just_now(written: WritingSchool, teacher: int, *, is_staff: bool) -> None:
    person = teacher if is_staff else written.guardian
    here = sign_in(written.world, person)
    gives_app(written.world, here)
    moment(written).advance(FRESH)

    for change in (
        lambda: begin_app(written.world, here),
        lambda: make_recovery_codes(written.world, here),
        lambda: remove_factor(written.world, here, passkey_id=None),
    ):
        with pytest.raises(Refused, match="sign_in:not_fresh"):
            change()


def test_the_passphrase_alone_brings_staff_no_new_factor(written: WritingSchool, teacher: int) -> None:
    gives_app(written.world, sign_in(written.world, teacher))
    thief = sign_in(written.world, teacher)

    with pytest.raises(Refused, match="second:missing"):
        begin_app(written.world, thief)
    with pytest.raises(Refused, match="second:missing"):
        make_recovery_codes(written.world, thief)


def test_a_second_factor_of_yesterday_changes_nothing(written: WritingSchool, teacher: int) -> None:
    here = sign_in(written.world, teacher)
    gives_app(written.world, here)
    moment(written).advance(STAFF_SIGN_IN_LASTS)

    with pytest.raises(Refused, match="sign_in:ended"):
        begin_app(written.world, here)


def test_a_guardian_may_have_factors_and_need_not(written: WritingSchool) -> None:
    here = sign_in(written.world, written.guardian)
    gives_app(written.world, here)

    assert remove_factor(written.world, here, passkey_id=None)

    assert held(written.world, written.guardian).count == 0


def test_staff_keep_at_least_one_factor(written: WritingSchool, teacher: int) -> None:
    here = sign_in(written.world, teacher)
    gives_app(written.world, here)
    with pytest.raises(Refused, match="factor:last"):
        remove_factor(written.world, here, passkey_id=None)
    gives_passkey(written.world, here)

    assert remove_factor(written.world, here, passkey_id=None)

    (passkey,) = held(written.world, teacher).passkeys
    with pytest.raises(Refused, match="factor:last"):
        remove_factor(written.world, here, passkey_id=passkey.id)
    with pytest.raises(Refused, match="factor:none"):
        remove_factor(written.world, here, passkey_id=None)


def test_a_new_app_takes_the_place_of_the_old_one(written: WritingSchool, teacher: int) -> None:
    world, here = written.world, sign_in(written.world, teacher)
    old, new = gives_app(world, here), gives_app(world, here)

    assert why_not(world, here, code_now(world, old)) == "code:wrong"
    assert why_not(world, here, code_now(world, new)) == ""


@pytest.mark.sqlite
def test_a_factor_taken_away_while_the_records_are_held_is_worth_nothing_afterwards(
    written: WritingSchool, teacher: int, database: str
) -> None:
    world, here = written.world, sign_in(written.world, teacher)
    seed = gives_app(world, here)
    gives_passkey(world, here)
    with database_held(database):
        assert not remove_factor(world, here, passkey_id=None)

    assert why_not(world, here, code_now(world, seed)) == "code:wrong"
    assert held(world, teacher).app_since is None


def test_proof_is_kept_with_the_sign_in(written: WritingSchool, teacher: int) -> None:
    seed = gives_app(written.world, sign_in(written.world, teacher))
    here = sign_in(written.world, teacher)
    moment(written).advance(timedelta(minutes=1))
    give_code(written.world, here, code_now(written.world, seed))

    with reading(written.world.database) as connection:
        row = connection.execute(select(SignIn.proven_at, SignIn.second_at).where(SignIn.id == here)).one()

    now = written.world.clock.now()
    assert (row.proven_at, row.second_at) == (now - timedelta(minutes=1), now), "a code is no passphrase"


def test_an_app_that_was_begun_anew_in_between_is_not_confirmed(
    written: WritingSchool, teacher: int, database: str
) -> None:
    world, here = written.world, sign_in(written.world, teacher)
    begin_app(world, here)
    seed = seed_to_confirm(world, here)
    assert seed

    with (
        just_before(2, world.database, database, delete(Totp)),
        pytest.raises(Refused, match="factor:none"),
    ):
        confirm_app(world, here, code_now(world, seed))

    assert held(world, teacher).count == 0


@pytest.mark.parametrize("confirms", [False, True], ids=["of the app", "of a new app"])
def test_a_code_proves_nothing_once_its_app_was_taken_away(
    written: WritingSchool, teacher: int, database: str, *, confirms: bool
) -> None:
    world, here = written.world, sign_in(written.world, teacher)
    if confirms:
        begin_app(world, here)
        seed, gives = seed_to_confirm(world, here) or "", confirm_app
    else:
        seed, here, gives = gives_app(world, here), sign_in(world, teacher), give_code

    with (
        just_before(4, world.database, database, delete(Totp)),
        pytest.raises(Refused, match="code:wrong"),
    ):
        gives(world, here, code_now(world, seed))

    with reading(world.database) as connection:
        given = connection.execute(select(SignIn.second_at).where(SignIn.id == here)).scalar_one()
    assert given is None
