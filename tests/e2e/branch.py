"""A second school beside the kindergarten, with somebody who belongs to both."""

from datetime import timedelta
from typing import Any

from access import acts_people, acts_places
from access.acts import Actor
from tests.consenting import agrees_on_paper
from tests.e2e.kindergarten import TERM, Kindergarten
from tests.e2e.living import ALL_WEEK, PASSPHRASE
from tests.shown_codes import shown_code

NAME = "月亮花幼儿园 Moonflower Kindergarten (London)"


def has_a_branch(kindergarten: Kindergarten) -> None:
    """Add a school in another zone; «both» teaches in the two and has a child in each."""
    world, now = kindergarten.world, kindergarten.world.clock.now() - timedelta(seconds=1)
    nobody = Actor(person_id=None, via="cli:school")
    act: dict[str, Any] = {"actor": kindergarten.office, "reason": "开学 start of term"}
    branch = acts_people.add_school(
        world, actor=nobody, reason="开学", name=NAME, zone="Europe/London", language="en", country=None
    )
    person = acts_people.add_person(
        world, **act, name="孙悦 Sun Yue", sign_in_name="both", school_id=kindergarten.id
    )
    acts_people.set_passphrase(world, **act, person_id=person, passphrase=PASSPHRASE)
    kindergarten.staff["both"] = person
    for school in (kindergarten.id, branch):
        acts_people.appoint(world, **act, school_id=school, person_id=person, role="teacher")
    moon = acts_people.add_class_group(world, **act, school_id=branch, name="Moon")
    acts_places.set_hours(world, **act, class_group_id=moon, windows=ALL_WEEK)
    room = acts_places.add_room(world, **act, school_id=branch, name="Moon room")
    acts_places.use_room(world, **act, room_id=room, class_group_id=moon, starts_at=now)
    for school, group, name in (
        (kindergarten.id, kindergarten.classes["oak"], "孙豆豆"),
        (branch, moon, "孙圆圆 Yuanyuan"),
    ):
        child = acts_people.add_child(world, **act, school_id=school, name=name)
        acts_people.enrol(world, **act, child_id=child, class_group_id=group, starts_at=now)
        tie = acts_people.add_guardianship(world, **act, person_id=person, child_id=child, starts_at=now)
        agrees_on_paper(world, tie, office=act["actor"], director=kindergarten.director)
        acts_people.verify_guardianship(
            world,
            actor=kindergarten.director,
            reason="开学",
            guardianship_id=tie,
            shown_code=shown_code(world, tie),
            until=now + TERM,
        )
        acts_people.issue_grant(world, **act, guardianship_id=tie, starts_at=now, ends_at=now + TERM)
