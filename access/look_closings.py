"""The records of looks whose picture was opened, refused and closed. As for viewings: the entry first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from access.closings import LAPSED, VIA_PORTAL, VIA_WEB, whose
from access.database import now_utc_text, writing
from access.ending import Actor
from access.inserting import insert_one
from access.keys import new_key
from access.leases import LAPSE, LEASE, Held
from access.log import entry
from access.look_facts import marks_about
from access.look_records import LookOpening
from access.revision import revision_of
from access.setup_looks import LookAllowed, LookDenied, LookFacts
from access.stops import Mark, Scope
from access.world import World

_IDS = ("look_id", "camera_id", "room_id", "sign_in_id", "person_id")
_CLOSE = (
    update(LookOpening)
    .where(
        LookOpening.id == bindparam("opening_id"),
        LookOpening.school_id == bindparam("of_school"),
        LookOpening.closed_at.is_(None),
    )
    .values(closed_at=bindparam("at"), why=bindparam("reason"), delivered=bindparam("delivered_in_all"))
)
_LAPSED = select(LookOpening.__table__).where(
    LookOpening.closed_at.is_(None), LookOpening.lease_until <= bindparam("before")
)


@dataclass(frozen=True, slots=True)
class LookWay:
    """The records along which a look goes on, and what must not happen to its room meanwhile."""

    look_id: int
    camera_id: int
    room_mark: Mark
    #: How many marks had been set and cleared when it was opened.
    marks_so_far: int


def record_look_opening(
    connection: Connection,
    facts: LookFacts,
    allowed: LookAllowed,
    *,
    device: str,
    now: datetime,
    marks_so_far: int,
) -> Held[LookWay]:
    """Write an opening, its first lease and its entry into the caller's transaction.

    Raises:
        LogUnavailable: the entry cannot be written; the transaction must not commit.
    """
    ids, school_id = _ids_of(facts), facts.school_id
    if school_id is None or None in ids.values():
        raise ValueError("a look is had by somebody, on a device, at a camera of a school")
    key, lease_until = new_key(), now + LEASE
    opened = {"school_id": school_id, "key": key, "opened_at": now, "lease_until": lease_until}
    opening_id = insert_one(connection, LookOpening, **ids, **opened, delivered={}, why="")
    entry.append(
        connection,
        log=school_id,
        kind="look:opened",
        at=now,
        body=_body(ids, key, revision=facts.revision, reason="", actor=_who(facts), more={"device": device}),
    )
    return Held[LookWay](
        viewing_id=opening_id,
        key=key,
        sign_in_id=ids["sign_in_id"],
        person_id=ids["person_id"],
        school_id=school_id,
        room_id=ids["room_id"],
        way=LookWay(ids["look_id"], ids["camera_id"], Mark(Scope.ROOM, ids["room_id"]), marks_so_far),
        marks=marks_about(facts),
        until=allowed.until,
        lease_until=lease_until,
        answered_at=now,
    )


def record_look_refusal(
    connection: Connection, facts: LookFacts, denied: LookDenied, *, device: str, now: datetime
) -> None:
    """Write that somebody of the staff was refused a picture, and why.

    Raises:
        LogUnavailable: the entry cannot be written.
    """
    if facts.school_id is None:
        return
    ids = {name: number for name, number in _ids_of(facts).items() if number is not None}
    reason, device_words = str(denied.reason), {"device": device}
    body = _body(ids, None, revision=facts.revision, reason=reason, actor=_who(facts), more=device_words)
    entry.append(connection, log=facts.school_id, kind="look:not_opened", at=now, body=body)


def record_look_closings(connection: Connection, looks: Sequence[Held[LookWay]], now: datetime) -> int:
    """Write the ends of *looks*; return how many were still open in the records."""
    closed = 0
    for held in looks:
        if held.ended is None:
            continue
        ids = {
            "look_id": held.way.look_id,
            "camera_id": held.way.camera_id,
            "room_id": held.room_id,
            "sign_in_id": held.sign_in_id,
            "person_id": held.person_id,
        }
        closed += _close(
            connection,
            ids,
            {"id": held.viewing_id, "key": held.key, "school_id": held.school_id},
            why=(held.ended.reason, held.ended.at, VIA_WEB),
            delivered=held.delivered.as_record(),
            now=now,
        )
    return closed


def sweep_looks(world: World, *, starting: bool = False) -> int:
    """Close what a crash left open, at the end of its lease; return how many. As for viewings.

    Raises:
        RecordsUnavailable: nothing was closed.
    """
    now = world.clock.now()
    before = now - (timedelta(0) if starting else LAPSE + LEASE)
    with writing(world.database) as connection:
        return sum(
            _close(
                connection,
                {name: getattr(row, name) for name in _IDS},
                {"id": row.id, "key": row.key, "school_id": row.school_id},
                why=(LAPSED, row.lease_until, VIA_PORTAL),
                delivered=row.delivered,
                now=now,
            )
            for row in connection.execute(_LAPSED, {"before": before}).all()
        )


def _who(facts: LookFacts) -> Actor:
    return Actor(facts.person_id, VIA_WEB, facts.sign_in_id)


def _ids_of(facts: LookFacts) -> dict[str, Any]:
    return {name: getattr(facts, name) for name in _IDS}


def _body(
    ids: Mapping[str, int],
    key: str | None,
    *,
    revision: int,
    reason: str,
    actor: Actor,
    more: Mapping[str, Any],
) -> dict[str, Any]:
    subject: dict[str, Any] = {name.removesuffix("_id"): number for name, number in ids.items()}
    if key is not None:
        subject["look_opening"] = key
    return {"actor": actor.as_json(), "reason": reason, "revision": revision, "subject": subject, **more}


def _close(
    connection: Connection,
    ids: Mapping[str, int],
    opening: Mapping[str, Any],
    *,
    why: tuple[str, datetime, str],
    delivered: Mapping[str, Any],
    now: datetime,
) -> int:
    reason, at, via = why
    values = {"opening_id": opening["id"], "of_school": opening["school_id"], "at": at, "reason": reason}
    if connection.execute(_CLOSE, {**values, "delivered_in_all": dict(delivered)}).rowcount != 1:
        return 0
    entry.append(
        connection,
        log=opening["school_id"],
        kind="look:closed",
        at=now,
        body=_body(
            ids,
            opening["key"],
            revision=revision_of(connection, opening["school_id"]),
            reason=reason,
            actor=whose(ids, via),
            more={"delivered": dict(delivered), "ended_at": now_utc_text(at)},
        ),
    )
    return 1
