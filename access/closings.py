"""The records of viewings that begin and end.

Whoever opens a viewing is in the log before the first byte. Who closes one is
written once: the row that is still open is closed and its entry appended in one
transaction, so a sweeper and a web process never both tell the story.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from access.database import now_utc_text, writing
from access.ending import Actor
from access.inserting import insert_one
from access.keys import new_key
from access.leases import LAPSE, LEASE, Held
from access.log import entry
from access.marked import marks_of
from access.policy import Allowed, ViewingFacts, Way
from access.revision import revision_of
from access.viewing_records import Viewing
from access.world import World

#: Why a viewing ended that nobody asked for any more.
LAPSED = "viewing:lease_lapsed"
VIA_WEB, VIA_PORTAL = "web", "portal"

_OPEN = update(Viewing).where(
    Viewing.id == bindparam("viewing_id"),
    Viewing.school_id == bindparam("of_school"),
    Viewing.closed_at.is_(None),
)
_CLOSE = _OPEN.values(
    closed_at=bindparam("at"), why=bindparam("reason"), delivered=bindparam("delivered_in_all")
)
_ANSWER = _OPEN.values(answered_at=bindparam("at"))
_LAPSED = select(
    Viewing.id,
    Viewing.key,
    Viewing.school_id,
    Viewing.person_id,
    Viewing.sign_in_id,
    Viewing.room_id,
    Viewing.guardianship_id,
    Viewing.child_id,
    Viewing.class_group_id,
    Viewing.lease_until,
    Viewing.delivered,
).where(Viewing.closed_at.is_(None), Viewing.lease_until <= bindparam("before"))


def record_opening(
    connection: Connection, facts: ViewingFacts, allowed: Allowed, *, device: str, now: datetime
) -> Held[Way]:
    """Write a viewing, its first lease and its entry into the caller's transaction.

    Raises:
        LogUnavailable: the entry cannot be written; the transaction must not commit.
    """
    if facts.person_id is None or facts.sign_in_id is None:
        raise ValueError("a viewing belongs to a person and a sign-in")
    if facts.school_id is None or facts.room_id is None:
        raise ValueError("a viewing belongs to a school and a room")
    key, way, lease_until = new_key(), allowed.way, now + LEASE
    ids = {
        "sign_in_id": facts.sign_in_id,
        "person_id": facts.person_id,
        "guardianship_id": way.guardianship_id,
        "child_id": way.child_id,
        "class_group_id": way.class_group_id,
        "room_id": facts.room_id,
    }
    row = {"school_id": facts.school_id, "key": key, "opened_at": now, "lease_until": lease_until}
    viewing_id = insert_one(connection, Viewing, **ids, **row, delivered={}, why="")
    entry.append(
        connection,
        log=facts.school_id,
        kind="viewing:opened",
        at=now,
        body=body_of(
            {**ids, "grants": list(way.grant_ids)},
            key,
            revision=facts.revision,
            reason="",
            actor=Actor(facts.person_id, VIA_WEB, facts.sign_in_id),
            more={"device": device, "purpose": "live", "level": allowed.level, **_delegated(way)},
        ),
    )
    return Held[Way](
        viewing_id=viewing_id,
        key=key,
        sign_in_id=facts.sign_in_id,
        person_id=facts.person_id,
        school_id=facts.school_id,
        room_id=facts.room_id,
        way=way,
        marks=marks_of(facts, allowed),
        until=allowed.until,
        lease_until=lease_until,
        answered_at=now,
    )


def record_answer(connection: Connection, held: Held[Way], now: datetime) -> None:
    """Write that somebody still watches; of a viewing that was closed nothing."""
    connection.execute(_ANSWER, {"viewing_id": held.viewing_id, "of_school": held.school_id, "at": now})


def _delegated(way: Way) -> dict[str, int]:
    return {} if way.delegation_id is None else {"delegation": way.delegation_id}


def record_closings(connection: Connection, viewings: Sequence[Held[Way]], now: datetime) -> int:
    """Write the ends of *viewings*; return how many were still open in the records.

    The entry's own time is when the right ended; where it could be written only
    later it says when that was.
    """
    closed = 0
    for held in viewings:
        if held.ended is None:
            continue
        ids = {
            "sign_in_id": held.sign_in_id,
            "person_id": held.person_id,
            "guardianship_id": held.way.guardianship_id,
            "child_id": held.way.child_id,
            "class_group_id": held.way.class_group_id,
            "room_id": held.room_id,
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


def sweep(world: World, *, starting: bool = False) -> int:
    """Close what a crash left open, at the end of its lease; return how many.

    Called by the jobs every few seconds, and with *starting* before the portal
    serves: then nobody is left to renew a lease, so every lapsed one is closed.
    Otherwise a web process has a minute to go on, after a locked database.

    Raises:
        RecordsUnavailable: nothing was closed.
    """
    now = world.clock.now()
    before = now - (timedelta(0) if starting else LAPSE + LEASE)
    with writing(world.database) as connection:
        rows = connection.execute(_LAPSED, {"before": before}).all()
        return sum(_sweep_one(connection, row, now) for row in rows)


def body_of(
    ids: Mapping[str, Any],
    key: str | None,
    *,
    revision: int,
    reason: str,
    actor: Actor,
    more: Mapping[str, Any],
) -> dict[str, Any]:
    """Return the body of an entry about one viewing, or one attempt (which has no key)."""
    subject = {name.removesuffix("_id"): number for name, number in ids.items()}
    if key is not None:
        subject["viewing"] = key
    return {
        "actor": actor.as_json(),
        "reason": reason,
        "revision": revision,
        "subject": subject,
        **more,
    }


def whose(ids: Mapping[str, Any], via: str) -> Actor:
    """Return under whose name the portal itself writes: they were not asked, and came from nowhere."""
    return Actor(ids["person_id"], via, network=None)


def _sweep_one(connection: Connection, row: Any, now: datetime) -> int:
    ids = {
        name: getattr(row, name)
        for name in (
            "sign_in_id",
            "person_id",
            "guardianship_id",
            "child_id",
            "class_group_id",
            "room_id",
        )
    }
    viewing = {"id": row.id, "key": row.key, "school_id": row.school_id}
    why = (LAPSED, row.lease_until, VIA_PORTAL)
    return _close(connection, ids, viewing, why=why, delivered=row.delivered, now=now)


def _close(
    connection: Connection,
    ids: Mapping[str, int],
    viewing: Mapping[str, Any],
    *,
    why: tuple[str, datetime, str],
    delivered: Mapping[str, Any],
    now: datetime,
) -> int:
    reason, at, via = why
    values = {"viewing_id": viewing["id"], "of_school": viewing["school_id"], "at": at, "reason": reason}
    if connection.execute(_CLOSE, {**values, "delivered_in_all": dict(delivered)}).rowcount != 1:
        return 0
    entry.append(
        connection,
        log=viewing["school_id"],
        kind="viewing:closed",
        at=now,
        body=body_of(
            ids,
            viewing["key"],
            revision=revision_of(connection, viewing["school_id"]),
            reason=reason,
            actor=whose(ids, via),
            more={"delivered": dict(delivered), "ended_at": now_utc_text(at)},
        ),
    )
    return 1
