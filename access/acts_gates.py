"""Acts upon the gates of a camera: confirmed for this term, and taken back at once.

Who may is :mod:`access.two_people`'s business. The last gate, the approval, is given by
activating the camera (:mod:`access.acts_cameras`).
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, or_, select

from access.acts import Actor, Ending, end, school_of, widen
from access.acts_identity import CHECK_LASTS, latest_check
from access.camera_gates import CONFIRMED, KEEPERS, LETTERS, CameraGate, GateKind
from access.checked import find_one
from access.database import now_utc_text, reading
from access.errors import Refused
from access.inserting import insert_one
from access.people import Membership
from access.places import Camera
from access.spans import FAR
from access.stops import Mark, Scope
from access.two_people import may_approve_camera, may_confirm_gate
from access.world import World

#: The entry that says somebody tried who may not.
GATE_REFUSED = "gate:refused"


def confirm_gates(
    world: World,
    *,
    actor: Actor,
    reason: str,
    camera_id: int,
    kinds: Collection[str],
    purpose: str = "",
) -> datetime:
    """Confirm gates of a camera for this term, and return until when they hold; opens nothing by itself.

    With ``responsible`` whoever confirms signs that they answer for this camera themselves; it holds
    no longer than their place on the staff.

    Args:
        kinds: some of ``CONFIRMED``.
        purpose: what families are to see and why; for that gate only.

    Raises:
        Refused: ``gate:kind``, ``gate:purpose``, ``camera:ended``, ``term:over``; ``gate:not_staff``,
            also for somebody without a name; ``gate:same_person``, where a gate is renewed by who
            installed the camera: that they tried is an entry.
    """
    chosen, words = _checked(kinds), _checked_purpose(kinds, purpose)
    school_id = school_of(world, Camera, camera_id)
    subject: dict[str, Any] = {"camera": camera_id, "gates": [kind.value for kind in chosen]}
    if words:
        subject["purpose"] = words

    def apply(connection: Connection, now: datetime) -> datetime:
        camera = find_camera(connection, camera_id, school_id)
        subject["room"] = camera.room_id
        until = holds_until(
            connection, school_id, actor.person_id, now, signed=GateKind.RESPONSIBLE in chosen
        )
        renewed = _ever(connection, camera).intersection(chosen)
        if not may_confirm_gate(actor.person_id, installed_by=camera.added_by, is_renewal=bool(renewed)):
            raise Refused("gate:same_person")
        for kind in chosen:
            record_gate(connection, camera, kind, by=actor.person_id, now=now, until=until, words=words)
        subject["until"] = now_utc_text(until)
        return until

    return widen(
        world,
        school_id=school_id,
        actor=actor,
        reason=reason,
        kind="gate:confirmed",
        subject=subject,
        apply=apply,
        tells={"gate:same_person": GATE_REFUSED},
    )


def take_gate_back(world: World, *, actor: Actor, reason: str, camera_id: int, kind: str) -> bool:
    """Take a gate back and draw the curtain of the camera's room, at once; say whether it is recorded.

    Raises:
        Refused: ``gate:kind``; an approval is taken back by deactivating the camera.
    """
    (gate,) = _checked([kind])
    with reading(world.database) as connection:
        room_id = find_one(connection, Camera, camera_id).room_id
    target = {"camera": camera_id, "gate": gate.value}
    marks = (Mark(Scope.ROOM, room_id),)
    name = "gate:taken_back"
    return end(world, Ending.now(world, name, actor=actor, reason=reason, target=target, marks=marks))


def approve(connection: Connection, camera: Any, *, by: int | None, now: datetime) -> None:
    """Record that a second person approved a camera, for as long as this term is.

    Args:
        connection: of the act's write transaction.

    Raises:
        Refused: ``gate:missing``, ``gate:not_staff``, ``gate:same_person``, ``term:over``.
    """
    until = holds_until(connection, camera.school_id, by, now)
    confirmed = standing_gates(connection, camera, now)
    missing = [kind.value for kind in CONFIRMED if kind not in confirmed]
    if missing:
        raise Refused("gate:missing", ", ".join(missing))
    if not may_approve_camera(by, installed_by=camera.added_by, confirmed_by=_by_whom(confirmed)):
        raise Refused("gate:same_person")
    record_gate(connection, camera, GateKind.APPROVAL, by=by, now=now, until=until)


def standing_gates(connection: Connection, camera: Any, now: datetime) -> dict[str, Any]:
    """Return the gates of a camera that hold at *now*, by kind; of several of a kind the newest."""
    holds = (
        CameraGate.camera_id == camera.id,
        CameraGate.school_id == camera.school_id,
        CameraGate.ends_at > now,
        or_(CameraGate.ended_at.is_(None), CameraGate.ended_at > now),
    )
    rows = connection.execute(select(*CameraGate.__table__.columns).where(*holds).order_by(CameraGate.id))
    return {row.kind: row for row in rows}


def find_camera(connection: Connection, camera_id: int, school_id: int) -> Any:
    """Return a camera that has not ended.

    Raises:
        Refused: ``camera:unknown``, ``camera:ended``.
    """
    camera = find_one(connection, Camera, camera_id, school_id=school_id)
    if camera.ended_at is not None:
        raise Refused("camera:ended")
    return camera


def holds_until(
    connection: Connection, school_id: int, person_id: int | None, now: datetime, *, signed: bool = False
) -> datetime:
    """Return until when a gate that somebody of the staff confirms at *now* holds.

    Args:
        signed: they answer for it themselves, and so no longer than they are on the staff.

    Raises:
        Refused: ``gate:not_staff``, ``term:over``.
    """
    on_staff = (
        Membership.school_id == school_id,
        Membership.person_id == person_id,
        Membership.role.in_(KEEPERS),
        Membership.starts_at <= now,
        or_(Membership.ends_at.is_(None), Membership.ends_at > now),
    )
    places = connection.execute(select(Membership.ends_at).where(*on_staff)).scalars().all()
    if not places:
        raise Refused("gate:not_staff")
    until = min(latest_check(connection, school_id, now), now + CHECK_LASTS)
    return min(until, max(place or FAR for place in places)) if signed else until


def record_gate(
    connection: Connection,
    camera: Any,
    kind: GateKind,
    *,
    by: int | None,
    now: datetime,
    until: datetime,
    words: str = "",
) -> None:
    """Write one gate down; words belong to the purpose alone."""
    insert_one(
        connection,
        CameraGate,
        school_id=camera.school_id,
        camera_id=camera.id,
        kind=kind.value,
        words=words if kind is GateKind.PURPOSE else "",
        confirmed_by=by,
        recorded_at=now,
        ends_at=until,
    )


def _ever(connection: Connection, camera: Any) -> set[str]:
    """Return the kinds that were ever confirmed of a camera: from then on they are renewed."""
    of_camera = (CameraGate.camera_id == camera.id, CameraGate.school_id == camera.school_id)
    return set(connection.execute(select(CameraGate.kind).where(*of_camera).distinct()).scalars())


def _by_whom(confirmed: dict[str, Any]) -> set[int]:
    return {confirmed[kind].confirmed_by for kind in CONFIRMED}


def _checked(kinds: Collection[str]) -> tuple[GateKind, ...]:
    wanted = set(kinds)
    if not wanted or not wanted <= set(CONFIRMED):
        raise Refused("gate:kind", f"some of {', '.join(CONFIRMED)}")
    return tuple(kind for kind in CONFIRMED if kind in wanted)


def _checked_purpose(kinds: Collection[str], purpose: str) -> str:
    words = purpose.strip()
    if (GateKind.PURPOSE in set(kinds)) != bool(words) or len(words) > LETTERS:
        raise Refused("gate:purpose", f"in up to {LETTERS} letters, with that gate only")
    return words
