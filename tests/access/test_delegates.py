"""Delegates in the records: proposed, approved, checked by a third, and gone with the guardian's right."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from access.acts import Actor
from access.acts_custody import add_custody_rule, ask_to_end_custody_rule, end_custody_rule
from access.acts_delegates import approve_delegate, end_delegation, propose_delegate, verify_delegate
from access.acts_families import end_guardianship, revoke_grant
from access.acts_people import close_person, set_passphrase
from access.acts_years import set_term
from access.database import reading
from access.delegations import Delegation
from access.enrolment import Enrolment, Guardianship
from access.errors import Refused
from access.grants import Grant
from access.home import load_home
from access.marked import load_unmarked
from access.notices import load_notices, put_away
from access.people import Person, SignIn
from access.places import RoomUse
from access.policy import Allowed, Decision, Denied, decide
from access.reasons import Reason
from access.stops import Mark, Scope
from tests.access.one_room import AFTER, BEFORE, NOW, ROOM_KEY, OneRoom
from tests.access.trouble import database_held
from tests.access.writing_school import PASSPHRASE
from tests.shown_codes import shown_code

WHY = "as asked"
MOTHER, OFFICE, DIRECTOR, FATHER = 1, 2, 3, 4
#: The sign-in of the delegate.
HERS = 2


def by(person: int | None) -> Actor:
    """Return who acts."""
    return Actor(person, "web")


@pytest.fixture
def room(room: OneRoom) -> OneRoom:
    """One room, in which the mother may watch; with an office, a director and the child's father."""
    room.change(Person, MOTHER, created_by=None, passphrase_given_by=MOTHER)
    for name in ("office", "director", "father"):  # in the order of their numbers
        room.add(Person, key=name, name=name.title(), sign_in_name=name, recorded_at=BEFORE)
    room.change(Person, MOTHER, created_by=OFFICE)
    room.change(Guardianship, 1, created_by=OFFICE)
    tie = {"school_id": 1, "starts_at": BEFORE, "recorded_at": BEFORE}
    verified = {"verified_at": BEFORE, "verified_until": AFTER}
    room.add(Guardianship, **tie, **verified, key="u2", person_id=FATHER, child_id=1, created_by=OFFICE)
    room.agrees(2, FATHER)
    return room


def proposes(room: OneRoom, name: str = "Grandmother", *, guardian: int | None = MOTHER) -> int:
    """Propose a delegate of the mother's."""
    return propose_delegate(room.world, actor=by(guardian), guardianship_id=1, name=name)


def approves(room: OneRoom, delegation: int = 1, *, who: int | None = DIRECTOR, **more: Any) -> int:
    """Approve a delegate, see to it that they have a passphrase, and return their account."""
    act: dict[str, Any] = {"actor": by(who), "reason": WHY}
    person = approve_delegate(room.world, **act, delegation_id=delegation, **more).person_id
    with reading(room.world.database) as connection:
        chosen = connection.execute(select(Person.passphrase_hash).where(Person.id == person)).scalar_one()
    if not chosen:
        set_passphrase(room.world, **act, person_id=person, passphrase=PASSPHRASE)
    return person


def verifies(room: OneRoom, delegation: int = 1, *, who: int | None = OFFICE) -> datetime:
    """Verify a delegate."""
    code = shown_code(room.world, delegation, delegate=True) if record(room, delegation).person_id else ""
    return verify_delegate(room.world, actor=by(who), reason=WHY, delegation_id=delegation, shown_code=code)


@pytest.fixture
def grandmother(room: OneRoom) -> int:
    """Return the mother's delegate, with a device."""
    proposes(room)
    person = approves(room)
    verifies(room)
    _device(room, person)
    return person


def _device(room: OneRoom, person: int) -> None:
    seen = {"seen_at": NOW, "proven_at": NOW}
    device = {"device": "Phone", "started_at": NOW, "expires_at": AFTER, **seen}
    room.add(SignIn, id=HERS, key="d2", person_id=person, token_hash=bytes([1]) * 32, **device)


