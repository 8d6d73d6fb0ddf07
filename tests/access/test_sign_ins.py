"""Who is signed in, and how a device is signed out at once."""

import statistics
import time
from datetime import timedelta
from pathlib import Path

import pytest
from argon2 import extract_parameters
from argon2.exceptions import VerifyMismatchError
from sqlalchemy import select

from access import acts_people
from access.acts import Actor
from access.clock import FrozenClock
from access.database import reading
from access.errors import Refused
from access.passphrases import HASHER, check_passphrase, hashed, nobodys_hash
from access.people import SignIn
from access.sign_ins import (
    MOST_DEVICES,
    SIGN_IN_LASTS,
    STAFF_SIGN_IN_LASTS,
    begin_sign_in,
    end_every_sign_in,
    end_sign_in,
    outlived_marks,
    recognise,
)
from access.stops import Mark, Scope
from tests.access.trouble import database_held
from tests.access.writing_school import PASSPHRASE, WHY, WritingSchool


def give_passphrase(written: WritingSchool, actor: Actor | None = None) -> str | None:
    return acts_people.set_passphrase(
        written.world,
        actor=actor or written.office,
        reason=WHY,
        person_id=written.guardian,
        passphrase=PASSPHRASE,
    ).token


def test_only_the_right_passphrase_of_that_person_is_right(written: WritingSchool) -> None:
    give_passphrase(written)

    known = check_passphrase(written.world, " GUARDIAN ", PASSPHRASE)
    assert known
    assert known.person_id == written.guardian
    assert known.passphrase_hash not in repr(known)
    assert check_passphrase(written.world, "guardian", PASSPHRASE + " ") is None
    assert check_passphrase(written.world, "office", PASSPHRASE) is None
    assert check_passphrase(written.world, "office", "") is None
    assert check_passphrase(written.world, "nobody", PASSPHRASE) is None


def test_a_passphrase_changed_while_it_was_checked_signs_nobody_in(written: WritingSchool) -> None:
    give_passphrase(written)
    known = check_passphrase(written.world, "guardian", PASSPHRASE)
    assert known

    give_passphrase(written)

    with pytest.raises(Refused, match="passphrase:changed"):
        begin_sign_in(written.world, known.person_id, "Chrome", passphrase_hash=known.passphrase_hash)


def test_nobodys_hash_costs_what_a_passphrase_does_and_is_of_nothing_typed() -> None:
    theirs, nobodys = hashed(PASSPHRASE), nobodys_hash()

    assert extract_parameters(nobodys) == extract_parameters(theirs)
    assert nobodys != nobodys_hash()
    with pytest.raises(VerifyMismatchError):
        HASHER.verify(nobodys, PASSPHRASE)


@pytest.mark.e2e
def test_a_name_nobody_has_takes_as_much_work(real_hashing: None, written: WritingSchool) -> None:
    give_passphrase(written)

    def seconds(name: str) -> float:
        began = time.perf_counter()
        check_passphrase(written.world, name, "wrong")
        return time.perf_counter() - began

    known, unknown = [], []
    for _ in range(5):
        known.append(seconds("guardian"))
        unknown.append(seconds("nobody"))

    assert statistics.median(unknown) > statistics.median(known) / 3


@pytest.mark.parametrize(
    ("passphrase", "reason"),
    [("x" * 14, "passphrase:short"), ("ab" * 20, "passphrase:plain"), ("abcdef" * 200, "passphrase:long")],
)
def test_a_passphrase_too_easy_is_refused(written: WritingSchool, passphrase: str, reason: str) -> None:
    with pytest.raises(Refused, match=reason) as refused:
        acts_people.set_passphrase(
            written.world,
            actor=written.office,
            reason=WHY,
            person_id=written.guardian,
            passphrase=passphrase,
        )
    assert passphrase not in str(refused.value)


def test_a_sign_in_says_who_and_what_and_where(written: WritingSchool) -> None:
    guardian = recognise(written.world, begin_sign_in(written.world, written.guardian, "Chrome\r\n"))
    appoint(written, "teacher")
    both = recognise(written.world, begin_sign_in(written.world, written.guardian, "Chrome", second="totp"))

    assert guardian is not None
    assert both is not None
    assert guardian.roles == {"guardian"}
    assert both.roles == {"guardian", "teacher"}
    assert both.places == {("guardian", written.id), ("teacher", written.id)}
    assert (guardian.works_in, both.works_in) == (None, written.id)


def test_the_token_is_nowhere(written: WritingSchool, tmp_path: Path) -> None:
    token = begin_sign_in(written.world, written.guardian, "Chrome")

    assert len(token) >= 43
    for path in tmp_path.iterdir():
        assert token.encode() not in path.read_bytes()
    assert recognise(written.world, token[:-1]) is None
    assert recognise(written.world, "\ud800") is None


def test_a_sign_in_runs_out(written: WritingSchool, clock: FrozenClock) -> None:
    token = begin_sign_in(written.world, written.guardian, "Chrome")

    clock.advance(SIGN_IN_LASTS - timedelta(seconds=1))
    assert recognise(written.world, token)
    clock.advance(timedelta(seconds=1))
    assert recognise(written.world, token) is None


def test_a_place_on_the_staff_waits_for_a_second_factor(written: WritingSchool, clock: FrozenClock) -> None:
    appoint(written, "teacher")

    without = recognise(written.world, begin_sign_in(written.world, written.guardian, "Chrome"))
    token = begin_sign_in(written.world, written.guardian, "Chrome", second="totp")
    given = recognise(written.world, token)

    assert without
    assert given
    assert (without.roles, without.second_waits) == (frozenset({"guardian"}), True)
    assert (given.roles, given.second_waits) == (frozenset({"guardian", "teacher"}), False)
    clock.advance(STAFF_SIGN_IN_LASTS)
    assert recognise(written.world, token) is None  # a working day is over


