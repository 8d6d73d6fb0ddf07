"""Acts upon setup looks: ask for one, agree to somebody else's, and end one at once.

Who asked is never who agrees, and both are named. The picture itself is another matter
(:mod:`access.looking`): it is decided afresh for each request.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from access.acts import Actor, Ending, end, school_of, widen
from access.acts_gates import find_camera
from access.acts_identity import letter_hands
from access.checked import find_one
from access.errors import Refused
from access.inserting import insert_one
from access.keys import new_key
from access.look_facts import LOOKERS, SECONDS
from access.look_records import ASK_WAITS, LETTERS, LOOK_LASTS, LookKind, SetupLook
from access.people import Person, Role
from access.places import Camera, Room
from access.room_kinds import check_shown
from access.roster import staff_school
from access.stops import Mark, Scope
from access.two_people import may_agree_to_look
from access.world import World

#: The entry that says somebody tried who may not.
LOOK_REFUSED = "look:refused"


@dataclass(frozen=True, slots=True)
class AskedLook:
    """A look that waits for a second person."""

    id: int
    key: str


def ask_look(world: World, *, actor: Actor, camera_id: int, kind: str, words: str) -> AskedLook:
    """Ask for a look at a camera's picture; shows nothing. What for is the entry's reason too.

    Raises:
        Refused: ``look:kind``, ``look:words``, ``camera:ended``, ``room:never``, ``room:no_kind``;
            ``look:not_staff``, also for somebody without a name.
    """
    if kind not in set(LookKind):
        raise Refused("look:kind", f"one of {', '.join(LookKind)}")
    words = words.strip()
    if not 1 <= len(words) <= LETTERS:
        raise Refused("look:words", f"what for, in up to {LETTERS} letters")
    school_id = school_of(world, Camera, camera_id)
    key = new_key()
    subject: dict[str, Any] = {"camera": camera_id, "purpose": kind}

    def apply(connection: Connection, now: datetime) -> AskedLook:
        person = _staff(world, connection, actor, school_id, now=now, roles=LOOKERS)
        camera = find_camera(connection, camera_id, school_id)
        check_shown(find_one(connection, Room, camera.room_id, school_id=school_id).kind)
        values = {"kind": kind, "words": words, "asked_by": person, "asked_at": now}
        of = {"school_id": school_id, "key": key, "camera_id": camera_id}
        subject["look"] = insert_one(connection, SetupLook, **of, **values)
        subject["room"] = camera.room_id
        return AskedLook(subject["look"], key)

    return widen(
        world, school_id=school_id, actor=actor, reason=words, kind="look:asked", subject=subject, apply=apply
    )


def agree_look(world: World, *, actor: Actor, reason: str, look_id: int) -> datetime:
    """Agree to a look that somebody else asked for; return until when they may look.

    Raises:
        Refused: ``look:over``: it was ended, agreed to already or waited too long; ``camera:ended``;
            ``look:not_staff``, also for somebody without a name; ``look:same_person``: that they
            tried is an entry.
    """
    school_id = school_of(world, SetupLook, look_id)
    subject: dict[str, Any] = {"look": look_id}

    def apply(connection: Connection, now: datetime) -> datetime:
        look = find_one(connection, SetupLook, look_id, school_id=school_id)
        subject.update(camera=look.camera_id, purpose=look.kind, person=look.asked_by)
        subject["room"] = find_camera(connection, look.camera_id, school_id).room_id
        person = _staff(world, connection, actor, school_id, now=now, roles=SECONDS)
        if look.ended_at is not None or look.agreed_at is not None or now >= look.asked_at + ASK_WAITS:
            raise Refused("look:over")
        second = find_one(connection, Person, person)
        if not may_agree_to_look(
            person,
            asked_by=look.asked_by,
            account_by=second.created_by,
            has_passphrase=bool(second.passphrase_hash),
            passphrase_by=second.passphrase_given_by,
            letters=frozenset(letter_hands(connection, person, now)),
        ):
            raise Refused("look:same_person")
        this = (SetupLook.id == look.id, SetupLook.school_id == school_id)
        until = now + LOOK_LASTS
        agreed = {"agreed_by": person, "agreed_at": now, "ends_at": until}
        connection.execute(update(SetupLook).where(*this).values(**agreed))
        return until

    return widen(
        world,
        school_id=school_id,
        actor=actor,
        reason=reason,
        kind="look:agreed",
        subject=subject,
        apply=apply,
        tells={"look:same_person": LOOK_REFUSED},
    )


def end_look(world: World, *, actor: Actor, reason: str, look_id: int) -> bool:
    """End a look at once, agreed to or not; say whether it is recorded already."""
    mark = (Mark(Scope.LOOK, look_id),)
    target = {"look": look_id}
    return end(world, Ending.now(world, "look:ended", actor=actor, reason=reason, target=target, marks=mark))


def find_look(connection: Connection, key: str, school_id: int) -> int | None:
    """Return the id of a look, if it belongs to this school."""
    this = (SetupLook.key == key, SetupLook.school_id == school_id)
    found: int | None = connection.execute(select(SetupLook.id).where(*this)).scalar_one_or_none()
    return found


def _staff(
    world: World,
    connection: Connection,
    actor: Actor,
    school_id: int,
    *,
    now: datetime,
    roles: tuple[Role, ...],
) -> int:
    """Return who acts, if they are named and hold one of *roles* in the school now."""
    person = actor.person_id
    if person is None or staff_school(connection, person, school_id, roles, now, stops=world.stops) is None:
        raise Refused("look:not_staff")
    return person
