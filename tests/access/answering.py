"""Answers as people give them, in tests of consents."""

from typing import Any

import pytest
from sqlalchemy import select

from access import acts_people
from access.acts import Actor
from access.acts_consent import agree, refuse
from access.acts_exemptions import confirm_exemption, propose_exemption
from access.consenting import Whose, of_guardian
from access.database import reading
from access.due import due_cameras
from access.errors import Refused
from access.places import Room
from access.reasons import Reason
from access.viewing import Leave, Viewings
from tests.access.two_rooms import OAK, Family, TwoRooms

PHONE = "Chrome, Android"
NOT_COVERED = Reason.NOT_COVERED.value


def of(school: TwoRooms, family: str = OAK) -> tuple[Actor, Whose]:
    """Return a guardian, and whose answer is theirs."""
    known = school.families[family]
    return Actor(known.person, "web"), of_guardian(school.world, known.guardianship)


def says_no(school: TwoRooms, tie: int) -> bool:
    """Have whoever is the guardian of a tie refuse."""
    whose = of_guardian(school.world, tie)
    return refuse(school.world, actor=Actor(whose.person_id, "web"), whose=whose)


def takes_back(school: TwoRooms, family: str = OAK) -> bool:
    actor, whose = of(school, family)
    return refuse(school.world, actor=actor, whose=whose)


def agrees(school: TwoRooms, family: str = OAK, **more: Any) -> None:
    actor, whose = of(school, family)
    agree(school.world, actor=actor, whose=whose, **more)


def second_guardian(school: TwoRooms, name: str = "second") -> int:
    """Tie one more adult to Oak's child, who has not answered."""
    person = school.person(name, by=school.office)
    child = school.families[OAK].child
    return acts_people.add_guardianship(
        school.world, **school.act, person_id=person, child_id=child, starts_at=school.world.clock.now()
    )


def exempts(school: TwoRooms, tie: int) -> int:
    """Have two of the staff say that a guardian is not asked."""
    by: dict[str, Any] = {"actor": school.office, "reason": "nobody can reach them"}
    proposal = propose_exemption(school.world, **by, guardianship_id=tie)
    confirm_exemption(school.world, actor=school.director, reason="seen", exemption_id=proposal)
    return proposal


def refusal(act: Any, *args: Any, **more: Any) -> str:
    with pytest.raises(Refused) as refused:
        act(*args, **more)
    return refused.value.reason


class SignedIn:
    """A family's device, as little of it as a viewing asks for."""

    def __init__(self, family: Family) -> None:
        self.sign_in_id = family.sign_in


def opens(school: TwoRooms, viewings: Viewings, family: Family) -> Leave:
    with reading(school.world.database) as connection:
        key = connection.execute(select(Room.key).where(Room.id == school.rooms[OAK])).scalar_one()
    leave = viewings.open(SignedIn(family), key, PHONE)
    assert isinstance(leave, Leave), leave
    return leave


def due(school: TwoRooms) -> list[int]:
    with reading(school.world.database) as connection:
        found = due_cameras(connection, school.world.vault, school.world.clock.now(), school.world.stops)
    return [camera.room_id for camera in found]
