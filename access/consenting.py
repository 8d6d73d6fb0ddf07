"""Whose answer a consent is, to which text, and where whoever it is about may be expected."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, or_, select, union

from access.acts import school_of
from access.checked import find_one
from access.consent_records import NO, Audience, Consent, StaffDuty
from access.consent_texts import Text, in_force, texts_of
from access.database import reading
from access.delegations import Delegation
from access.endings_of_consent import end_answers
from access.enrolment import Enrolment, Guardianship
from access.errors import Refused
from access.expected_seen import who_may_answer
from access.inserting import insert_one
from access.keys import new_key
from access.stops import Mark, Scope
from access.world import World

OWN, PAPER = "own", "paper"


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose answer it is: of a guardian for a child, or of somebody of the staff."""

    school_id: int
    person_id: int
    guardianship_id: int | None
    child_id: int | None = None

    @property
    def ids(self) -> dict[str, Any]:
        """Return the records it concerns, as entries name them."""
        if self.guardianship_id is None:
            return {"person": self.person_id}
        return {"guardianship": self.guardianship_id, "person": self.person_id, "child": self.child_id}


def of_guardian(world: World, guardianship_id: int) -> Whose:
    """Return whose answer is that of a guardianship.

    Raises:
        Refused: ``guardianship:unknown``.
    """
    school_id = school_of(world, Guardianship, guardianship_id)
    with reading(world.database) as connection:
        tie = find_one(connection, Guardianship, guardianship_id, school_id=school_id)
    return Whose(school_id, tie.person_id, guardianship_id, tie.child_id)


def of_staff(world: World, school_id: int, person_id: int) -> Whose:
    """Return whose answer is that of somebody of a school's staff for themselves.

    Raises:
        Refused: ``consent:not_staff``: they neither belong to the staff nor work with a class.
    """
    with reading(world.database) as connection:
        known = {one.id for one in who_may_answer(connection, school_id, world.clock.now())}
    if person_id not in known:
        raise Refused("consent:not_staff")
    return Whose(school_id, person_id, None)


def find_text(connection: Connection, whose: Whose, version: int | None, now: datetime) -> Text:
    """Return the text that is asked: the one in force, or of those to come the named one.

    Raises:
        Refused: ``consent:text``.
    """
    audience = Audience.STAFF if whose.guardianship_id is None else Audience.FAMILY
    texts = texts_of(connection, whose.school_id, audience)
    current = in_force(texts, now)
    if version is not None:
        named = (text for text in texts if text.version == version and text.starts_at is not None)
        text = next(named, None)
        if text is None or current is None or text.version < current.version:
            raise Refused("consent:text", "the school asks with another text now")
        return text
    if current is None:
        raise Refused("consent:text")
    return current


def check_stands(connection: Connection, whose: Whose, now: datetime) -> Any:
    """Return the guardianship through which somebody answers; None of staff.

    Raises:
        Refused: ``guardianship:over``: what they say through it now counts no more.
    """
    if whose.guardianship_id is None:
        return None
    tie = find_one(connection, Guardianship, whose.guardianship_id, school_id=whose.school_id)
    if tie.ended_at is not None or (tie.ends_at is not None and tie.ends_at <= now):
        raise Refused("guardianship:over")
    return tie


def marks_of_child(connection: Connection, school_id: int, child_id: int, now: datetime) -> tuple[Mark, ...]:
    """Return the marks that stop every room in which a child may be expected."""
    whose = Whose(school_id, 0, 0, child_id)
    return tuple(Mark(Scope.COVERAGE, group) for group in class_groups(connection, whose, now))


def class_groups(connection: Connection, whose: Whose, now: datetime) -> Collection[int]:
    """Return the classes with which somebody is expected, now or later."""
    record: Any = StaffDuty if whose.guardianship_id is None else Enrolment
    who = (
        StaffDuty.person_id == whose.person_id
        if whose.guardianship_id is None
        else Enrolment.child_id == whose.child_id
    )
    rows = connection.execute(
        select(record.class_group_id).where(
            who,
            record.school_id == whose.school_id,
            record.ended_at.is_(None),
            or_(record.ends_at.is_(None), record.ends_at > now),
        )
    )
    return sorted(set(rows.scalars()))


def adults_of(connection: Connection, school_id: int, child_id: int | None) -> list[int]:
    """Return whoever is or was a guardian of the child or a guardian's delegate."""
    of_child = (Guardianship.child_id == child_id, Guardianship.school_id == school_id)
    delegated = and_(
        Delegation.guardianship_id == Guardianship.id, Delegation.school_id == Guardianship.school_id
    )
    delegates = select(Delegation.person_id).join(Guardianship, delegated).where(*of_child)
    own = select(Guardianship.person_id).where(*of_child)
    return list(connection.execute(union(own, delegates)).scalars())


def standing(connection: Connection, whose: Whose) -> list[str]:
    """Return the levels that somebody has agreed to and that count."""
    mine = (
        Consent.guardianship_id == whose.guardianship_id
        if whose.guardianship_id is not None
        else Consent.guardianship_id.is_(None)
    )
    rows = connection.execute(
        select(Consent.level).where(
            mine,
            Consent.person_id == whose.person_id,
            Consent.school_id == whose.school_id,
            Consent.counts_from.is_not(None),
            Consent.ended_at.is_(None),
            Consent.level != NO,
        )
    )
    return list(rows.scalars())


def write_answer(
    connection: Connection, whose: Whose, text: Text, level: str, now: datetime, **more: Any
) -> int:
    """Write an answer; one that counts replaces the former to the same text, a paper what waits."""
    target = {"guardianship": whose.guardianship_id, "person": whose.person_id}
    if more.get("counts_from") is not None:
        end_answers(connection, whose.school_id, target, now, text_id=text.id)
    return insert_one(
        connection,
        Consent,
        school_id=whose.school_id,
        key=new_key(),
        consent_text_id=text.id,
        person_id=whose.person_id,
        guardianship_id=whose.guardianship_id,
        level=level,
        recorded_at=now,
        **more,
    )
