"""From records to a decision: one record out of order at a time, in a real database."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from access.database import Base
from access.enrolment import Child, Enrolment, Guardianship
from access.errors import LogUnavailable
from access.grants import Grant
from access.people import Person, School, SignIn
from access.places import Camera, CurtainOpening, Epoch, Room, RoomUse, ViewingWindow
from access.policy import Allowed, Denied, Stream, ViewingFacts, Way
from access.reasons import MENDED_BY_TIME, Reason
from access.stops import Mark, Scope
from tests.access.one_room import AFTER, BEFORE, CAMERA_KEY, NOW, ROOM_KEY, SECOND, SINCE, UNTIL, OneRoom

AGO, SOON = NOW - timedelta(minutes=10), NOW + timedelta(minutes=10)


def test_with_everything_in_order_the_hours_are_the_horizon(room: OneRoom) -> None:
    assert room.decides() == Allowed(
        since=SINCE,
        until=UNTIL,
        level="clear",
        way=Way(1, 1, 1, enrolment_ids=(1,), grant_ids=(1,)),
        stream=Stream(room_id=1, camera_key=CAMERA_KEY, epoch=1, level="clear", ordinal=0),
    )


@pytest.mark.parametrize(
    ("record", "values", "reason"),
    [
        pytest.param(SignIn, {"ended_at": NOW}, Reason.SIGNED_OUT, id="signed out"),
        pytest.param(SignIn, {"expires_at": NOW}, Reason.SIGNED_OUT, id="sign-in expired"),
        pytest.param(Person, {"closed_at": NOW}, Reason.PERSON_CLOSED, id="account closed"),
        pytest.param(Guardianship, {"ends_at": NOW}, Reason.NOT_GUARDIAN, id="guardianship over"),
        pytest.param(Guardianship, {"ended_at": NOW}, Reason.NOT_GUARDIAN, id="guardianship ended"),
        pytest.param(Guardianship, {"starts_at": SOON}, Reason.NOT_GUARDIAN, id="guardianship to come"),
        pytest.param(
            Guardianship, {"recorded_at": SOON}, Reason.NOT_GUARDIAN, id="guardianship not recorded"
        ),
        pytest.param(Guardianship, {"verified_until": NOW}, Reason.NOT_VERIFIED, id="verification over"),
        pytest.param(
            Guardianship, {"verified_until": None}, Reason.NOT_VERIFIED, id="verified without an end"
        ),
        pytest.param(Guardianship, {"verified_at": None}, Reason.NOT_VERIFIED, id="never verified"),
        pytest.param(Enrolment, {"ends_at": NOW}, Reason.NOT_ENROLLED, id="enrolment over"),
        pytest.param(Enrolment, {"ended_at": NOW}, Reason.NOT_ENROLLED, id="enrolment ended"),
        pytest.param(Enrolment, {"recorded_at": SOON}, Reason.NOT_ENROLLED, id="enrolment not recorded"),
        pytest.param(RoomUse, {"ends_at": NOW}, Reason.ROOM_NOT_USED, id="class has left the room"),
        pytest.param(RoomUse, {"ended_at": NOW}, Reason.ROOM_NOT_USED, id="use of the room ended"),
        pytest.param(RoomUse, {"starts_at": SOON}, Reason.ROOM_NOT_USED, id="class comes later"),
        pytest.param(Camera, {"activated_at": None}, Reason.CAMERA_NOT_ACTIVATED, id="not activated"),
        pytest.param(Camera, {"ended_at": NOW}, Reason.CAMERA_NOT_ACTIVATED, id="camera ended"),
        pytest.param(ViewingWindow, {"ended_at": NOW}, Reason.OUTSIDE_HOURS, id="hours replaced"),
        pytest.param(Grant, {"ends_at": NOW}, Reason.NO_GRANT, id="grant over"),
        pytest.param(Grant, {"revoked_at": NOW}, Reason.NO_GRANT, id="grant revoked"),
        pytest.param(Grant, {"starts_at": SOON}, Reason.NO_GRANT, id="grant to come"),
        pytest.param(Grant, {"recorded_at": SOON}, Reason.NO_GRANT, id="grant not recorded"),
        pytest.param(Room, {"level": "figures"}, Reason.LEVEL_CLOSED, id="level figures"),
        pytest.param(CurtainOpening, {"drawn_at": NOW}, Reason.CURTAIN_DRAWN, id="curtain drawn"),
        pytest.param(CurtainOpening, {"opened_at": SOON}, Reason.CURTAIN_DRAWN, id="curtain opens later"),
    ],
)
def test_one_record_out_of_order_refuses(
    room: OneRoom, record: type[Base], values: dict[str, Any], reason: Reason
) -> None:
    room.change(record, **values)

    opens_at = SOON if reason in MENDED_BY_TIME and SOON in values.values() else None
    assert room.decides() == Denied(reason, opens_at)


def test_after_the_hours_it_is_told_when_they_open_next(room: OneRoom) -> None:
    room.clock.advance(timedelta(hours=3))

    assert room.decides() == Denied(Reason.OUTSIDE_HOURS, SINCE + timedelta(days=7))


@pytest.mark.parametrize(
    ("record", "values"),
    [
        pytest.param(Guardianship, {"recorded_at": AGO}, id="guardianship"),
        pytest.param(Guardianship, {"verified_at": AGO}, id="verification"),
        pytest.param(Enrolment, {"recorded_at": AGO}, id="enrolment"),
        pytest.param(RoomUse, {"recorded_at": AGO}, id="use of the room"),
        pytest.param(ViewingWindow, {"recorded_at": AGO}, id="hours"),
        pytest.param(Grant, {"recorded_at": AGO}, id="grant"),
        pytest.param(CurtainOpening, {"opened_at": AGO}, id="curtain"),
        pytest.param(Camera, {"activated_at": AGO}, id="camera"),
    ],
)
def test_what_was_written_later_opens_nothing_before(
    room: OneRoom, record: type[Base], values: dict[str, Any]
) -> None:
    room.change(record, **values)

    decision = room.decides()

    assert isinstance(decision, Allowed)
    assert decision.since == AGO


@pytest.mark.parametrize(
    ("record", "values"),
    [
        pytest.param(SignIn, {"expires_at": SOON}, id="sign-in"),
        pytest.param(Guardianship, {"ends_at": SOON}, id="guardianship"),
        pytest.param(Guardianship, {"verified_until": SOON}, id="verification"),
        pytest.param(Enrolment, {"ends_at": SOON}, id="enrolment"),
        pytest.param(RoomUse, {"ends_at": SOON}, id="use of the room"),
        pytest.param(Grant, {"ends_at": SOON}, id="grant"),
    ],
)
def test_what_will_end_is_the_horizon(room: OneRoom, record: type[Base], values: dict[str, Any]) -> None:
    room.change(record, **values)

    decision = room.decides()

    assert isinstance(decision, Allowed)
    assert decision.until == SOON


@pytest.mark.parametrize(
    ("scope", "reason"),
    [
        (Scope.INSTALLATION, Reason.STOPPED),
        (Scope.SCHOOL, Reason.SCHOOL_CLOSED),
        (Scope.ROOM, Reason.CURTAIN_DRAWN),
        (Scope.PERSON, Reason.PERSON_CLOSED),
        (Scope.SIGN_IN, Reason.SIGNED_OUT),
        (Scope.GUARDIANSHIP, Reason.NOT_GUARDIAN),
        (Scope.GRANT, Reason.NO_GRANT),
        (Scope.ENROLMENT, Reason.NOT_ENROLLED),
        (Scope.CLASS_GROUP, Reason.ROOM_NOT_USED),
        (Scope.ROOM_LOAN, Reason.ROOM_LENT),
        (Scope.ATTENDANCE, Reason.NOT_IN),
    ],
)
def test_a_mark_ends_the_right_before_its_record(room: OneRoom, scope: Scope, reason: Reason) -> None:
    room.mark(scope, 0 if scope is Scope.INSTALLATION else 1)

    assert room.decides() == Denied(reason)


def test_a_right_that_ended_and_was_cleared_while_records_were_read_is_over(room: OneRoom) -> None:
    reads: list[object] = []

    def revoke(*_: object) -> None:
        reads.append(1)
        if len(reads) == 1:  # after the records were read, before marks are looked at
            room.mark(Scope.GRANT)
            room.act(Grant, revoked_at=NOW)
            room.world.stops.clear([Mark(Scope.GRANT, 1)])

    event.listen(room.world.database, "commit", revoke)

    assert room.decides() == Denied(Reason.NO_GRANT)


def test_marks_that_change_all_the_time_close(room: OneRoom) -> None:
    event.listen(room.world.database, "commit", lambda *_: room.mark(Scope.GRANT, 2))

    with pytest.raises(LogUnavailable):
        room.decides()


@pytest.mark.parametrize("scope", [scope for scope in Scope if scope is not Scope.INSTALLATION])
def test_a_mark_on_somebody_else_changes_nothing(room: OneRoom, scope: Scope) -> None:
    before = room.decides()

    room.mark(scope, 2)

    assert room.decides() == before


def test_a_mark_on_one_grant_leaves_the_other(room: OneRoom) -> None:
    dates = {"starts_at": BEFORE, "ends_at": AFTER, "recorded_at": AGO}
    room.add(Grant, id=2, school_id=1, key="a2", guardianship_id=1, **dates)

    room.mark(Scope.GRANT, 1)

    decision = room.decides()
    assert isinstance(decision, Allowed)
    assert (decision.way.grant_ids, decision.since) == ((2,), AGO)


def test_one_childs_enrolment_never_meets_anothers_grant(room: OneRoom) -> None:
    tie = {"school_id": 1, "starts_at": BEFORE, "recorded_at": BEFORE}
    room.add(Child, id=2, school_id=1, key="h2", name="Sami", recorded_at=BEFORE)
    room.add(Enrolment, **tie, key="e2", child_id=2, class_group_id=1)
    room.add(Guardianship, **tie, key="u2", person_id=1, child_id=2)  # not verified, no grant
    room.change(Enrolment, ended_at=AGO)

    assert room.decides() == Denied(Reason.NOT_VERIFIED)


@pytest.mark.parametrize("record", [Guardianship, Enrolment, RoomUse, Grant])
def test_records_of_two_schools_never_meet(room: OneRoom, record: type[Base]) -> None:
    other = {"id": 2, "key": "s2", "name": "T", "zone": "UTC", "language": "en"}
    room.add(School, **other, recorded_at=BEFORE)

    room.change(record, school_id=2)

    assert isinstance(room.decides(), Denied)


def test_a_stranger_gets_the_same_for_a_room_as_for_none(room: OneRoom) -> None:
    room.add(Person, id=2, key="p2", name="Who", sign_in_name="who", recorded_at=BEFORE)
    seen = {"seen_at": BEFORE, "proven_at": BEFORE}
    device = {"device": "Phone", "started_at": BEFORE, "expires_at": AFTER, **seen}
    room.add(SignIn, id=2, key="d2", person_id=2, token_hash=bytes(31) + b"2", **device)

    real = room.facts(sign_in_id=2)
    none = room.facts(sign_in_id=2, room_key="x" * 22)

    assert real.paths == none.paths == ()
    assert (real.room_id, none.room_id) == (1, None)


def test_an_unknown_sign_in_has_no_facts(room: OneRoom) -> None:
    assert room.facts(sign_in_id=99) == ViewingFacts()


def test_a_room_is_found_by_key_or_by_id_alike(room: OneRoom) -> None:
    assert room.facts(room_key=ROOM_KEY) == room.facts(room_key=None, room_id=1)


def test_only_the_newest_epoch_that_has_not_ended_is_the_stream(room: OneRoom) -> None:
    epoch = {"school_id": 1, "room_id": 1, "camera_id": 1, "level": "clear", "first_k": 9}
    room.add(Epoch, id=2, **epoch, ordinal=1, started_at=AGO)
    room.add(Epoch, id=3, **epoch, ordinal=2, started_at=AGO, ended_at=AGO + SECOND)
    room.add(Epoch, id=4, **epoch, ordinal=3, started_at=SOON)

    stream = room.facts().stream

    assert stream is not None
    assert stream.epoch == 2


def test_without_an_epoch_there_is_a_right_and_no_picture(room: OneRoom) -> None:
    room.change(Epoch, ended_at=AGO)

    decision = room.decides()

    assert isinstance(decision, Allowed)
    assert decision.stream is None


def test_the_curtain_opened_again_shows_nothing_from_behind_it(room: OneRoom) -> None:
    room.change(CurtainOpening, drawn_at=AGO)
    room.add(CurtainOpening, school_id=1, room_id=1, opened_at=AGO + SECOND)

    decision = room.decides()

    assert isinstance(decision, Allowed)
    assert decision.since == AGO + SECOND
