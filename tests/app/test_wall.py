"""A wall stands between two schools of one installation: no page, filter or act reaches over it."""

import re

import pytest
from sqlalchemy import select

from access import acts_places
from access.database import reading
from access.enrolment import Child, ClassGroup, Enrolment, Guardianship
from access.errors import Refused
from access.grants import Grant
from access.people import Person
from access.people import School as SchoolRecord
from access.places import Camera, Room
from tests.app.public_keys import key_of
from tests.school import NEIGHBOUR, School
from tests.two_schools import appoints, chooses, takes_in_a_child

NAMES = (NEIGHBOUR.school, NEIGHBOUR.person, NEIGHBOUR.child, *NEIGHBOUR.classes)
ENGLISH = {"Accept_Language": "en-GB"}


@pytest.fixture
def neighbour(school: School) -> School:
    """A second school, with a family that watches and staff who have acted."""
    neighbour = school.neighbour()
    neighbour.guardian(of="Rowan").opens("Rowan").close()
    neighbour.draws_curtain("Rowan")
    return neighbour


def keys_of(school: School) -> list[str]:
    """Return the key of every record that has one and belongs to a school."""
    keys: list[str] = []
    with reading(school.world.database) as connection:
        for record in (Child, ClassGroup, Enrolment, Guardianship, Grant, Camera, Room):
            keys += connection.execute(select(record.key).where(record.school_id == school.id)).scalars()
        keys += connection.execute(select(SchoolRecord.key).where(SchoolRecord.id == school.id)).scalars()
        keys += connection.execute(
            select(Person.key).where(Person.name.startswith(school.called.person))
        ).scalars()
    return keys


def test_no_page_of_staff_names_anybody_of_the_other_school(school: School, neighbour: School) -> None:
    school.guardian(of="Oak").opens("Oak")
    pages = {
        "/office": (("class",), (school.teacher(), school.office(), school.director())),
        "/oversight": (("person", "room"), (school.administrator(),)),
    }
    keys, read = keys_of(neighbour), 0

    for path, (filters, staff) in pages.items():
        addresses = [path, *(f"{path}?{name}={key}" for name in filters for key in keys)]
        for person in staff:
            for address in addresses:
                answer = person.get(address, **ENGLISH)
                assert answer.status == 200 or answer == school.not_found
                assert [name for name in NAMES if name in answer.body.decode()] == [], address
                read += answer.status == 200

    assert read > len(keys), "pages were read, not only refused"


def test_the_neighbours_own_staff_read_those_names(neighbour: School) -> None:
    office = neighbour.office().get("/office", **ENGLISH).body.decode()
    oversight = neighbour.administrator().get("/oversight", **ENGLISH).body.decode()

    assert [name for name in NAMES if name not in office + oversight] == []


@pytest.mark.parametrize("filter_name", ["person", "room"])
def test_a_filter_finds_nobody_of_the_other_school(
    school: School, neighbour: School, filter_name: str
) -> None:
    administrator = school.administrator()

    for key in keys_of(neighbour):
        assert administrator.get(f"/oversight?{filter_name}={key}") == school.not_found


def test_who_works_in_both_schools_has_in_each_what_they_are_there(school: School, neighbour: School) -> None:
    appoints(neighbour, school.staff["office"], "teacher")
    both = school.office()
    family, theirs = school.guardian(of="Elm"), neighbour.guardian(of="Alder")

    chooses(both, neighbour)
    page = both.get("/office", **ENGLISH).body.decode()

    assert "Rowan room" in page, "as their teacher"
    assert [name for name in (NEIGHBOUR.child, school.called.child, "Oak") if name in page] == []
    room = neighbour.room_key("Rowan")
    assert both.post(f"/office/rooms/{room}/curtain/draw", {"reason": "nap"}).status == 303
    oak = school.room_key("Oak")
    assert both.post(f"/office/rooms/{oak}/curtain/draw", {"reason": "nap"}) == school.not_found

    chooses(both, school)
    page = both.get("/office", **ENGLISH).body.decode()

    assert school.called.child in page, "as our office"
    assert [name for name in (NEIGHBOUR.child, *NEIGHBOUR.classes) if name in page] == []
    assert both.post(f"/office/rooms/{room}/curtain/draw", {"reason": "nap"}) == school.not_found
    for record, ours, others in (
        (Grant, family.grant, theirs.grant),
        (Enrolment, family.enrolment, theirs.enrolment),
        (Guardianship, family.guardianship, theirs.guardianship),
    ):
        name = {Grant: "grants", Enrolment: "enrolments", Guardianship: "guardianships"}[record]
        assert both.post(f"/office/{name}/{key_of(school, record, others)}/end") == school.not_found
        assert (
            both.post(f"/office/{name}/{key_of(school, record, ours)}/end", {"reason": "moved"}).status == 303
        )


def test_a_guardian_in_both_schools_is_in_the_log_of_each_for_what_was_there(
    school: School, neighbour: School
) -> None:
    guardian = school.guardian(of="Oak")
    takes_in_a_child(neighbour, "Alder", guardian.person)

    opened = guardian.post(f"/rooms/{neighbour.room_key('Alder')}/viewings")
    guardian.opens("Oak").close()

    assert opened.status == 201
    ours = school.administrator().get("/oversight", **ENGLISH).body.decode()
    theirs = neighbour.administrator().get("/oversight", **ENGLISH).body.decode()
    assert ("Oak room" in watched(ours), "Alder room" in ours) == (True, False)
    assert ("Alder room" in watched(theirs), "Oak room" in theirs) == (True, False)


def test_whoever_asks_for_a_room_of_another_school_is_in_its_log_without_a_name(
    school: School, neighbour: School
) -> None:
    guardian = school.guardian(of="Oak")

    assert guardian.post(f"/rooms/{neighbour.room_key('Rowan')}/viewings") == school.not_found

    page = neighbour.administrator().get("/oversight", **ENGLISH).body.decode()
    assert "Somebody outside this school asked to watch Rowan room and was refused." in re.sub(
        "<[^>]+>", "", page
    )
    assert school.called.person not in page
    (refused,) = re.findall(r'data-kind="viewing:refused">.*?</li>', page, re.DOTALL)
    assert "127.0.0.0" not in refused
    assert "Android" not in refused


def test_whoever_asks_for_another_room_of_their_own_school_is_named(school: School) -> None:
    guardian = school.guardian(of="Oak")

    guardian.asks_to_open("Elm")

    page = school.administrator().get("/oversight", **ENGLISH).body.decode()
    (refused,) = re.findall(r'data-kind="viewing:refused">.*?</li>', page, re.DOTALL)
    said = re.sub("<[^>]+>", "", refused)
    assert f"林小明 {guardian.person} asked to watch Elm room and was refused." in said
    assert "Came from: 127.0.0.0/24" in said


def test_a_class_of_the_other_school_gets_no_room_here(school: School, neighbour: School) -> None:
    with pytest.raises(Refused, match="class_group:unknown"):
        acts_places.use_room(
            school.world,
            actor=school.office_actor,
            reason="test",
            room_id=school.rooms["Oak"],
            class_group_id=neighbour.class_groups["Rowan"],
            starts_at=school.clock.now(),
        )


def watched(page: str) -> str:
    """Return what a page of the log says, without its filters."""
    return re.sub(r"<select.*?</select>", "", page, flags=re.DOTALL)
