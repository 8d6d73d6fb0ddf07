"""“This was not me”: signs the device of one of one's own viewings out, and calls the office."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, select, update

from access.acts import Actor, Ending, end, widen
from access.database import reading
from access.disowned_records import DisownedViewing
from access.enrolment import Child
from access.errors import Refused
from access.keys import new_key
from access.own_viewings import find_own
from access.people import Person, SignIn
from access.places import Room
from access.stops import Mark, Scope
from access.viewing_records import Viewing
from access.world import World

#: A device that is to be signed out because of an older viewing is signed out on its own page.
DISOWNED_WITHIN = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Alert:
    """A viewing that was not its person's; waits for the office."""

    key: str
    person: str
    child: str
    room: str
    device: str
    opened_at: datetime
    said_at: datetime


def disown(world: World, *, actor: Actor, key: str) -> bool:
    """Sign out the device of one of the actor's own viewings and call the office; say whether it is recorded.

    Takes effect at once; also where the records do not answer, but for looking the viewing up.

    Raises:
        Refused: ``viewing:unknown``.
        RecordsUnavailable: it could not be read whose viewing that was.
    """
    with reading(world.database) as connection:
        if actor.person_id is None:
            raise Refused("viewing:unknown")
        viewing = find_own(connection, actor.person_id, key)
    if viewing.opened_at < world.clock.now() - DISOWNED_WITHIN:
        raise Refused("viewing:unknown", "too long ago")
    if viewing.disowned_id is not None:
        return True  # its device is out, and the office was called
    return end(
        world,
        Ending.now(
            world,
            "viewing:disowned",
            actor=actor,
            reason="this was not me",
            target={"viewing": viewing.id, "key": new_key()},
            marks=(Mark(Scope.SIGN_IN, viewing.sign_in_id),),
        ),
    )


def waiting_alerts(connection: Connection, school_id: int) -> list[Alert]:
    """Return what of a school's waits for an answer, the oldest first.

    Args:
        connection: of a read transaction.
        school_id: the school of the reader, who keeps its records.
    """
    rows = connection.execute(
        select(
            DisownedViewing.key,
            Person.name.label("person"),
            Child.name.label("child"),
            Room.name.label("room"),
            SignIn.device,
            Viewing.opened_at,
            DisownedViewing.said_at,
        )
        .join(
            Viewing,
            and_(Viewing.id == DisownedViewing.viewing_id, Viewing.school_id == DisownedViewing.school_id),
        )
        .join(Person, Person.id == Viewing.person_id)
        .join(Child, and_(Child.id == Viewing.child_id, Child.school_id == Viewing.school_id))
        .join(Room, and_(Room.id == Viewing.room_id, Room.school_id == Viewing.school_id))
        .join(SignIn, and_(SignIn.id == Viewing.sign_in_id, SignIn.person_id == Viewing.person_id))
        .where(DisownedViewing.school_id == school_id, DisownedViewing.answered_at.is_(None))
        .order_by(DisownedViewing.id)
    )
    return [Alert(*row) for row in rows]


def answer_alert(world: World, *, actor: Actor, reason: str, school_id: int, key: str) -> None:
    """Write what the office found out, and show the alert no more.

    Args:
        reason: what was found out, in their words.

    Raises:
        Refused: ``alert:unknown``: there is none, or it is of another school;
            ``alert:answered`` where a colleague was quicker.
        RecordsUnavailable, LogUnavailable: nothing happened.
    """
    this = (DisownedViewing.school_id == school_id, DisownedViewing.key == key)
    with reading(world.database) as connection:
        row = connection.execute(
            select(DisownedViewing.id, Viewing.key.label("viewing"), Viewing.person_id)
            .join(
                Viewing,
                and_(
                    Viewing.id == DisownedViewing.viewing_id, Viewing.school_id == DisownedViewing.school_id
                ),
            )
            .where(*this)
        ).one_or_none()
    if row is None:
        raise Refused("alert:unknown")

    def apply(connection: Connection, now: datetime) -> None:
        answered = update(DisownedViewing).where(*this, DisownedViewing.answered_at.is_(None))
        if connection.execute(answered.values(answered_at=now, answered_by=actor.person_id)).rowcount != 1:
            raise Refused("alert:answered")

    widen(
        world,
        school_id=school_id,
        actor=actor,
        reason=reason,
        kind="viewing:disowned_answered",
        subject={"person": row.person_id, "viewing": row.viewing},
        apply=apply,
        decides=False,
    )
