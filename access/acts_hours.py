"""Acts upon a class group's weekly hours.

What only takes hours away ends a right, so it works like every ending: it waits for nothing, not
even for a look at what somebody else did meanwhile. What adds hours waits for its entry, and is
done only upon the hours that whoever acts has seen.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, update

from access.acts import Actor, Ending, end, school_of, widen
from access.database import reading
from access.enrolment import ClassGroup
from access.errors import Refused
from access.places import ViewingWindow
from access.stops import Mark, Scope
from access.week import WeekWindow, checked_windows, less, same_hours
from access.weekly_hours import closes_now, load_hours, standing_rows, window_of
from access.world import World


def set_hours(
    world: World,
    *,
    actor: Actor,
    reason: str,
    class_group_id: int,
    windows: Iterable[WeekWindow],
    shown: Iterable[WeekWindow] | None = None,
) -> bool:
    """Replace a class group's weekly viewing hours.

    A window that stays the same stays the same record, so it holds without a break. Where the
    class is open now and would not be any more, that part takes effect at once, whatever the
    database does.

    Args:
        windows: in the school's local time; minutes after midnight, 1440 ends the day.
        shown: the hours that whoever acts has seen. What is missing of them in *windows* is taken away,
            whatever stands; anything else is done only where they still stand. None: those that stand.

    Returns:
        whether all of it is recorded. False: what was taken away is, for whoever watches, and is
        recorded later; what was to be added has to be said again.

    Raises:
        Refused: ``hours:backwards``, ``hours:overlap`` or ``hours:out_of_range``; ``act:overtaken``,
            where others stand than *shown*. Then nothing has changed, or where somebody else set them
            at the same moment, only what was to be taken away is.
        RecordsUnavailable, LogUnavailable: what was to be added is not recorded. Where neither journal
            nor database took what closes the class now, the whole school is stopped until two people
            open it, or the machine restarts.
    """
    wanted = checked_windows(windows)
    school_id = school_of(world, ClassGroup, class_group_id)
    now = world.clock.now()
    with reading(world.database) as connection:
        stands = load_hours(connection, school_id, class_group_id)
        seen = stands if shown is None else checked_windows(shown)
        taken, added = less(seen, wanted), less(wanted, seen)
        if added:
            # Once more when it is written. What is taken away is never asked: it would be lost if it waited.
            _check_shown(stands, seen)
        at_once = bool(taken) and closes_now(
            connection, school_id, class_group_id, before=stands, after=less(stands, taken), now=now
        )
    if taken and (at_once or not added):
        target: dict[str, Any] = {"class_group": class_group_id, "taken": [list(one) for one in taken]}
        marks = (Mark(Scope.HOURS, class_group_id),) if at_once else ()
        ending = Ending.now(world, "hours:narrowed", actor=actor, reason=reason, target=target, marks=marks)
        recorded = end(world, ending, untaken=[Mark(Scope.SCHOOL, school_id)])
        if not recorded or not added:
            return recorded
        seen = less(seen, taken)
    _replace(
        world,
        actor=actor,
        reason=reason,
        school_id=school_id,
        class_group_id=class_group_id,
        wanted=wanted,
        shown=None if shown is None else seen,
    )
    return True


def _replace(
    world: World,
    *,
    actor: Actor,
    reason: str,
    school_id: int,
    class_group_id: int,
    wanted: list[WeekWindow],
    shown: list[WeekWindow] | None,
) -> None:
    of_class = (ViewingWindow.school_id == school_id, ViewingWindow.class_group_id == class_group_id)

    def apply(connection: Connection, now: datetime) -> None:
        kept = {window_of(row): row.id for row in standing_rows(connection, school_id, class_group_id)}
        if shown is not None:
            _check_shown(kept, shown)
        gone = [window_id for window, window_id in kept.items() if window not in wanted]
        connection.execute(
            update(ViewingWindow).where(*of_class, ViewingWindow.id.in_(gone)).values(ended_at=now)
        )
        for weekday, starts_minute, ends_minute in wanted:
            if (weekday, starts_minute, ends_minute) not in kept:
                connection.execute(
                    insert(ViewingWindow).values(
                        school_id=school_id,
                        class_group_id=class_group_id,
                        weekday=weekday,
                        starts_minute=starts_minute,
                        ends_minute=ends_minute,
                        recorded_at=now,
                    )
                )

    widen(
        world,
        school_id=school_id,
        actor=actor,
        reason=reason,
        kind="hours:set",
        subject={"class_group": class_group_id, "windows": [list(window) for window in wanted]},
        apply=apply,
        clears=[Mark(Scope.HOURS, class_group_id)],
    )


def _check_shown(stands: Iterable[WeekWindow], shown: Iterable[WeekWindow]) -> None:
    if not same_hours(stands, shown):
        raise Refused("act:overtaken", "somebody else set these hours meanwhile")
