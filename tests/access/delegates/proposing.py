"""Delegates in the records, told in sentences."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select

from access.acts import Actor
from access.acts_custody import add_custody_rule
from access.acts_delegates import approve_delegate, end_delegation, propose_delegate, verify_delegate
from access.acts_people import set_passphrase
from access.database import reading
from access.delegations import Delegation
from access.errors import Refused
from access.marked import load_unmarked
from access.people import Person, SignIn
from access.policy import Decision, decide
from tests.access.one_room import AFTER, NOW, ROOM_KEY, OneRoom
from tests.access.writing_school import PASSPHRASE
from tests.shown_codes import shown_code

WHY = "as asked"
MOTHER, OFFICE, DIRECTOR, FATHER = 1, 2, 3, 4

#: The sign-in of the delegate.
HERS = 2


def by(person: int | None) -> Actor:
    """Return who acts."""
    return Actor(person, "web")


def proposes(room: OneRoom, name: str = "Grandmother", *, guardian: int | None = MOTHER) -> int:
    """Propose a delegate of the mother's."""
    return propose_delegate(room.world, actor=by(guardian), guardianship_id=1, name=name)


def approves(room: OneRoom, delegation: int = 1, *, who: int | None = DIRECTOR, **more: Any) -> int:
    """Approve a delegate, see to it that they have a passphrase, and return their account."""
    act: dict[str, Any] = {"actor": by(who), "reason": WHY}
    person = approve_delegate(room.world, **act, delegation_id=delegation, **more).person_id
    with reading(room.world.database) as connection:
        chosen = connection.execute(select(Person.passphrase_hash).where(Person.id == person)).scalar_one()
    if not chosen:
        set_passphrase(room.world, **act, person_id=person, passphrase=PASSPHRASE)
    return person


def verifies(room: OneRoom, delegation: int = 1, *, who: int | None = OFFICE) -> datetime:
    """Verify a delegate."""
    code = shown_code(room.world, delegation, delegate=True) if record(room, delegation).person_id else ""
    return verify_delegate(room.world, actor=by(who), reason=WHY, delegation_id=delegation, shown_code=code)


def signs_in(room: OneRoom, person: int) -> None:
    seen = {"seen_at": NOW, "proven_at": NOW}
    device = {"device": "Phone", "started_at": NOW, "expires_at": AFTER, **seen}
    room.add(SignIn, id=HERS, key="d2", person_id=person, token_hash=bytes([1]) * 32, **device)


def decides(room: OneRoom, sign_in: int = HERS) -> Decision:
    """Decide for the delegate, marks included."""
    now = room.clock.now()
    return decide(load_unmarked(room.world, sign_in_id=sign_in, room_key=ROOM_KEY, now=now), now)


def record(room: OneRoom, number: int = 1) -> Any:
    """Return a delegation as it stands."""
    with reading(room.world.database) as connection:
        return connection.execute(select(*Delegation.__table__.columns).where(Delegation.id == number)).one()


def refusal_of(act: Any, *args: Any, **more: Any) -> str:
    """Return why an act was refused."""
    with pytest.raises(Refused) as refusal:
        act(*args, **more)
    return refusal.value.reason


def limits(room: OneRoom, guardianship: int) -> None:
    """Enter a no-contact order."""
    add_custody_rule(
        room.world,
        actor=by(OFFICE),
        reason=WHY,
        guardianship_id=guardianship,
        kind="no_contact",
        starts_at=room.clock.now(),
    )


def _taken_back(room: OneRoom) -> None:
    end_delegation(room.world, actor=by(MOTHER), reason=WHY, delegation_id=1)
