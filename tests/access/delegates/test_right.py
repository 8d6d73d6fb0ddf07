"""A delegate watches once proposed, approved and checked by a third, and no longer than the guardian."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from access.acts_delegates import propose_delegate
from access.acts_families import end_guardianship, revoke_grant
from access.acts_people import close_person, set_passphrase
from access.acts_years import set_term
from access.database import reading
from access.enrolment import Enrolment, Guardianship
from access.grants import Grant
from access.home import load_home
from access.people import Person
from access.places import RoomUse
from access.policy import Allowed, Denied
from access.reasons import Reason
from access.stops import Mark, Scope
from tests.access.delegates.proposing import (
    DIRECTOR,
    FATHER,
    MOTHER,
    OFFICE,
    WHY,
    _taken_back,
    approves,
    by,
    decides,
    limits,
    proposes,
    record,
    refusal_of,
    signs_in,
    verifies,
)
from tests.access.one_room import AFTER, BEFORE, NOW, OneRoom
from tests.access.trouble import database_held
from tests.access.writing_school import PASSPHRASE


def test_a_grandmother_watches_once_proposed_approved_and_verified(room: OneRoom) -> None:
    proposes(room)
    person = approves(room)
    signs_in(room, person)
    assert decides(room) == Denied(Reason.NOT_VERIFIED)
    room.clock.advance(timedelta(minutes=1))

    verifies(room)

    decision = decides(room)
    assert isinstance(decision, Allowed)
    assert decision.since == NOW + timedelta(minutes=1)
    assert (decision.way.guardianship_id, decision.way.delegation_id) == (1, 1)
    assert room.told() == [
        "delegation:proposed proposed by a guardian",
        f"delegation:approved {WHY}",
        f"delegation:verified {WHY}",
    ]


def test_she_has_the_child_on_her_home_page_and_nothing_of_another(room: OneRoom, grandmother: int) -> None:
    with reading(room.world.database) as connection:
        tiles = load_home(connection, grandmother, NOW, room.world.stops)

    assert [(tile.child_name, tile.room_name) for tile in tiles] == [("Ilyas", "Oak room")]
    assert isinstance(tiles[0].decision, Allowed)


def _guardianship_ends(room: OneRoom) -> None:
    end_guardianship(room.world, actor=by(OFFICE), reason=WHY, guardianship_id=1)


def _account_closes(room: OneRoom) -> None:
    close_person(room.world, actor=by(OFFICE), reason=WHY, person_id=MOTHER)


def _grant_revoked(room: OneRoom) -> None:
    revoke_grant(room.world, actor=by(OFFICE), reason=WHY, grant_id=1)


def _order(room: OneRoom) -> None:
    limits(room, 1)


def _check_runs_out(room: OneRoom) -> None:
    room.act(Guardianship, verified_until=NOW)


def _child_leaves(room: OneRoom) -> None:
    room.act(Enrolment, ended_at=NOW)


def _class_moves_out(room: OneRoom) -> None:
    room.act(RoomUse, ended_at=NOW)


ENDINGS = [
    pytest.param(_guardianship_ends, Reason.NOT_GUARDIAN, id="guardianship ends"),
    pytest.param(_account_closes, Reason.NOT_DELEGATE, id="guardian's account is closed"),
    pytest.param(_grant_revoked, Reason.NO_GRANT, id="grant is revoked"),
    pytest.param(_order, Reason.CUSTODY, id="guardian is kept away"),
    pytest.param(_check_runs_out, Reason.NOT_VERIFIED, id="guardian's check runs out"),
    pytest.param(_child_leaves, Reason.NOT_ENROLLED, id="child leaves"),
    pytest.param(_class_moves_out, Reason.ROOM_NOT_USED, id="class leaves the room"),
    pytest.param(_taken_back, Reason.NOT_DELEGATE, id="guardian takes it back"),
]


@pytest.mark.parametrize(("ending", "reason"), ENDINGS)
def test_she_falls_at_once_with_the_guardians_right(
    room: OneRoom, grandmother: int, ending: Any, reason: Reason
) -> None:
    assert isinstance(decides(room), Allowed)

    ending(room)

    assert decides(room) == Denied(reason)


@pytest.mark.parametrize(("ending", "reason"), [ENDINGS[n] for n in (0, 1, 2, 3, 7)])
def test_and_with_a_locked_database_too(room: OneRoom, grandmother: int, ending: Any, reason: Reason) -> None:
    with database_held(room.address):
        ending(room)

        assert decides(room) == Denied(reason)


def test_the_marks_of_her_right_are_the_guardians_and_her_own(room: OneRoom, grandmother: int) -> None:
    room.mark(Scope.GRANT, 99)
    for mark in (
        Mark(Scope.DELEGATION, 1),
        Mark(Scope.PERSON, MOTHER),
        Mark(Scope.GUARDIANSHIP, 1),
        Mark(Scope.CUSTODY, 1),
    ):
        room.world.stops.set([mark])
        assert isinstance(decides(room), Denied)
        room.world.stops.clear([mark])
        assert isinstance(decides(room), Allowed)


def test_the_guardian_goes_on_when_the_delegation_ends(room: OneRoom, grandmother: int) -> None:
    _taken_back(room)

    assert isinstance(decides(room, sign_in=1), Allowed)


def test_a_delegation_ends_with_the_term_at_the_latest(room: OneRoom) -> None:
    set_term(room.world, actor=by(DIRECTOR), reason=WHY, school_id=1, ends_on=date(2026, 3, 31))
    over = datetime.fromisoformat("2026-04-01T00:00+08:00")
    proposes(room)
    assert refusal_of(approves, room, until=over + timedelta(days=1)) == "delegation:past_term"

    approves(room)

    assert record(room).ends_at == over
    assert verifies(room) == over


def test_a_term_that_ends_sooner_shortens_what_there_is(room: OneRoom, grandmother: int) -> None:
    set_term(room.world, actor=by(DIRECTOR), reason=WHY, school_id=1, ends_on=date(2026, 3, 10))

    room.clock.advance(timedelta(days=1))

    assert decides(room) == Denied(Reason.NOT_DELEGATE)
    assert record(room).verified_until == datetime.fromisoformat("2026-03-11T00:00+08:00")


def test_somebody_elses_passphrase_takes_the_check_away(room: OneRoom, grandmother: int) -> None:
    set_passphrase(
        room.world, actor=by(OFFICE), reason=WHY, person_id=grandmother, passphrase=PASSPHRASE + " again"
    )

    assert record(room).verified_until == NOW


def test_a_delegate_of_two_guardians_keeps_the_one_when_the_other_ends(
    room: OneRoom, grandmother: int
) -> None:
    room.add(
        Grant, school_id=1, key="a2", guardianship_id=2, starts_at=BEFORE, ends_at=AFTER, recorded_at=BEFORE
    )
    room.change(Person, FATHER, created_by=OFFICE)
    propose_delegate(room.world, actor=by(FATHER), guardianship_id=2, name="Grandmother")
    approves(room, 2, person_id=grandmother)
    verifies(room, 2)

    _guardianship_ends(room)

    decision = decides(room)
    assert isinstance(decision, Allowed)
    assert (decision.way.guardianship_id, decision.way.delegation_id) == (2, 2)
