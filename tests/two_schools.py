"""Somebody who belongs to two schools of one installation."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from access import acts_people
from access.database import reading
from access.people import School as SchoolRecord
from tests.browser import Answer, Browser
from tests.consenting import agrees_on_paper
from tests.school import PASSPHRASE, School
from tests.shown_codes import shown_code

TERM = timedelta(days=30)


def school_key(school: School) -> str:
    """Return the random name of a school in addresses."""
    with reading(school.world.database) as connection:
        asked = select(SchoolRecord.key).where(SchoolRecord.id == school.id)
        return str(connection.execute(asked).scalar_one())


def appoints(school: School, person: int, role: str) -> int:
    """Give somebody a place on the school's staff, and return it."""
    membership = acts_people.appoint(
        school.world,
        actor=school.director_actor,
        reason="test",
        school_id=school.id,
        person_id=person,
        role=role,
    )
    school.clock.advance(timedelta(minutes=1))
    return membership


def chooses(person: Browser, school: School) -> Answer:
    """Work in *school* from now on."""
    return person.post(f"/schools/{school_key(school)}/choose")


def takes_in_a_child(school: School, of: str, person: int) -> None:
    """Make somebody who is known already a guardian of one more child, in the class *of*.

    Whoever has no passphrase yet is given one, as nobody without one can be checked.
    """
    now, act = school.clock.now(), dict[str, Any](actor=school.office_actor, reason="test")
    child = acts_people.add_child(
        school.world, **act, school_id=school.id, name=f"{school.called.child} {person}"
    )
    acts_people.enrol(
        school.world, **act, child_id=child, class_group_id=school.class_groups[of], starts_at=now
    )
    tie = acts_people.add_guardianship(school.world, **act, person_id=person, child_id=child, starts_at=now)
    agrees_on_paper(school.world, tie, office=school.office_actor, director=school.director_actor)
    if not shown_code(school.world, tie):
        acts_people.set_passphrase(school.world, **act, person_id=person, passphrase=PASSPHRASE)
    acts_people.verify_guardianship(
        school.world,
        actor=school.director_actor,
        reason="test",
        guardianship_id=tie,
        shown_code=shown_code(school.world, tie),
        until=now + TERM,
    )
    acts_people.issue_grant(school.world, **act, guardianship_id=tie, starts_at=now, ends_at=now + TERM)
    school.clock.advance(timedelta(minutes=1))