def decides(room: OneRoom, sign_in: int = HERS) -> Decision:
    """Decide for the delegate, marks included."""
    now = room.clock.now()
    return decide(load_unmarked(room.world, sign_in_id=sign_in, room_key=ROOM_KEY, now=now), now)


def record(room: OneRoom, number: int = 1) -> Any:
    """Return a delegation as it stands."""
    with reading(room.world.database) as connection:
        return connection.execute(select(*Delegation.__table__.columns).where(Delegation.id == number)).one()


def refusal_of(act: Any, *args: Any, **more: Any) -> str:
    """Return why an act was refused."""
    with pytest.raises(Refused) as refusal:
        act(*args, **more)
    return refusal.value.reason


def test_a_grandmother_watches_once_proposed_approved_and_verified(room: OneRoom) -> None:
    proposes(room)
    person = approves(room)
    _device(room, person)
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


def limits(room: OneRoom, guardianship: int) -> None:
    """Enter a no-contact order."""
    add_custody_rule(
        room.world,
        actor=by(OFFICE),
        reason=WHY,
        guardianship_id=guardianship,
        kind="no_contact",
        starts_at=room.clock.now(),
    )


def _check_runs_out(room: OneRoom) -> None:
    room.act(Guardianship, verified_until=NOW)


def _child_leaves(room: OneRoom) -> None:
    room.act(Enrolment, ended_at=NOW)


def _class_moves_out(room: OneRoom) -> None:
    room.act(RoomUse, ended_at=NOW)


def _taken_back(room: OneRoom) -> None:
    end_delegation(room.world, actor=by(MOTHER), reason=WHY, delegation_id=1)


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


def test_at_most_two_at_a_time(room: OneRoom) -> None:
    proposes(room)
    proposes(room, "Grandfather")
    assert refusal_of(proposes, room, "Aunt") == "delegation:most"

    end_delegation(room.world, actor=by(OFFICE), reason="declined", delegation_id=1)

    assert proposes(room, "Aunt") == 3


@pytest.mark.parametrize("who", [FATHER, OFFICE, None], ids=["the other parent", "the office", "nobody"])
def test_only_the_guardian_proposes(room: OneRoom, who: int | None) -> None:
    assert refusal_of(proposes, room, guardian=who) == "delegation:not_guardian"


def test_a_delegate_delegates_nothing(room: OneRoom, grandmother: int) -> None:
    assert refusal_of(proposes, room, "Neighbour", guardian=grandmother) == "delegation:not_guardian"


@pytest.mark.parametrize("change", [{"ended_at": NOW}, {"verified_until": NOW}], ids=["over", "not verified"])
def test_a_guardian_without_a_right_proposes_nobody(room: OneRoom, change: dict[str, datetime]) -> None:
    room.change(Guardianship, 1, **change)

    assert refusal_of(proposes, room) == "delegation:not_guardian"


@pytest.mark.parametrize("who", [OFFICE, MOTHER, None], ids=["who made the guardian", "guardian", "nobody"])
def test_whoever_had_a_hand_in_the_guardian_approves_nobody(room: OneRoom, who: int | None) -> None:
    proposes(room)

    assert refusal_of(approves, room, who=who) == "delegation:same_person"

    assert room.told()[-1] == "guardianship:refused delegation:same_person"
    assert record(room).person_id is None


def test_nobody_approves_themselves(room: OneRoom) -> None:
    proposes(room)

    assert refusal_of(approves, room, who=DIRECTOR, person_id=DIRECTOR) == "delegation:same_person"


@pytest.mark.parametrize("who", [DIRECTOR, MOTHER, None], ids=["who approved", "guardian", "nobody"])
def test_whoever_had_a_hand_in_the_delegate_verifies_nobody(room: OneRoom, who: int | None) -> None:
    proposes(room)
    approves(room)

    assert refusal_of(verifies, room, who=who) == "delegation:same_person"

    assert record(room).verified_until is None


