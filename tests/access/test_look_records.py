"""A setup look from ask to end in the records; and what an earlier version makes of it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import MetaData, inspect, select

from access import schema
from access.acts_doors import add_door, sign_in_door
from access.acts_looks import AskedLook, agree_look, ask_look
from access.acts_people import appoint, dismiss
from access.acts_places import draw_curtain
from access.database import reading
from access.doors import beat, find_door
from access.epochs import begin_epoch, current_stream
from access.leave import Leave
from access.look_closings import sweep_looks
from access.look_due import looked_cameras
from access.look_facts import load_unmarked_look
from access.look_records import SETUP, LookOpening
from access.looking import Looks, ToLook
from access.people import Membership
from access.places import Camera, Epoch
from access.setup_looks import LookAllowed, LookDenied, LookReason, decide_look
from access.stops import Mark, Scope
from tests.access.one_room import SignedInHere
from tests.access.with_factors import sign_in
from tests.access.writing_school import MACHINE, WHY, WritingSchool

PHONE = "Chrome, Android"


@dataclass
class Looked:
    """A school whose office looks at its one camera behind a drawn curtain."""

    school: WritingSchool
    look: AskedLook
    sign_in: int
    looks: Looks
    leave: Leave

    @property
    def camera_key(self) -> str:
        """Return the camera's key."""
        with reading(self.school.world.database) as connection:
            return str(connection.execute(select(Camera.key)).scalar_one())

    def cameras(self, *besides: str) -> list[Any]:
        """Return the cameras that are connected for staff."""
        world = self.school.world
        with reading(world.database) as connection:
            return list(looked_cameras(connection, world, world.clock.now(), besides=besides))

    def decides(self) -> LookAllowed | LookDenied:
        """Decide upon the look now, marks included."""
        now, asked = self.school.world.clock.now(), {"look_id": self.look.id, "school_id": self.school.id}
        facts = load_unmarked_look(self.school.world, **asked, sign_in_id=self.sign_in, now=now)
        return decide_look(facts, now)


@pytest.fixture
def looked(written: WritingSchool) -> Looked:
    world, office = written.world, written.office
    for actor, role in ((office, "office"), (written.director, "director")):
        place: dict[str, Any] = {"school_id": written.id, "person_id": actor.person_id, "role": role}
        appoint(world, actor=MACHINE, reason=WHY, **place)
    draw_curtain(world, actor=office, reason=WHY, room_id=written.room)
    assert office.person_id is not None
    device = sign_in(world, office.person_id, second="totp")
    made = add_door(world, actor=written.director, reason=WHY, room_id=written.room)
    token = sign_in_door(world, made.code)
    asked = ask_look(world, actor=office, camera_id=written.camera, kind="test", words=WHY)
    agree_look(world, actor=written.director, reason=WHY, look_id=asked.id)
    with reading(world.database) as connection:
        door = find_door(connection, token, world.stops)
    assert door
    shown = beat(world, door)
    assert [(look.kind, look.role) for look in shown] == [("test", "office")]
    looks = Looks(world)
    leave = looks.open(SignedInHere(device), ToLook(asked.id, written.id), PHONE)
    assert isinstance(leave, Leave)
    return Looked(written, asked, device, looks, leave)


def test_a_camera_is_connected_for_staff_only_while_they_look(looked: Looked) -> None:
    assert [(camera.level, camera.used_by) for camera in looked.cameras()] == [(SETUP, ())]
    assert looked.cameras(looked.camera_key) == [], "for families it is connected anyway"

    looked.looks.close(looked.leave.viewing_key, looked.sign_in, "look:left")

    assert looked.cameras() == []
    assert begin_epoch(looked.school.world, looked.camera_key, SETUP) is None


def test_what_is_filmed_for_staff_is_no_stream_of_the_rooms(looked: Looked) -> None:
    world = looked.school.world
    order = begin_epoch(world, looked.camera_key, SETUP)

    assert order
    again = looked.looks.leave(looked.sign_in, looked.leave.viewing_key)
    assert again.stream
    assert (again.stream.epoch, again.stream.level) == (order.epoch, SETUP)
    with reading(world.database) as connection:
        assert current_stream(connection, looked.school.room, world.clock.now()) is None
    assert begin_epoch(world, looked.camera_key, "clear") is None


def of(school: WritingSchool, looked: Looked) -> dict[Scope, int]:
    assert school.office.person_id is not None
    return {
        Scope.SCHOOL: school.id,
        Scope.LOOK: looked.look.id,
        Scope.ROOM: school.room,
        Scope.ROOM_LOAN: school.room,
        Scope.PERSON: school.office.person_id,
        Scope.SIGN_IN: looked.sign_in,
    }


@pytest.mark.parametrize(
    "scope", [Scope.SCHOOL, Scope.LOOK, Scope.ROOM, Scope.ROOM_LOAN, Scope.PERSON, Scope.SIGN_IN]
)
def test_a_mark_ends_a_look_before_any_record_is_made(looked: Looked, scope: Scope) -> None:
    world, now = looked.school.world, looked.school.world.clock.now()
    assert not looked.looks.stopped(looked.leave, now)

    world.stops.set([Mark(scope, of(looked.school, looked)[scope])])

    assert looked.looks.stopped(looked.leave, now)
    assert looked.looks.decide_again(looked.leave) is None


def test_a_curtain_that_waits_to_be_recorded_lets_nobody_look(looked: Looked) -> None:
    world, mark = looked.school.world, Mark(Scope.ROOM, looked.school.room)
    assert mark in world.stops.in_force(), "it was drawn before"
    assert isinstance(looked.decides(), LookAllowed)

    world.stops.journal.append({"key": "k", "marks": [[mark.scope.value, mark.id]]})

    assert isinstance(looked.decides(), LookDenied)


def test_what_a_crash_left_open_is_closed_at_the_end_of_its_lease(looked: Looked) -> None:
    world = looked.school.world
    assert sweep_looks(world, starting=True) == 0
    world.clock.advance(timedelta(seconds=10))  # type: ignore[attr-defined]  # a clock that stands

    assert sweep_looks(world, starting=True) == 1
    with reading(world.database) as connection:
        row = connection.execute(select(LookOpening.why, LookOpening.closed_at)).one()
    assert (row.why, row.closed_at) == ("viewing:lease_lapsed", world.clock.now())


def test_whoever_agreed_has_to_stay_on_the_staff(looked: Looked) -> None:
    world, director = looked.school.world, looked.school.director
    with reading(world.database) as connection:
        theirs = select(Membership.id).where(Membership.person_id == director.person_id)
        places = connection.execute(theirs).scalars().all()

    for place in places:
        dismiss(world, actor=MACHINE, reason=WHY, membership_id=place)

    assert looked.decides() == LookDenied(LookReason.AGREED_BY_NOBODY)
    assert looked.looks.decide_again(looked.leave) is None


def test_an_earlier_version_has_no_look_and_what_was_filmed_for_one_is_over(looked: Looked) -> None:
    world = looked.school.world
    assert begin_epoch(world, looked.camera_key, SETUP)

    schema.downgrade(world.database, "0017")

    assert {"setup_look", "look_opening", "door_display"}.isdisjoint(
        inspect(world.database).get_table_names()
    )
    old = MetaData()
    with reading(world.database) as connection:
        old.reflect(connection)
        filmed = connection.execute(select(old.tables["epoch"].c.ended_at)).scalars().all()
    assert None not in filmed
    schema.upgrade(world.database)
    assert schema.difference(world.database) == []
    with reading(world.database) as connection:
        assert connection.execute(select(Epoch.level)).scalars().all() == [SETUP]
