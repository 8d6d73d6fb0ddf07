"""A child without a class gets its place on the office's page."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from access.acts_moves import child_leaves
from access.clock import FrozenClock
from access.database import reading
from access.enrolment import Child, ClassGroup, Enrolment
from access.second_factors import FRESH
from tests.app.public_keys import key_of
from tests.app.test_two_who_edit import said
from tests.guardian import Guardian
from tests.school import School

ENGLISH = {"Accept_Language": "en-GB"}
CHILDREN = "/office/children"


def address(school: School, guardian: Guardian, verb: str) -> str:
    return f"{CHILDREN}/{key_of(school, Child, guardian.child)}/{verb}"


def into_oak(school: School, **more: str) -> dict[str, str]:
    """Return the form by which a child gets a place in Oak."""
    group = key_of(school, ClassGroup, school.class_groups["Oak"])
    return {"class_group": group, "starts_on": "", "ends_on": "", "reason": "new family", **more}


def places(school: School, guardian: Guardian) -> list[tuple[int, datetime, datetime | None]]:
    of = Enrolment
    with reading(school.world.database) as connection:
        rows = connection.execute(
            select(of.class_group_id, of.starts_at, of.ends_at).where(of.child_id == guardian.child)
        )
        return [(*row,) for row in rows]


def test_a_child_without_a_class_is_found_and_enrolled_and_its_family_watches(school: School) -> None:
    guardian, office = school.guardian(of="Oak", enrolled=False), school.office()
    listed = office.get(CHILDREN, **ENGLISH)
    assert f'href="{address(school, guardian, "place")}"' in listed.body.decode()
    assert f'href="{CHILDREN}"' in office.get("/office").body.decode()
    page = office.get(address(school, guardian, "place"), **ENGLISH).body.decode()
    assert f'action="{address(school, guardian, "enrol")}"' in page
    assert f'action="{address(school, guardian, "place")}"' not in page

    assert office.post(address(school, guardian, "enrol"), into_oak(school)).status == 303

    assert guardian.asks_to_open("Oak").status == 201
    assert school.last_entry("enrolment:begun")["reason"] == "new family"
    assert address(school, guardian, "place") not in office.get(CHILDREN).body.decode()
    page = office.get(address(school, guardian, "place")).body.decode()
    assert f'action="{address(school, guardian, "enrol")}"' not in page


def test_from_a_day_and_through_one(school: School, clock: FrozenClock) -> None:
    guardian, office = school.guardian(of="Oak", enrolled=False), school.office()
    days = into_oak(school, starts_on="2026-03-11", ends_on="2026-07-10")

    assert office.post(address(school, guardian, "enrol"), days).status == 303

    first, over = datetime(2026, 3, 10, 16, tzinfo=UTC), datetime(2026, 7, 10, 16, tzinfo=UTC)
    assert places(school, guardian) == [(school.class_groups["Oak"], first, over)]
    assert guardian.asks_to_open("Oak") == school.not_found
    clock.advance(timedelta(days=1))
    school.is_there(guardian)
    assert guardian.asks_to_open("Oak").status == 201


def test_a_last_day_before_the_first_is_told_and_nothing_typed_is_lost(school: School) -> None:
    guardian = school.guardian(of="Oak", enrolled=False)
    days = into_oak(school, starts_on="2026-07-10", ends_on="2026-03-11")

    answer = school.office().post(address(school, guardian, "enrol"), days, **ENGLISH)

    assert (answer.status, "It would end before it begins" in said(answer)) == (400, True)
    assert all(f'value="{days[name]}"' in answer.body.decode() for name in ("starts_on", "ends_on", "reason"))
    assert places(school, guardian) == []


def test_a_child_that_has_a_class_meanwhile_is_not_enrolled_again(school: School) -> None:
    guardian, office = school.guardian(of="Elm"), school.office()
    before = places(school, guardian)

    answer = office.post(address(school, guardian, "enrol"), into_oak(school), **ENGLISH)

    assert (answer.status, answer.header("Location")) == (303, address(school, guardian, "place"))
    assert "has a class already" in said(office.get(address(school, guardian, "place"), **ENGLISH))
    assert places(school, guardian) == before


def test_who_it_is_is_asked_first(school: School, clock: FrozenClock) -> None:
    guardian, office = school.guardian(of="Oak", enrolled=False), school.office()
    clock.advance(FRESH)
    school.is_there(office)

    assert office.post(address(school, guardian, "enrol"), into_oak(school)).status == 200

    assert places(school, guardian) == []


def test_of_those_without_a_class_one_is_found_by_name_and_only_ones_own(school: School) -> None:
    gone, office = school.guardian(of="Oak"), school.office()
    there, neighbour = school.guardian(of="Oak"), school.neighbour()
    theirs = neighbour.guardian(of="Rowan", enrolled=False)
    child_leaves(school.world, actor=school.office_actor, reason="test", child_id=gone.child)

    listed = {name: office.get(f"{CHILDREN}?name={name}").body.decode() for name in ("小豆", "nobody")}

    assert address(school, gone, "place") in listed["小豆"]
    assert address(school, there, "place") not in listed["小豆"]
    assert address(neighbour, theirs, "place") not in listed["小豆"]
    assert "/place" not in listed["nobody"]
    assert office.get(address(neighbour, theirs, "place")) == school.not_found
    assert office.post(address(neighbour, theirs, "enrol"), into_oak(school)) == school.not_found