def test_a_wrong_check_code_verifies_nobody_and_is_written_down(room: OneRoom) -> None:
    proposes(room)
    approves(room)

    with pytest.raises(Refused, match="guardianship:wrong_code"):
        verify_delegate(room.world, actor=by(OFFICE), reason=WHY, delegation_id=1, shown_code="ABCD-EFGH")

    assert room.told()[-1] == "guardianship:refused guardianship:wrong_code"
    assert record(room).verified_until is None


def test_who_is_not_approved_is_not_verified(room: OneRoom) -> None:
    proposes(room)

    assert refusal_of(verifies, room) == "delegation:not_approved"


def test_nobody_is_approved_twice_or_after_it_is_over(room: OneRoom) -> None:
    proposes(room)
    approves(room)
    assert refusal_of(approves, room) == "delegation:approved"

    _taken_back(room)

    assert refusal_of(approves, room) == "delegation:over"
    assert refusal_of(verifies, room) == "delegation:over"


def test_a_parent_whom_an_order_keeps_away_is_no_delegate_of_the_other(room: OneRoom) -> None:
    limits(room, 2)
    proposes(room, "Father")

    assert refusal_of(approves, room, person_id=FATHER) == "delegation:own_child"
    room.change(Guardianship, 2, ended_at=NOW)
    assert refusal_of(approves, room, person_id=FATHER) == "delegation:own_child"


def test_a_delegate_on_the_staff_is_none_of_the_two_who_end_an_order(room: OneRoom, grandmother: int) -> None:
    limits(room, 2)
    ask: dict[str, Any] = {"reason": WHY, "custody_rule_id": 1}

    assert (
        refusal_of(ask_to_end_custody_rule, room.world, actor=by(grandmother), **ask) == "custody:same_person"
    )
    ask_to_end_custody_rule(room.world, actor=by(OFFICE), **ask)
    assert refusal_of(end_custody_rule, room.world, actor=by(grandmother), **ask) == "custody:same_person"


def test_an_order_upon_a_delegate_who_became_a_guardian_holds_in_both_ways(
    room: OneRoom, grandmother: int
) -> None:
    tie = {"school_id": 1, "starts_at": BEFORE, "recorded_at": BEFORE}
    room.add(Guardianship, id=9, **tie, key="u9", person_id=grandmother, child_id=1)
    room.agrees(9, grandmother)

    limits(room, 9)

    assert isinstance(decides(room), Denied)
    assert isinstance(decides(room, sign_in=1), Allowed)


def test_somebody_with_an_account_becomes_a_delegate_with_it(room: OneRoom) -> None:
    room.add(Person, id=9, key="g", name="Gran", sign_in_name="gran", created_by=DIRECTOR, recorded_at=BEFORE)
    proposes(room)

    assert approves(room, person_id=9) == 9


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


def told(room: OneRoom, person: int) -> list[tuple[str, bool]]:
    """Return of which adults somebody is told, and whether they are delegates."""
    with reading(room.world.database) as connection:
        return [(one.who, one.delegate) for one in load_notices(connection, person, room.clock.now())]


def test_the_other_guardian_is_told_of_a_delegate_once_approved_and_until_read(room: OneRoom) -> None:
    proposes(room)
    assert told(room, FATHER) == [("Noor", False)]

    approves(room)

    assert told(room, FATHER) == [("Grandmother", True), ("Noor", False)]
    assert told(room, MOTHER) == [("Father", False)]
    with reading(room.world.database) as connection:
        key = load_notices(connection, FATHER, NOW)[0].key
    put_away(room.world, actor=by(FATHER), person_id=FATHER, key=key)
    assert told(room, FATHER) == [("Noor", False)]


def test_whom_an_order_keeps_away_is_not_told(room: OneRoom) -> None:
    limits(room, 2)
    proposes(room)
    approves(room)

    assert told(room, FATHER) == []


def test_a_delegate_is_told_of_nobody(room: OneRoom, grandmother: int) -> None:
    assert told(room, grandmother) == []


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
