"""Acts: one transaction, one entry, one revision more; and what the rules refuse."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from access import acts_calendar, acts_people, acts_places, acts_schools, acts_years
from access.acts_gates import confirm_gates, take_gate_back
from access.acts_room_kinds import set_room_kind
from access.clock import FrozenClock
from access.database import reading
from access.errors import Refused
from access.places import Room, ViewingWindow
from access.stops import Mark, Scope
from tests.access.writing_school import ADDRESS, MACHINE, WHY, WritingSchool

TERM = timedelta(days=90)

#: Every act upon an existing school, by the kind of its entry.
#: The day of the tests' clock at the school.
TODAY = date(2026, 3, 10)

ACTS: dict[str, Callable[[WritingSchool, dict[str, Any]], object]] = {
    "child:added": lambda s, by: acts_people.add_child(s.world, **by, school_id=s.id, name="小明"),
    "class_group:added": lambda s, by: acts_people.add_class_group(s.world, **by, school_id=s.id, name="Elm"),
    "person:added": lambda s, by: acts_people.add_person(
        s.world, **by, name="Noor", sign_in_name="noor", school_id=s.id
    ),
    "membership:begun": lambda s, by: acts_people.appoint(
        s.world, **by, school_id=s.id, person_id=s.guardian, role="teacher"
    ),
    "enrolment:begun": lambda s, by: acts_people.enrol(
        s.world, **by, child_id=s.child, class_group_id=s.class_group, starts_at=s.world.clock.now()
    ),
    "enrolment:ended": lambda s, by: acts_people.end_enrolment(s.world, **by, enrolment_id=s.enrolment),
    "guardianship:added": lambda s, by: acts_people.add_guardianship(
        s.world, **by, person_id=s.guardian, child_id=s.child, starts_at=s.world.clock.now()
    ),
    "guardianship:ended": lambda s, by: acts_people.end_guardianship(
        s.world, **by, guardianship_id=s.guardianship
    ),
    "grant:issued": lambda s, by: acts_people.issue_grant(
        s.world,
        **by,
        guardianship_id=s.guardianship,
        starts_at=s.world.clock.now(),
        ends_at=s.world.clock.now() + 2 * TERM,
    ),
    "grant:revoked": lambda s, by: acts_people.revoke_grant(s.world, **by, grant_id=s.grant),
    "room:added": lambda s, by: acts_places.add_room(s.world, **by, school_id=s.id, name="Gym"),
    "room_use:begun": lambda s, by: acts_places.use_room(
        s.world, **by, room_id=s.room, class_group_id=s.class_group, starts_at=s.world.clock.now()
    ),
    "room_use:ended": lambda s, by: acts_places.end_room_use(s.world, **by, room_use_id=s.room_use),
    "recorder:added": lambda s, by: acts_places.add_recorder(
        s.world, **by, school_id=s.id, name="NVR", address="rtsp://canary:word@10.0.0.9/ch{channel}"
    ),
    "camera:added": lambda s, by: acts_places.add_camera(
        s.world, **by, room_id=s.room, name="door", address=ADDRESS
    ),
    "camera:activated": lambda s, by: acts_places.activate_camera(
        s.world, **{**by, "actor": s.director}, camera_id=s.camera
    ),
    "gate:confirmed": lambda s, by: confirm_gates(
        s.world, **{**by, "actor": s.director}, camera_id=s.camera, kinds=["sign"]
    ),
    "gate:taken_back": lambda s, by: take_gate_back(s.world, **by, camera_id=s.camera, kind="sign"),
    "room:kind_set": lambda s, by: set_room_kind(s.world, **by, room_id=s.room, kind="nap"),
    "camera:deactivated": lambda s, by: acts_places.deactivate_camera(s.world, **by, camera_id=s.camera),
    "camera:masked": lambda s, by: acts_places.mask_camera(
        s.world, **by, camera_id=s.camera, masks=[[[0, 0], [1000, 0], [0, 1000]]]
    ),
    "hours:set": lambda s, by: acts_places.set_hours(
        s.world, **by, class_group_id=s.class_group, windows=[(0, 540, 690)]
    ),
    "calendar:closed": lambda s, by: acts_calendar.close_days(
        s.world, **by, school_id=s.id, first=TODAY, last=TODAY
    ),
    "calendar:made_up": lambda s, by: acts_calendar.make_up_day(
        s.world, **by, school_id=s.id, day=TODAY, weekday=3
    ),
    "calendar:opened": lambda s, by: acts_calendar.open_once(
        s.world, **by, school_id=s.id, day=TODAY, starts_minute=0, ends_minute=60
    ),
    "calendar:prepared": lambda s, by: acts_years.prepare_year(s.world, **by, school_id=s.id, year=2026),
    "school:term_set": lambda s, by: acts_years.set_term(s.world, **by, school_id=s.id, ends_on=TODAY),
    "school:country_set": lambda s, by: acts_schools.set_country(s.world, **by, school_id=s.id, country="GB"),
    "curtain:drawn": lambda s, by: acts_places.draw_curtain(s.world, **by, room_id=s.room),
    "curtain:opened": lambda s, by: acts_places.open_curtain(s.world, **by, room_id=s.room),
    "room:level_set": lambda s, by: acts_places.set_level(s.world, **by, room_id=s.room, level="closed"),
}


#: Whoever installed the camera may not.
OF_THE_SECOND = frozenset({"camera:activated", "gate:confirmed"})


@pytest.mark.parametrize("kind", ACTS)
def test_an_act_raises_the_revision_and_writes_one_entry(written: WritingSchool, kind: str) -> None:
    revision, entries = written.revision(), len(written.entries())

    ACTS[kind](written, {"actor": written.office, "reason": " why "})

    newest = written.entries()[0]
    assert newest.kind == kind
    assert len(written.entries()) == entries + 1
    assert written.revision() == revision + 1
    assert newest.body["revision"] == revision + 1
    by = written.director if kind in OF_THE_SECOND else written.office
    assert newest.body["actor"] == {"person": by.person_id, "via": "web"}
    assert newest.body["reason"] == "why"
    assert newest.body["n"] == newest.number == entries


@pytest.mark.parametrize("kind", ACTS)
@pytest.mark.parametrize("reason", ["  ", "x" * 501], ids=["none", "too long"])
def test_an_act_without_a_reason_does_nothing(written: WritingSchool, kind: str, reason: str) -> None:
    revision, marks = written.revision(), written.world.stops.in_force()

    with pytest.raises(Refused, match="reason:"):
        ACTS[kind](written, {"actor": written.office, "reason": reason})

    assert written.revision() == revision
    assert written.world.stops.in_force() == marks


@pytest.mark.parametrize(
    ("kind", "scope", "name"),
    [
        ("grant:revoked", Scope.GRANT, "grant"),
        ("guardianship:ended", Scope.GUARDIANSHIP, "guardianship"),
        ("enrolment:ended", Scope.ENROLMENT, "enrolment"),
        ("curtain:drawn", Scope.ROOM, "room"),
        ("camera:deactivated", Scope.ROOM, "room"),
        ("gate:taken_back", Scope.ROOM, "room"),
        ("room:kind_set", Scope.ROOM, "room"),
        ("camera:masked", Scope.ROOM, "room"),
        ("room_use:ended", Scope.ROOM, "room"),
        ("room:level_set", Scope.ROOM, "room"),
    ],
)
def test_an_ending_sets_its_mark(written: WritingSchool, kind: str, scope: Scope, name: str) -> None:
    ACTS[kind](written, {"actor": written.office, "reason": WHY})

    assert written.world.stops.in_force() == {Mark(scope, getattr(written, name))}


@pytest.mark.parametrize(
    "name",
    ["", " \t ", "a\u202egnp.exe", "a\x00b", "\u200b", "li\u200b", "a\nb", "x" * 201, "\ud800"],
    ids=ascii,
)
def test_a_name_that_disguises_itself_is_refused(written: WritingSchool, name: str) -> None:
    with pytest.raises(Refused, match="name:"):
        acts_people.add_child(
            written.world, actor=written.office, reason=WHY, school_id=written.id, name=name
        )


@pytest.mark.parametrize("name", ["👩‍👧‍👦 Ada", "محمد علي", "小豆", "Zoë"])
def test_emoji_and_right_to_left_are_names(written: WritingSchool, name: str) -> None:
    acts_people.add_child(written.world, actor=written.office, reason=WHY, school_id=written.id, name=name)


def test_spans_that_end_before_they_begin_are_refused(written: WritingSchool, clock: FrozenClock) -> None:
    by: dict[str, Any] = {"actor": written.office, "reason": WHY}
    now = clock.now()

    for starts_at, ends_at in [(now, now), (now, now - TERM)]:
        with pytest.raises(Refused, match="span:backwards"):
            acts_people.issue_grant(
                written.world,
                **by,
                guardianship_id=written.guardianship,
                starts_at=starts_at,
                ends_at=ends_at,
            )


@pytest.mark.parametrize(
    ("windows", "reason"),
    [
        ([(0, 600, 600)], "hours:backwards"),
        ([(0, 600, 540)], "hours:backwards"),
        ([(0, 540, 600), (0, 599, 660)], "hours:overlap"),
        ([(0, 540, 600), (0, 540, 600)], "hours:overlap"),
        ([(7, 540, 600)], "hours:out_of_range"),
        ([(0, -1, 600)], "hours:out_of_range"),
        ([(0, 540, 1441)], "hours:out_of_range"),
    ],
)
def test_hours_that_make_no_sense_are_refused(
    written: WritingSchool, windows: list[tuple[int, int, int]], reason: str
) -> None:
    with pytest.raises(Refused, match=reason):
        acts_places.set_hours(
            written.world,
            actor=written.office,
            reason=WHY,
            class_group_id=written.class_group,
            windows=windows,
        )


def test_hours_that_stay_are_the_same_record(written: WritingSchool, clock: FrozenClock) -> None:
    def sets(*windows: tuple[int, int, int]) -> None:
        acts_places.set_hours(
            written.world,
            actor=written.office,
            reason=WHY,
            class_group_id=written.class_group,
            windows=windows,
        )

    sets((0, 540, 600), (1, 540, 600))
    clock.advance(timedelta(minutes=1))
    sets((0, 540, 600), (0, 600, 660))

    with reading(written.world.database) as connection:
        rows = connection.execute(
            select(ViewingWindow.weekday, ViewingWindow.starts_minute, ViewingWindow.ended_at).order_by(
                ViewingWindow.id
            )
        ).all()
    assert [tuple(row) for row in rows] == [(0, 540, None), (1, 540, clock.now()), (0, 600, None)]


def test_a_room_has_one_activated_camera(written: WritingSchool) -> None:
    second = acts_places.add_camera(
        written.world, actor=written.office, reason=WHY, room_id=written.room, name="door", address=ADDRESS
    )

    with pytest.raises(Refused, match="camera:room_has_one"):
        acts_places.activate_camera(written.world, actor=written.office, reason=WHY, camera_id=second)


def test_records_of_another_school_are_unknown(written: WritingSchool) -> None:
    other = acts_people.add_school(
        written.world, actor=MACHINE, reason=WHY, name="Other", zone="UTC", language="en"
    )
    group = acts_people.add_class_group(
        written.world, actor=written.office, reason=WHY, school_id=other, name="X"
    )

    with pytest.raises(Refused, match="class_group:unknown"):
        acts_places.use_room(
            written.world,
            actor=written.office,
            reason=WHY,
            room_id=written.room,
            class_group_id=group,
            starts_at=written.world.clock.now(),
        )


def test_raising_the_level_again_leaves_the_curtain_drawn(written: WritingSchool) -> None:
    by: dict[str, Any] = {"actor": written.office, "reason": WHY, "room_id": written.room}
    acts_places.set_level(written.world, **by, level="figures")
    acts_places.set_level(written.world, **by, level="clear")

    with reading(written.world.database) as connection:
        assert connection.execute(select(Room.level)).scalar_one() == "clear"
    assert written.world.stops.stopped([Mark(Scope.ROOM, written.room)])
