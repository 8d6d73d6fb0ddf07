"""Acts upon a child's place in the school: it moves to another class from a date, or leaves."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, or_, select, update

from access.acts import Actor, Ending, end, widen
from access.acts_people import end_enrolment
from access.checked import find_one
from access.database import reading
from access.enrolment import Child, ClassGroup, Enrolment, Guardianship
from access.errors import Refused
from access.grants import Grant
from access.inserting import insert_one
from access.keys import new_key
from access.stops import Mark, Scope
from access.world import World


def move_child(
    world: World,
    *,
    actor: Actor,
    reason: str,
    child_id: int,
    class_group_id: int,
    starts_at: datetime | None = None,
) -> int | None:
    """Give a child a place in another class from an instant, for as long as it had the former.

    Where that is now, or over, the former place ends first, at once, which waits for nothing.

    Args:
        starts_at: aware; now, where it is left out or over: nothing opens the past.

    Returns:
        the enrolment; None where the former place has ended and the ending is not recorded
        yet, so that the new one has to be said again.

    Raises:
        Refused: ``enrolment:none``, where it has no place then, or ``enrolment:same_class``.
        RecordsUnavailable, LogUnavailable: the new place is not recorded.
    """
    now = world.clock.now()
    starts_at = max(starts_at or now, now)
    with reading(world.database) as connection:
        child = find_one(connection, Child, child_id)
        find_one(connection, ClassGroup, class_group_id, school_id=child.school_id)
        former = _places(connection, child, starts_at)
    if not former:
        raise Refused("enrolment:none")
    if any(place.class_group_id == class_group_id for place in former):
        raise Refused("enrolment:same_class")
    if starts_at <= now:
        ended = [end_enrolment(world, actor=actor, reason=reason, enrolment_id=place.id) for place in former]
        if not all(ended):
            return None
    subject: dict[str, Any] = {"child": child_id, "class_group": class_group_id}

    def apply(connection: Connection, at: datetime) -> int:
        ids = [place.id for place in former]
        these = (Enrolment.id.in_(ids), Enrolment.school_id == child.school_id)
        standing = [place.id for place in _places(connection, child, starts_at)]
        if standing != (ids if starts_at > now else []):
            raise Refused("act:overtaken", "the child was moved meanwhile")
        begun = (*these, Enrolment.ended_at.is_(None), Enrolment.starts_at < starts_at)
        connection.execute(update(Enrolment).where(*begun).values(ends_at=starts_at))
        later = (*these, Enrolment.ended_at.is_(None), Enrolment.starts_at >= starts_at)
        connection.execute(update(Enrolment).where(*later).values(ended_at=at))
        subject["enrolment"] = insert_one(
            connection,
            Enrolment,
            school_id=child.school_id,
            key=new_key(),
            child_id=child_id,
            class_group_id=class_group_id,
            starts_at=starts_at,
            ends_at=_last_end(former),
            recorded_at=at,
        )
        enrolment: int = subject["enrolment"]
        return enrolment

    return widen(
        world,
        school_id=child.school_id,
        actor=actor,
        reason=reason,
        kind="child:moved",
        subject=subject,
        apply=apply,
    )


def child_leaves(world: World, *, actor: Actor, reason: str, child_id: int) -> bool:
    """End everything of a child, at once; say whether it is recorded already.

    Its guardians keep their accounts, and see what they may of their other children.
    """
    with reading(world.database) as connection:
        child = find_one(connection, Child, child_id)
        of_child = (Guardianship.child_id == child_id, Guardianship.school_id == child.school_id)
        guardianships = connection.execute(select(Guardianship.id).where(*of_child)).scalars().all()
        of_ties = (Grant.guardianship_id.in_(guardianships), Grant.school_id == child.school_id)
        grants = connection.execute(select(Grant.id).where(*of_ties)).scalars().all()
        of_child = (Enrolment.child_id == child_id, Enrolment.school_id == child.school_id)
        enrolments = connection.execute(select(Enrolment.id).where(*of_child)).scalars().all()
    marks = (
        *(Mark(Scope.GUARDIANSHIP, record_id) for record_id in guardianships),
        *(Mark(Scope.GRANT, record_id) for record_id in grants),
        *(Mark(Scope.ENROLMENT, record_id) for record_id in enrolments),
    )
    target = {"child": child_id}
    return end(world, Ending.now(world, "child:left", actor=actor, reason=reason, target=target, marks=marks))


def _places(connection: Connection, child: Row[Any], at: datetime) -> list[Row[Any]]:
    """Return the child's places that hold at an instant or later, as they stand now."""
    lasts: ColumnElement[bool] = or_(Enrolment.ends_at.is_(None), Enrolment.ends_at > at)
    columns = (Enrolment.id, Enrolment.class_group_id, Enrolment.starts_at, Enrolment.ends_at)
    of_child = (Enrolment.child_id == child.id, Enrolment.school_id == child.school_id)
    standing = select(*columns).where(*of_child, Enrolment.ended_at.is_(None), lasts).order_by(Enrolment.id)
    return list(connection.execute(standing))


def _last_end(places: list[Row[Any]]) -> datetime | None:
    ends = [place.ends_at for place in places]
    return None if None in ends else max(ends)
