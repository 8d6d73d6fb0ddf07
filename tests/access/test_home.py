"""What a guardian's home shows, and how a decision is explained."""

import json
from datetime import timedelta

from access.database import reading
from access.enrolment import Child, ClassGroup, Enrolment, Guardianship
from access.explain import Explanation, explain
from access.grants import Grant
from access.home import HomeTile, load_home
from access.people import Person, School
from access.places import CurtainOpening, Room, RoomUse
from access.policy import Allowed, Denied
from access.reasons import Reason
from access.stops import Scope
from tests.access.one_room import BEFORE, NOW, ROOM_KEY, SINCE, UNTIL, OneRoom

NEXT = SINCE + timedelta(days=7)


def home(room: OneRoom, person_id: int = 1, *, marks: bool = False) -> tuple[HomeTile, ...]:
    """Load the home of a person at this instant."""
    stops = room.world.stops if marks else None
    with reading(room.world.database) as connection:
        return load_home(connection, person_id, room.clock.now(), stops)


def explained(room: OneRoom, person_id: int = 1, room_id: int = 1) -> Explanation:
    """Explain the decision at this instant."""
    with reading(room.world.database) as connection:
        return explain(connection, person_id, room_id, room.clock.now())


def add_twin(room: OneRoom) -> None:
    """Give the guardian a second child, in another class and room, without a grant."""
    tie = {"school_id": 1, "starts_at": BEFORE, "recorded_at": BEFORE}
    named = {"id": 2, "school_id": 1, "recorded_at": BEFORE}
    room.add(Child, **named, key="h2", name="Sami")
    room.add(ClassGroup, **named, key="g2", name="Elm")
    room.add(Room, **named, key="q" * 22, name="Elm room", level="clear")
    room.add(RoomUse, **tie, room_id=2, class_group_id=2)
    room.add(Enrolment, **tie, key="e2", child_id=2, class_group_id=2)
    room.add(Guardianship, **tie, key="u2", person_id=1, child_id=2)
    room.agrees(2, 1)


def test_home_has_a_tile_for_the_childs_room(room: OneRoom) -> None:
    (tile,) = home(room)

    assert (tile.room_key, tile.room_name, tile.zone) == (ROOM_KEY, "Oak room", "Asia/Shanghai")
    assert (tile.child_name, tile.class_group_name) == ("Ilyas", "Oak")
    assert isinstance(tile.decision, Allowed)
    assert tile.decision.until == UNTIL


def test_twins_in_two_classes_have_two_tiles_decided_apart(room: OneRoom) -> None:
    add_twin(room)

    oak, elm = home(room)

    assert (oak.child_name, elm.child_name) == ("Ilyas", "Sami")
    assert isinstance(oak.decision, Allowed)
    assert elm.decision == Denied(Reason.NOT_VERIFIED)


def test_two_children_in_one_room_are_decided_apart(room: OneRoom) -> None:
    add_twin(room)
    room.change(RoomUse, 2, room_id=1)

    oak, elm = home(room)

    assert isinstance(oak.decision, Allowed)
    assert isinstance(elm.decision, Denied)


def test_home_asks_as_many_questions_for_two_rooms_as_for_one_and_ten_at_the_most(room: OneRoom) -> None:
    def asked() -> list[int]:
        """Count once after an act, when coverage is not remembered, and once more."""
        room.change(School, revision=School.revision + 1)
        counts = []
        for _ in range(2):
            with room.queries() as questions:
                home(room)
            counts.append(len(questions))
        return counts

    for_one = asked()
    add_twin(room)

    assert asked() == for_one == [10, 8]


def test_a_tile_out_of_hours_says_when_they_begin_next(room: OneRoom) -> None:
    room.clock.advance(timedelta(hours=3))

    (tile,) = home(room)

    assert tile.decision == Denied(Reason.OUTSIDE_HOURS, NEXT)


def test_what_is_past_has_no_tile(room: OneRoom) -> None:
    room.change(Guardianship, ended_at=NOW)

    assert home(room) == ()


def test_somebody_without_children_has_no_tiles(room: OneRoom) -> None:
    room.add(Person, id=2, key="p2", name="Who", sign_in_name="who", recorded_at=BEFORE)

    assert home(room, 2) == home(room, 99) == ()


def test_a_mark_shows_on_the_tile_before_its_record(room: OneRoom) -> None:
    room.mark(Scope.ROOM)

    (tile,) = home(room, marks=True)

    assert tile.decision == Denied(Reason.CURTAIN_DRAWN)


def test_an_explanation_tells_rule_by_rule(room: OneRoom) -> None:
    room.change(Grant, revoked_at=NOW)

    told = explained(room)

    (way,) = told.ways
    broken = [rule.reason for rule in way.rules if not rule.holds]
    assert told.decision == Denied(Reason.NO_GRANT)
    assert broken == [Reason.NO_GRANT]
    hours = next(rule for rule in way.rules if rule.reason is Reason.OUTSIDE_HOURS)
    assert (hours.since, hours.until) == (SINCE, UNTIL)
    assert told.opens_at is None  # the hours come round again, the grant does not


def test_an_explanation_decides_as_a_viewing_does(room: OneRoom) -> None:
    for change in (None, CurtainOpening):
        if change is not None:
            room.change(change, drawn_at=NOW)
        assert explained(room).decision == room.decides()


def test_an_explanation_says_when_a_rule_will_hold(room: OneRoom) -> None:
    soon = NOW + timedelta(minutes=10)
    room.change(Grant, starts_at=soon)

    (way,) = explained(room).ways

    grant = next(rule for rule in way.rules if rule.reason is Reason.NO_GRANT)
    assert (grant.holds, grant.next) == (False, soon)


def test_nobody_and_nowhere_are_explained_too(room: OneRoom) -> None:
    room.add(Person, id=2, key="p2", name="Who", sign_in_name="who", recorded_at=BEFORE)

    assert explained(room, person_id=99).decision == Denied(Reason.PERSON_CLOSED)
    assert explained(room, room_id=99).decision == Denied(Reason.NO_CHILD_HERE)
    assert explained(room, person_id=2).decision == Denied(Reason.NO_CHILD_HERE)


def test_an_explanation_is_json(room: OneRoom) -> None:
    told = json.loads(json.dumps(explained(room).as_record()))

    assert (told["allowed"], told["reason"], told["until"]) == (True, None, UNTIL.isoformat())
    assert [rule["reason"] for rule in told["ways"][0]["rules"]][:3] == [
        "guardianship:none",
        "delegation:none",
        "enrolment:none",
    ]