def test_a_second_factor_counts_for_a_working_day(written: WritingSchool, clock: FrozenClock) -> None:
    token = begin_sign_in(written.world, written.guardian, "Chrome", second="totp")
    appoint(written, "teacher")  # their sign-in of 30 days goes on

    clock.advance(STAFF_SIGN_IN_LASTS - timedelta(seconds=1))
    before = recognise(written.world, token)
    clock.advance(timedelta(seconds=1))
    after = recognise(written.world, token)

    assert before
    assert after
    assert "teacher" in before.roles
    assert (after.roles, after.second_waits) == (frozenset({"guardian"}), True)


def test_one_device_too_many_ends_the_oldest_at_once(written: WritingSchool) -> None:
    tokens = [begin_sign_in(written.world, written.guardian, "Chrome") for _ in range(MOST_DEVICES)]
    assert all(recognise(written.world, token) for token in tokens)

    newest = begin_sign_in(written.world, written.guardian, "Chrome")

    assert recognise(written.world, newest)
    assert [bool(recognise(written.world, token)) for token in tokens] == [False] + [True] * (
        MOST_DEVICES - 1
    )
    marks = [mark for mark in written.world.stops.in_force() if mark.scope is Scope.SIGN_IN]
    assert len(marks) == 1  # also what runs under it stops
    assert "ended" in written.entries(log=0)[0].body["subject"]


def appoint(written: WritingSchool, role: str) -> None:
    acts_people.appoint(
        written.world,
        actor=written.director,
        reason=WHY,
        school_id=written.id,
        person_id=written.guardian,
        role=role,
    )


def test_signing_out_ends_this_device_and_everywhere_ends_all(written: WritingSchool) -> None:
    tokens = [begin_sign_in(written.world, written.guardian, "Chrome") for _ in range(3)]
    first = recognise(written.world, tokens[0])
    assert first

    assert end_sign_in(written.world, first.sign_in_id)
    assert [bool(recognise(written.world, token)) for token in tokens] == [False, True, True]

    assert end_every_sign_in(written.world, written.guardian)
    assert [bool(recognise(written.world, token)) for token in tokens] == [False, False, False]
    kinds = [entry.kind for entry in written.entries(log=0)][:2]
    assert kinds == ["sign_in:every_ended", "sign_in:ended"]


def test_signing_out_works_with_the_database_locked(written: WritingSchool, database: str) -> None:
    token = begin_sign_in(written.world, written.guardian, "Chrome")

    with database_held(database):
        assert not end_every_sign_in(written.world, written.guardian)
        assert recognise(written.world, token) is None


def test_a_new_passphrase_signs_the_other_devices_out(written: WritingSchool) -> None:
    here, elsewhere = (begin_sign_in(written.world, written.guardian, "Chrome") for _ in range(2))
    found = recognise(written.world, here)
    assert found

    renewed = give_passphrase(written, Actor(written.guardian, "web", found.sign_in_id))

    assert renewed
    assert recognise(written.world, renewed)
    assert recognise(written.world, here) is None, "nor a copy of its cookie"
    assert recognise(written.world, elsewhere) is None
    assert written.world.stops.in_force() == {Mark(Scope.SIGN_IN, found.sign_in_id + 1)}


def test_a_closed_person_is_out_and_stays_out(written: WritingSchool) -> None:
    give_passphrase(written)
    token = begin_sign_in(written.world, written.guardian, "Chrome")

    acts_people.close_person(written.world, actor=written.director, reason=WHY, person_id=written.guardian)

    assert recognise(written.world, token) is None
    assert check_passphrase(written.world, "guardian", PASSPHRASE) is None
    with pytest.raises(Refused, match="person:closed"):
        begin_sign_in(written.world, written.guardian, "Chrome")
    with reading(written.world.database) as connection:
        assert connection.execute(select(SignIn.ended_at)).scalar_one() is not None


def test_a_dismissed_teacher_holds_no_role(written: WritingSchool) -> None:
    place = acts_people.appoint(
        written.world,
        actor=written.director,
        reason=WHY,
        school_id=written.id,
        person_id=written.guardian,
        role="teacher",
        starts_at=written.world.clock.now() - timedelta(days=1),
    )
    acts_people.dismiss(written.world, actor=written.director, reason=WHY, membership_id=place)

    found = recognise(written.world, begin_sign_in(written.world, written.guardian, "Chrome"))

    assert found
    assert found.roles == {"guardian"}


def test_the_mark_of_a_sign_in_is_dropped_only_when_it_can_never_hold_again(
    written: WritingSchool, clock: FrozenClock
) -> None:
    world = written.world
    tokens = [begin_sign_in(world, written.guardian, "Chrome, Android") for _ in range(2)]
    first, second = (recognise(world, token) for token in tokens)
    assert first is not None
    assert second is not None
    end_sign_in(world, first.sign_in_id)
    kept = Mark(Scope.SIGN_IN, second.sign_in_id)
    clock.advance(timedelta(minutes=1))
    assert outlived_marks(world) == []

    clock.advance(timedelta(seconds=1))
    world.stops.set([kept])  # its ending is not recorded
    world.stops.compact(outlived=outlived_marks(world))

    assert world.stops.in_force() == {kept}
    assert [recognise(world, token) for token in tokens] == [None, None]
