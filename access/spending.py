"""Which viewings count together for a path, and what its budgets say then.

A family shares its budgets: the child's guardians, their delegates and, with the siblings, theirs. Where
custody rules limit anybody in it, each guardian has a budget alone until the day after the last of them,
and is told no number: what is left would tell when the other looked.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from access.budgets import Watched, day_of, in_budget, left_of_day, on_devices, watched_until
from access.family_readings import DIVIDED, WATCHED
from access.spans import FAR

Row = Any  # a named row of columns; its fields are those of access.readings


def spending(
    rows: Iterable[Row], room: Row, *, guardian_id: int | None, sign_in_id: int | None, now: datetime
) -> dict[str, Any]:
    """Return what the budgets of a path say, as fields of the path.

    Args:
        rows: of the path's child: kinds ``watched`` and ``divided``; others are left out.
        room: with ``ROOM_COLUMNS``: its school says what the budgets are.
        guardian_id: whose right the path is.
        sign_in_id: the device that asks; None: one that does not watch.
        now: aware.
    """
    rows = list(rows)
    today = day_of(now, room.zone)
    divided_at = [
        row.recorded_at
        for row in rows
        if row.kind == DIVIDED and min(row.ends_at or FAR, row.ended_at or FAR) > today.start
    ]
    divided_from = min(divided_at, default=FAR)
    watched = [
        one
        for row in rows
        if row.kind == WATCHED and row.at <= now
        for one in _counted(row, guardian_id, divided_from, now)
    ]
    left = left_of_day(watched, room.day_minutes, room.zone, now)
    return {
        "in_budget": in_budget(watched, room.day_minutes, room.budgets_since, room.zone, now),
        "on_devices": on_devices(watched, room.family_devices, room.budgets_since, sign_in_id),
        "left_of_day": None if divided_at else left,
    }


def _counted(row: Row, guardian_id: int | None, divided_from: datetime, now: datetime) -> tuple[Watched, ...]:
    """Return what of a viewing counts for a guardian: of another's only what was before a rule.

    So entering a rule gives nobody minutes back, and cuts nobody else of the family.
    """
    ended_at = watched_until(row.at, row.ends_at, row.ended_at, now)
    if row.guardian_id != guardian_id:
        ended_at = min(ended_at, divided_from)
    if row.at >= ended_at:
        return ()
    return (Watched(row.sign_in_id, row.guardian_id, row.at, ended_at),)
