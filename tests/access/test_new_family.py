"""A new family in one act: all of it with its entries, or nothing."""

import pytest
from sqlalchemy import func, select

from access.acts_new_family import Family, add_family, add_guardian
from access.database import reading
from access.enrolment import Child, Enrolment, Guardianship
from access.errors import LogUnavailable, Refused
from access.people import Person
from tests.access.inviting import accepts, is_verified, papers, person_row, verifies
from tests.access.trouble import log_refusing
from tests.access.writing_school import WHY, WritingSchool


def adds(written: WritingSchool, child: str = "小米粒", guardian: str = "周敏") -> Family:
    return add_family(
        written.world,
        actor=written.office,
        reason=WHY,
        class_group_id=written.class_group,
        child_name=child,
        guardian_name=guardian,
    )


def counted(written: WritingSchool) -> list[int]:
    with reading(written.world.database) as connection:
        return [
            int(connection.execute(select(func.count()).select_from(record)).scalar_one())
            for record in (Child, Enrolment, Person, Guardianship)
        ]


def test_a_family_is_made_whole(written: WritingSchool) -> None:
    before, revision = counted(written), written.revision()

    family = adds(written)

    assert counted(written) == [number + 1 for number in before]
    assert written.revision() == revision + 1
    entries = written.entries()[:4]
    assert [entry.kind for entry in entries] == [
        "guardianship:added",
        "person:added",
        "enrolment:begun",
        "child:added",
    ]
    assert {entry.body["revision"] for entry in entries} == {revision + 1}
    assert entries[0].body["subject"] == {
        "person": family.person,
        "child": family.child,
        "guardianship": family.guardianship,
    }
    assert person_row(written, family.person).created_by == written.office.person_id


def test_it_opens_nothing_until_somebody_else_verifies(written: WritingSchool) -> None:
    family = adds(written)
    accepts(written, papers(written, family.person))

    with pytest.raises(Refused, match="guardianship:same_person"):
        verifies(written, family.guardianship, written.office)
    assert not is_verified(written, family.guardianship)
    verifies(written, family.guardianship, written.director)
    assert is_verified(written, family.guardianship)


def test_a_second_guardian_makes_no_second_child(written: WritingSchool) -> None:
    before = counted(written)

    family = add_guardian(
        written.world, actor=written.office, reason=WHY, child_id=written.child, guardian_name="周爷爷"
    )

    assert family.child == written.child
    assert counted(written) == [before[0], before[1], before[2] + 1, before[3] + 1]


@pytest.mark.parametrize(("child", "guardian"), [("", "周敏"), ("小米粒", "a\u202eb"), ("小米粒", "x" * 201)])
def test_a_wrong_name_leaves_nothing(written: WritingSchool, child: str, guardian: str) -> None:
    before = counted(written)

    with pytest.raises(Refused, match="name:"):
        adds(written, child, guardian)

    assert counted(written) == before


def test_a_log_that_refuses_leaves_nothing(written: WritingSchool, database: str) -> None:
    before, entries = counted(written), len(written.entries())

    with log_refusing(database), pytest.raises(LogUnavailable):
        adds(written)

    assert (counted(written), len(written.entries())) == (before, entries)
