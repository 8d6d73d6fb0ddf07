"""Entries of tries to sign in that failed or were held back, without flooding the log.

The first failed try at an account is an entry at once. What comes again is counted by
:mod:`access.failed_tries` and told by one entry for each minute, as refusals of viewings are
(:mod:`access.refusals`). Of a name that nobody has nothing is told; its row is dealt with alike.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, delete, or_, select, update

from access.closings import VIA_PORTAL, VIA_WEB
from access.database import now_utc_text, reading, writing
from access.ending import Actor
from access.failed_tries import HELD
from access.log import entry
from access.refusals import SAME
from access.try_records import TryCount
from access.world import World

#: One transaction keeps others waiting no longer than for so many rows.
MOST_AT_ONCE = 100

_THIS = TryCount.what == bindparam("this")


def tell_tries(world: World) -> int:
    """Write what of the tries is to be told now; return how many entries it took.

    Called by the jobs; what another process told is not told again, for both take turns.

    Raises:
        RecordsUnavailable, LogUnavailable: nothing was told; the counts are kept.
    """
    now = world.clock.now()
    with reading(world.database) as connection:
        if connection.execute(_waiting(now).limit(1)).first() is None:
            return 0
    with writing(world.database) as connection:
        rows = connection.execute(_waiting(now)).all()
        return sum(_tell(connection, row, now) for row in rows)


def _waiting(now: datetime) -> Select[Any]:
    over = or_(TryCount.started_at <= now - SAME, TryCount.started_at >= now + SAME)  # the clock was set back
    return (
        select(TryCount.__table__)
        .where(or_(TryCount.is_told.is_(False), over))
        .order_by(TryCount.started_at, TryCount.what)
        .limit(MOST_AT_ONCE)
    )


def _tell(connection: Connection, row: Any, now: datetime) -> int:
    """Tell what one row counts; return how many entries it took."""
    told = 0
    is_over = abs(now - row.started_at) >= SAME
    names_somebody = row.kind == HELD or row.person_id is not None
    if not row.is_told and names_somebody:
        _append(connection, row, row.started_at, {"device": row.device}, first=True)
        told += 1
    if is_over and row.more and names_somebody:
        since = now_utc_text(row.started_at)
        _append(connection, row, row.last_at, {"times": row.more, "since": since}, first=False)
        told += 1
    if is_over and not row.more:
        connection.execute(delete(TryCount).where(_THIS), {"this": row.what})
    else:
        # Whoever goes on is known: the next minute has one entry, not two.
        values = {"started_at": now, "more": 0} if is_over else {}
        connection.execute(update(TryCount).where(_THIS).values(is_told=True, **values), {"this": row.what})
    return told


def _append(connection: Connection, row: Any, at: datetime, more: dict[str, Any], *, first: bool) -> None:
    subject = {"person": row.person_id, "by": row.by, "sign_in": row.sign_in_id}
    network = row.network if first or row.kind == HELD else None
    actor = Actor(None, VIA_WEB if first else VIA_PORTAL, row.sign_in_id if first else None, network)
    if row.kind == HELD:
        subject, reason, more = {}, "", {"limit": row.by, **more}
    else:
        reason = f"wrong {row.by}"
    entry.append(
        connection,
        log=entry.INSTALLATION,
        kind=row.kind,
        at=at,
        body={
            "actor": actor.as_json(),
            "reason": reason,
            "revision": None,
            "subject": {name: value for name, value in subject.items() if value is not None},
            **more,
        },
    )
