"""Acts upon how long the log keeps what it says: settings, holds, and requests to erase.

Keeping longer needs one person, erasing needs two: a setting is proposed by one and approved by
another, a request to erase asked for and agreed to, and a hold placed by one and ended by two. Both
are director or administrator, and neither could sign in as the other. What is decided is carried out by
:mod:`access.erasing_due`.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, update

from access.acts import Actor
from access.acts_by_two import act_by_two, is_another
from access.checked import find_one
from access.database import now_utc_text, reading
from access.enrolment import Child
from access.errors import Refused
from access.inserting import insert_one
from access.keys import new_key
from access.people import Person, Role
from access.places import Room
from access.retention import FLOOR_MONTHS, MOST_MONTHS, Group, floor
from access.retention_records import ErasureRequest, LogHold, RetentionSetting
from access.roster import staff_school
from access.world import World

#: Who may be one of the two.
KEEPERS = (Role.DIRECTOR, Role.ADMINISTRATOR)
#: The entry that says somebody tried alone what takes two.
ALONE = "retention:refused"
SAME_PERSON = "retention:same_person"

#: One half of an act of two; that somebody tried alone is an entry.
_act = partial(act_by_two, alone=SAME_PERSON, tried=ALONE)


def propose_retention(
    world: World, *, actor: Actor, reason: str, school_id: int, months: Mapping[Group, int]
) -> int:
    """Propose how long a school keeps what entries say; return the proposal's id. Erases nothing.

    Raises:
        Refused: ``retention:months``, ``retention:not_keeper``.
    """
    if set(months) != set(Group) or not all(FLOOR_MONTHS <= m <= MOST_MONTHS for m in months.values()):
        raise Refused("retention:months", f"{FLOOR_MONTHS} to {MOST_MONTHS} for each group")
    values = {group.value: months[group] for group in Group}
    subject: dict[str, Any] = {"months": values}

    def apply(connection: Connection, now: datetime) -> int:
        person = _keeper(world, connection, actor, school_id, now)
        subject["retention"] = insert_one(
            connection,
            RetentionSetting,
            school_id=school_id,
            key=new_key(),
            **values,
            proposed_by=person,
            proposed_at=now,
        )
        return int(subject["retention"])

    return _act(
        world, actor, reason, school_id=school_id, kind="retention:proposed", subject=subject, apply=apply
    )


def approve_retention(world: World, *, actor: Actor, reason: str, school_id: int, retention_id: int) -> None:
    """Approve a setting that somebody else proposed; from now on it is carried out.

    Raises:
        Refused: ``retention:over``, where it is approved already; ``retention:not_keeper``;
            ``retention:same_person``: that they tried is an entry.
    """
    subject: dict[str, Any] = {"retention": retention_id}

    def apply(connection: Connection, now: datetime) -> None:
        setting = find_one(connection, RetentionSetting, retention_id, school_id=school_id)
        subject["months"] = {group.value: getattr(setting, group.value) for group in Group}
        person = _second(world, connection, actor, school_id, now, asked_by=setting.proposed_by)
        if setting.approved_at is not None:
            raise Refused("retention:over")
        subject["person"] = setting.proposed_by
        this = (RetentionSetting.id == setting.id, RetentionSetting.school_id == school_id)
        connection.execute(update(RetentionSetting).where(*this).values(approved_by=person, approved_at=now))

    _act(world, actor, reason, school_id=school_id, kind="retention:approved", subject=subject, apply=apply)


def place_hold(
    world: World,
    *,
    actor: Actor,
    reason: str,
    school_id: int,
    person_id: int | None = None,
    child_id: int | None = None,
    room_id: int | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> int:
    """Have no entry erased that is about somebody or some room, of a span; return the hold's id.

    Raises:
        Refused: ``span:backwards``, ``child:unknown``, ``room:unknown``, ``retention:not_keeper``.
    """
    if since is not None and until is not None and until <= since:
        raise Refused("span:backwards")
    about = {"person": person_id, "child": child_id, "room": room_id}
    subject: dict[str, Any] = {name: number for name, number in about.items() if number is not None}
    subject["from"] = None if since is None else now_utc_text(since)
    subject["until"] = None if until is None else now_utc_text(until)

    def apply(connection: Connection, now: datetime) -> int:
        person = _keeper(world, connection, actor, school_id, now)
        if child_id is not None:
            find_one(connection, Child, child_id, school_id=school_id)
        if room_id is not None:
            find_one(connection, Room, room_id, school_id=school_id)
        subject["hold"] = insert_one(
            connection,
            LogHold,
            school_id=school_id,
            key=new_key(),
            person_id=person_id,
            child_id=child_id,
            room_id=room_id,
            since=since,
            until=until,
            words=reason.strip()[:500],
            placed_by=person,
            placed_at=now,
        )
        return int(subject["hold"])

    return _act(world, actor, reason, school_id=school_id, kind="hold:placed", subject=subject, apply=apply)


def end_hold(world: World, *, actor: Actor, reason: str, school_id: int, hold_id: int) -> bool:
    """Ask for the end of a hold, or agree to it where somebody else asked; say whether it is over.

    Raises:
        Refused: ``hold:over``, ``retention:not_keeper``; ``retention:same_person``, where they
            asked for it themselves: that they tried is an entry.
    """
    subject: dict[str, Any] = {"hold": hold_id}
    with reading(world.database) as connection:
        asked = find_one(connection, LogHold, hold_id, school_id=school_id).end_asked_by is not None

    def apply(connection: Connection, now: datetime) -> bool:
        hold = find_one(connection, LogHold, hold_id, school_id=school_id)
        if hold.ended_at is not None or (hold.end_asked_by is not None) != asked:
            raise Refused("hold:over")
        this = (LogHold.id == hold.id, LogHold.school_id == school_id)
        if not asked:
            person = _keeper(world, connection, actor, school_id, now)
            values: dict[str, Any] = {"end_asked_by": person, "end_asked_at": now}
        else:
            person = _second(world, connection, actor, school_id, now, asked_by=hold.end_asked_by)
            values = {"end_agreed_by": person, "ended_at": now}
        connection.execute(update(LogHold).where(*this).values(**values))
        return asked

    return _act(
        world,
        actor,
        reason,
        school_id=school_id,
        kind="hold:ended" if asked else "hold:end_asked",
        subject=subject,
        apply=apply,
    )


def ask_erasure(
    world: World, *, actor: Actor, reason: str, school_id: int, person_id: int, before: datetime
) -> int:
    """Ask that what the school's log says of a person is erased, until an instant; return the request's id.

    Raises:
        Refused: ``retention:too_young``, where that would be entries of the last six months;
            ``retention:not_keeper``.
    """
    subject: dict[str, Any] = {"person": person_id, "before": now_utc_text(before)}

    def apply(connection: Connection, now: datetime) -> int:
        keeper = _keeper(world, connection, actor, school_id, now)
        if before > floor(now):
            raise Refused("retention:too_young", f"the last {FLOOR_MONTHS} months are kept")
        find_one(connection, Person, person_id)
        subject["erasure_request"] = insert_one(
            connection,
            ErasureRequest,
            school_id=school_id,
            key=new_key(),
            person_id=person_id,
            before=before,
            asked_by=keeper,
            asked_at=now,
        )
        return int(subject["erasure_request"])

    return _act(
        world,
        actor,
        reason,
        school_id=school_id,
        kind="retention:erasure_asked",
        subject=subject,
        apply=apply,
    )


def agree_erasure(world: World, *, actor: Actor, reason: str, school_id: int, request_id: int) -> None:
    """Agree to a request to erase of somebody else; it is carried out within the day.

    Raises:
        Refused: as :func:`approve_retention`.
    """
    subject: dict[str, Any] = {"erasure_request": request_id}

    def apply(connection: Connection, now: datetime) -> None:
        asked = find_one(connection, ErasureRequest, request_id, school_id=school_id)
        subject.update(person=asked.person_id, before=now_utc_text(asked.before))
        person = _second(world, connection, actor, school_id, now, asked_by=asked.asked_by)
        if asked.agreed_at is not None:
            raise Refused("retention:over")
        this = (ErasureRequest.id == asked.id, ErasureRequest.school_id == school_id)
        connection.execute(update(ErasureRequest).where(*this).values(agreed_by=person, agreed_at=now))

    _act(
        world,
        actor,
        reason,
        school_id=school_id,
        kind="retention:erasure_agreed",
        subject=subject,
        apply=apply,
    )


def _keeper(world: World, connection: Connection, actor: Actor, school_id: int, now: datetime) -> int:
    """Return who acts, where they are director or administrator of the school."""
    person = actor.person_id
    if person is None or not staff_school(connection, person, school_id, KEEPERS, now, stops=world.stops):
        raise Refused("retention:not_keeper", "the director or an administrator, by name")
    return person


def _second(
    world: World, connection: Connection, actor: Actor, school_id: int, now: datetime, *, asked_by: int
) -> int:
    """Return who acts, where they are another than who asked, and in nobody's hands."""
    person = _keeper(world, connection, actor, school_id, now)
    if not staff_school(connection, asked_by, school_id, KEEPERS, now, stops=world.stops):
        raise Refused("retention:asker_gone", "whoever asked is neither director nor administrator any more")
    if not is_another(connection, person, first=asked_by, now=now):
        raise Refused(SAME_PERSON)
    return person
