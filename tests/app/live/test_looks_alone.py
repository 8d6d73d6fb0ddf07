"""Nobody looks alone: what one person could do to have a second one, or a display at the door."""

from datetime import timedelta
from typing import Any

import pytest

from access.acts import Actor
from access.acts_doors import add_door, end_door, sign_in_door
from access.acts_people import add_person, appoint, set_passphrase
from access.errors import Refused
from tests.looking import Display, agrees, asks, reason, tries
from tests.school import PASSPHRASE, School


def put_up(school: School, by: Actor) -> Display:
    """Have another display put up at Oak's door, and nothing said of the first."""
    made = add_door(school.world, actor=by, reason="test", room_id=school.rooms["Oak"])
    token, display = sign_in_door(school.world, made.code), Display(school, "Elm")
    display._client.set_cookie("__Host-door", token, secure=True, httponly=True)
    return display


def is_refused(school: School, display: Display) -> str:
    """Ask, have it agreed to and told, and tap ▶; return why there is no picture."""
    look = asks(school)
    agrees(school, look)
    display.beats()
    return reason(tries(school.office(), look))


def test_a_display_that_whoever_looks_put_up_is_none(school: School) -> None:
    assert is_refused(school, put_up(school, school.office_actor)) == "door:dark"


def test_a_display_that_nobody_is_named_for_is_none(school: School) -> None:
    assert is_refused(school, put_up(school, Actor(None, "cli:root"))) == "door:dark"


def test_one_that_was_put_up_after_the_look_was_asked_for_is_none(school: School) -> None:
    look = asks(school)
    school.clock.advance(timedelta(seconds=1))
    agrees(school, look)
    put_up(school, school.director_actor).beats()

    assert reason(tries(school.office(), look)) == "door:dark"


def test_signing_a_display_out_ends_the_looks_at_its_room(school: School) -> None:
    first, second = Display(school, "Oak"), put_up(school, school.director_actor)
    look = asks(school)
    agrees(school, look)
    end_door(school.world, actor=school.office_actor, reason="test", door_id=first.door)
    second.beats()

    assert reason(tries(school.office(), look)) == "look:ended"


def test_whoever_could_sign_in_as_the_second_person_is_alone(school: School) -> None:
    by: dict[str, Any] = {"actor": school.office_actor, "reason": "test"}
    teacher = add_person(school.world, **by, name="New", sign_in_name="new", school_id=school.id)
    set_passphrase(school.world, **by, person_id=teacher, passphrase=PASSPHRASE)
    by["actor"] = school.director_actor
    appoint(school.world, **by, school_id=school.id, person_id=teacher, role="teacher")

    with pytest.raises(Refused, match="look:same_person"):
        agrees(school, asks(school), by=Actor(teacher, "web"))
    assert school.log("look:") == ["look:asked", "look:refused"]
