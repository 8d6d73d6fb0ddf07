"""Refused attempts to view, in the log without flooding it.

The first refusal of a sign-in, a room and a reason is an entry at once. The same
within a minute is counted in a row of its own, durably, and told by one entry
when the minute is over.
"""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, insert, select, update

from access.closings import VIA_PORTAL, VIA_WEB, body_of, whose
from access.database import writing
from access.ending import Actor
from access.log import entry
from access.people import SignIn
from access.policy import Denied, ViewingFacts
from access.revision import revision_of
from access.viewing_records import RefusalCount
from access.world import World

SAME = timedelta(minutes=1)

_COUNTING = select(RefusalCount.id).where(
    RefusalCount.school_id == bindparam("school_id"),
    RefusalCount.sign_in_id == bindparam("sign_in_id"),
    RefusalCount.room_id == bindparam("room_id"),
    RefusalCount.reason == bindparam("reason"),
    RefusalCount.closed_at.is_(None),
    RefusalCount.started_at > bindparam("since"),
)
_MORE = (
    update(RefusalCount)
    .where(RefusalCount.id == bindparam("count_id"), RefusalCount.school_id == bindparam("of_school"))
    .values(more=RefusalCount.more + bindparam("times"))
)
_OVER = (
    select(
        RefusalCount.id,
        RefusalCount.school_id,
        RefusalCount.sign_in_id,
        RefusalCount.room_id,
        RefusalCount.reason,
        RefusalCount.more,
        SignIn.person_id,
    )
    .join(SignIn, SignIn.id == RefusalCount.sign_in_id)
    .where(RefusalCount.closed_at.is_(None), RefusalCount.started_at <= bindparam("before"))
    .order_by(RefusalCount.id)
)
_CLOSE = (
    update(RefusalCount)
    .where(RefusalCount.id == bindparam("count_id"), RefusalCount.school_id == bindparam("of_school"))
    .values(closed_at=bindparam("now"))
)


@dataclass(frozen=True, slots=True)
class Refused:
    """Who was refused which room why: what is counted together."""

    school_id: int
    sign_in_id: int
    room_id: int
    reason: str


def refused(facts: ViewingFacts, denied: Denied) -> Refused | None:
    """Return what a refusal is counted as; None of a room that does not exist, which is nobody's business."""
    if (
        facts.sign_in_id is None
        or facts.person_id is None
        or facts.room_id is None
        or facts.school_id is None
    ):
        return None
    return Refused(facts.school_id, facts.sign_in_id, facts.room_id, denied.reason.value)


def count_again(connection: Connection, what: Refused, times: int, now: datetime) -> bool:
    """Count a refusal as *times* more of the one within the last minute; say whether there is one."""
    counting = connection.execute(_COUNTING, {**asdict(what), "since": now - SAME}).scalar()
    if counting is None:
        return False
    connection.execute(_MORE, {"count_id": counting, "of_school": what.school_id, "times": times})
    return True


def record_refusal(
    connection: Connection, facts: ViewingFacts, denied: Denied, *, device: str, now: datetime
) -> None:
    """Write one refusal into the caller's transaction: an entry, or one more of the same.

    Raises:
        LogUnavailable: the entry cannot be written.
    """
    what = refused(facts, denied)
    if what is None or facts.person_id is None or count_again(connection, what, 1, now):
        return
    connection.execute(insert(RefusalCount), {**asdict(what), "started_at": now, "more": 0})
    ids = {"sign_in_id": what.sign_in_id, "person_id": facts.person_id, "room_id": what.room_id}
    entry.append(
        connection,
        log=what.school_id,
        kind="viewing:refused",
        at=now,
        body=body_of(
            ids,
            None,
            revision=facts.revision,
            reason=denied.reason.value,
            actor=Actor(facts.person_id, VIA_WEB, facts.sign_in_id),
            more={"device": device},
        ),
    )


def close_refusal_counts(world: World) -> int:
    """Tell, by one entry each, how often refusals came again; return how many were told.

    Called by the jobs, for every school; counts whose minute is not over go on.

    Raises:
        RecordsUnavailable, LogUnavailable: nothing was closed; the counts are kept.
    """
    now = world.clock.now()
    told = 0
    with writing(world.database) as connection:
        for row in connection.execute(_OVER, {"before": now - SAME}).all():
            connection.execute(_CLOSE, {"count_id": row.id, "of_school": row.school_id, "now": now})
            if not row.more:
                continue
            told += 1
            ids = {"sign_in_id": row.sign_in_id, "person_id": row.person_id, "room_id": row.room_id}
            entry.append(
                connection,
                log=row.school_id,
                kind="viewing:refused",
                at=now,
                body=body_of(
                    ids,
                    None,
                    revision=revision_of(connection, row.school_id),
                    reason=row.reason,
                    actor=whose(ids, VIA_PORTAL),
                    more={"times": row.more},
                ),
            )
    return told
