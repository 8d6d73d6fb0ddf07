"""What somebody is given about themselves: all of it, and of nobody else anything."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from access import acts_custody, acts_people
from access.acts_moves import move_child
from access.clock import FrozenClock
from access.database import reading, writing
from access.log import entry
from access.log.erasing import Rule, erase
from access.log.store import LogEntry
from access.people import Person, SignIn
from access.subject_copy import Copy, copy_about
from access.viewing_records import Viewing
from tests.access.writing_school import MACHINE, WHY, WritingSchool
from tests.conftest import MORNING

OTHER = "canary-other-parent"
WORDS = "canary-words-of-the-staff"
WATCHED = MORNING + timedelta(hours=3, minutes=7)


@pytest.fixture
def family(written: WritingSchool) -> WritingSchool:
    """A school where another parent of the same child watched, and the two have an office and a director."""
    for actor, role in ((written.office, "office"), (written.director, "director")):
        place: dict[str, Any] = {"school_id": written.id, "person_id": actor.person_id, "role": role}
        acts_people.appoint(written.world, actor=MACHINE, reason=WORDS, **place)
    other = written.person(OTHER, by=written.office)
    tie = acts_people.add_guardianship(
        written.world,
        actor=written.office,
        reason=WORDS,
        person_id=other,
        child_id=written.child,
        starts_at=MORNING,
    )
    for person, guardianship, at in (
        (other, tie, WATCHED),
        (written.guardian, written.guardianship, MORNING + timedelta(hours=1)),
    ):
        watched(written, person, guardianship, at)
    return written


def watched(written: WritingSchool, person: int, guardianship: int, at: Any) -> None:
    """Have somebody have watched, by the records and the log."""
    with writing(written.world.database) as connection:
        sign_in = connection.execute(
            insert(SignIn).values(
                key=f"{person:022d}",
                person_id=person,
                token_hash=bytes([person]) * 32,
                device=f"phone of {person}",
                started_at=at,
                expires_at=at + timedelta(days=30),
                seen_at=at,
                proven_at=at,
            )
        ).inserted_primary_key
        assert sign_in is not None
        connection.execute(
            insert(Viewing).values(
                school_id=written.id,
                key=f"{person:022d}",
                sign_in_id=sign_in[0],
                person_id=person,
                guardianship_id=guardianship,
                child_id=written.child,
                class_group_id=written.class_group,
                room_id=written.room,
                opened_at=at,
                lease_until=at,
                closed_at=at + timedelta(minutes=1),
                why="viewing:left",
            )
        )
        for kind, reason in (("viewing:opened", ""), ("viewing:refused", "budget:spent")):
            actor = {"person": person, "via": "web", "sign_in": sign_in[0], "from": "192.0.2.0/24"}
            body: dict[str, Any] = {"actor": actor, "reason": reason, "subject": {"person": person}}
            entry.append(connection, log=written.id, kind=kind, at=at, body=body)


def copy_of(school: WritingSchool, person: int) -> Copy:
    with reading(school.world.database) as connection:
        return copy_about(connection, school.id, person)


def test_it_has_what_the_school_keeps_about_a_guardian(family: WritingSchool) -> None:
    copy = copy_of(family, family.guardian)

    assert [row["name"] for row in copy["account"]] == ["Guardian"]
    assert [row["child"] for row in copy["guardianships"]] == ["小豆"]
    assert [row["class_group"] for row in copy["enrolments"]] == ["Oak"]
    assert len(copy["permissions"]) == len(copy["consents"]) == len(copy["viewings"]) == 1
    assert copy["viewings"][0]["room"] == "Oak room"
    kinds = [row["kind"] for row in copy["entries"]]
    assert {"guardianship:verified", "grant:issued", "viewing:opened", "passphrase:set"} <= set(kinds)


@pytest.mark.parametrize("ordered", [False, True], ids=["no order", "a custody order"])
def test_nothing_of_anybody_else_is_in_it(family: WritingSchool, *, ordered: bool) -> None:
    if ordered:
        acts_custody.add_custody_rule(
            family.world,
            actor=family.office,
            reason=WORDS,
            guardianship_id=family.guardianship,
            kind="no_contact",
            starts_at=MORNING,
        )
    with reading(family.world.database) as connection:
        asked = select(Person.name, Person.sign_in_name, Person.key).where(Person.id != family.guardian)
        others = [word for row in connection.execute(asked) for word in row]
        keys = list(connection.execute(select(Person.key)).scalars())
        salts = [row.hex() for row in connection.execute(select(LogEntry.salt)).scalars() if row]

    copy = copy_of(family, family.guardian)
    said = json.dumps(copy, ensure_ascii=False)

    for word in (*others, *keys, *salts, WORDS, WHY, "canary-word", "192.0.2", "budget:"):
        assert word not in said
    assert WATCHED.isoformat()[:16] not in said
    assert {row["by"] for row in copy["entries"]} <= {"oneself", "school", "portal"}
    assert len(copy["custody_rules"]) == ordered


def test_the_other_parent_is_given_nothing_of_a_rule_upon_this_one(family: WritingSchool) -> None:
    rule: dict[str, Any] = {"kind": "no_contact", "starts_at": MORNING, "reason": WORDS}
    acts_custody.add_custody_rule(
        family.world, actor=family.office, guardianship_id=family.guardianship, **rule
    )
    with reading(family.world.database) as connection:
        other = connection.execute(select(Person.id).where(Person.sign_in_name == OTHER)).scalar_one()

    said = copy_of(family, other)

    assert said["custody_rules"] == []
    assert not any(row["kind"].startswith("custody:") for row in said["entries"])


def test_staff_are_told_what_they_did_and_about_whom_not(family: WritingSchool) -> None:
    copy = copy_of(family, family.office.person_id or 0)

    said = json.dumps(copy, ensure_ascii=False)
    assert {"child:added", "room:added"} <= {row["kind"] for row in copy["entries"]}
    assert "小豆" not in said
    assert WORDS not in said
    assert WHY not in said


def test_an_erased_entry_is_in_nobodys_copy(family: WritingSchool) -> None:
    before = copy_of(family, family.guardian)["entries"]
    with reading(family.world.database) as connection:
        some = connection.execute(
            select(LogEntry.number).where(LogEntry.log == family.id, LogEntry.kind == "grant:issued")
        ).scalar_one()
    two = (family.office.person_id or 0, family.director.person_id or 0)
    with writing(family.world.database) as connection:
        rule, actor = Rule("request", two, {}), {"person": None, "via": "portal"}
        erase(connection, log=family.id, numbers=[some], at=MORNING, rule=rule, actor=actor, reason="")

    assert len(copy_of(family, family.guardian)["entries"]) == len(before) - 1


def test_a_former_guardian_learns_no_class_that_came_after_them(
    family: WritingSchool, clock: FrozenClock
) -> None:
    office: dict[str, Any] = {"actor": family.office, "reason": WHY}
    later = acts_people.add_class_group(family.world, **office, school_id=family.id, name="Later")
    clock.advance(timedelta(days=1))
    acts_people.end_guardianship(family.world, **office, guardianship_id=family.guardianship)
    clock.advance(timedelta(days=30))
    move_child(family.world, **office, child_id=family.child, class_group_id=later)

    told = copy_of(family, family.guardian)

    assert "Later" not in json.dumps(told, default=str)
    assert [one["class_group"] for one in told["enrolments"]] == ["Oak"]
    assert [set(one) & {"ends_at", "ended_at"} for one in told["enrolments"]] == [set()]
