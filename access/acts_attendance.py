"""Acts by which a school notes who is in, and chooses whether it does."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from access.acts import Actor, Ending, end, widen
from access.attendance import IN, MODES, OFF, OUT, Attendance, is_stricter
from access.checked import check_shown, find_one
from access.database import now_utc_text, reading
from access.enrolment import Child
from access.errors import Refused
from access.inserting import insert_one
from access.people import School
from access.stops import Mark, Scope
from access.world import World


def set_attendance(
    world: World, *, actor: Actor, reason: str, school_id: int, mode: str, shown: str | None = None
) -> bool:
    """Choose what a school does about attendance; say whether it is recorded already.

    A stricter choice is so at once and waits for nothing: the school's hours are closed until the
    record is made, so whoever watches at that moment begins anew. Any other waits for its entry.

    Args:
        mode: ``off``, ``optional`` or ``required``.
        shown: the choice that whoever acts has seen. One that is stricter than that and than what
            stands is made in any case.

    Raises:
        Refused: ``attendance:mode``; ``act:overtaken``, where another choice stands than *shown*.
        RecordsUnavailable, LogUnavailable: a choice that is not stricter was not made. Where neither
            journal nor database took a stricter one, the whole school is stopped until two people
            open it, or the machine restarts.
    """
    if not {mode, shown or mode} <= set(MODES):
        raise Refused("attendance:mode", f"one of {', '.join(MODES)}")
    target = {"school": school_id, "attendance": mode}
    act: dict[str, Any] = {"actor": actor, "reason": reason}
    with reading(world.database) as connection:
        stands = find_one(connection, School, school_id).attendance
    if is_stricter(stands, mode):
        check_shown(shown, stands)
    elif is_stricter(mode, stands) and is_stricter(mode, shown or stands):
        marks = (Mark(Scope.CALENDAR, school_id),)
        ending = Ending.now(world, "attendance:tightened", **act, target=target, marks=marks)
        return end(world, ending, untaken=[Mark(Scope.SCHOOL, school_id)])

    def apply(connection: Connection, now: datetime) -> None:
        stands = find_one(connection, School, school_id).attendance
        check_shown(shown, stands)
        if stands != mode:
            chosen = update(School).where(School.id == school_id)
            connection.execute(chosen.values(attendance=mode, attendance_since=now))

    widen(world, school_id=school_id, **act, kind="attendance:set", subject=target, apply=apply)
    return True


def check_in(world: World, *, actor: Actor, reason: str, child_id: int, at: datetime | None = None) -> int:
    """Note that a child came in, and return the record.

    Args:
        at: aware; when it was, where somebody corrects what was noted. It counts from now all the same.

    Raises:
        Refused: ``attendance:off``, or ``attendance:future``.
        RecordsUnavailable, LogUnavailable: nothing happened.
    """
    child = _child(world, child_id, at)
    subject: dict[str, Any] = {"child": child_id, **_corrected(at)}

    def apply(connection: Connection, now: datetime) -> int:
        ids = {"school_id": child.school_id, "child_id": child_id}
        record = insert_one(connection, Attendance, **ids, what=IN, at=at or now, recorded_at=now)
        subject["attendance"] = record
        return record

    return widen(
        world,
        school_id=child.school_id,
        actor=actor,
        reason=reason,
        kind="attendance:in",
        subject=subject,
        apply=apply,
        clears=[Mark(Scope.ATTENDANCE, child_id)],
    )


def check_out(world: World, *, actor: Actor, reason: str, child_id: int, at: datetime | None = None) -> bool:
    """Note that a child went out: its family sees nothing from now on; say whether it is recorded already.

    Args:
        at: as of :func:`check_in`.

    Raises:
        Refused: ``attendance:off``, or ``attendance:future``.
    """
    _child(world, child_id, at)
    target = {"child": child_id, **_corrected(at)}
    marks = (Mark(Scope.ATTENDANCE, child_id),)
    name = "attendance:out"
    return end(world, Ending.now(world, name, actor=actor, reason=reason, target=target, marks=marks))


def note_all(world: World, *, actor: Actor, reason: str, lines: Iterable[tuple[int, str, datetime]]) -> bool:
    """Note of several children what a sheet says; say whether all of it is recorded already.

    Children go out first, which waits for nothing. Each line is an act of its own, so a
    sheet that was broken off can be noted again.

    Args:
        lines: child, ``in`` or ``out``, and when; aware.

    Raises:
        Refused, RecordsUnavailable, LogUnavailable: as :func:`check_in`; lines before it are noted.
    """
    ordered = sorted(lines, key=lambda line: line[2])
    gone = [
        check_out(world, actor=actor, reason=reason, child_id=child_id, at=at)
        for child_id, what, at in ordered
        if what == OUT
    ]
    for child_id, what, at in ordered:
        if what == IN:
            check_in(world, actor=actor, reason=reason, child_id=child_id, at=at)
    return all(gone)


def _child(world: World, child_id: int, at: datetime | None) -> Any:
    """Return the child, of a school that notes attendance."""
    if at is not None and at > world.clock.now():
        raise Refused("attendance:future")
    with reading(world.database) as connection:
        child = find_one(connection, Child, child_id)
        mode = connection.execute(select(School.attendance).where(School.id == child.school_id)).scalar_one()
    if mode == OFF:
        raise Refused("attendance:off", "the school does not note who is in")
    return child


def _corrected(at: datetime | None) -> dict[str, str]:
    return {} if at is None else {"at": now_utc_text(at)}
