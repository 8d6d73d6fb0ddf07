"""Gather what the records say of one setup look and one device, less what is marked.

Three questions in the caller's read transaction, each naming the school; what follows from the
answers is :mod:`access.setup_looks`'s to say.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from access.database import reading
from access.errors import LogUnavailable, RecordsUnavailable
from access.look_readings import AROUND, CLOSING, CURTAIN, DEVICE, DOOR, LOAN, LOOK, PLACE, STREAM
from access.look_records import DARK, LOOK_LASTS
from access.people import Role
from access.policy import CLEAR, Dated, Stream
from access.room_kinds import SHOWN
from access.school_closing import open_spans
from access.setup_looks import LookFacts
from access.sign_ins import STAFF_SIGN_IN_LASTS
from access.spans import ALWAYS, FAR, Span, less, span_of, together
from access.stops import EVERYTHING, Mark, Scope
from access.world import World

#: Who may ask for a look, and look.
LOOKERS = (Role.OFFICE, Role.DIRECTOR)
#: Who may be the second person: whoever answers for a room or a family here.
SECONDS = (Role.TEACHER, Role.OFFICE, Role.DIRECTOR)
#: How often facts are read anew because marks were set meanwhile, before giving up.
TRIES = 5


def load_look_facts(
    connection: Connection, *, look_id: int, school_id: int, sign_in_id: int, now: datetime
) -> LookFacts:
    """Load the facts of one look, asked from one device; of what there is not, none.

    Args:
        connection: of a read transaction, so that all of it is of one state.
        school_id: whose look it is.
        now: aware.
    """
    asked = {"look_id": look_id, "school_id": school_id, "sign_in_id": sign_in_id}
    look: Any = connection.execute(LOOK, asked).one_or_none()
    if look is None:
        return LookFacts()
    people = [person for person in (look.person_id, look.agreed_by) if person is not None]
    there = {**asked, "person_ids": people, "room_id": look.room_id, "now": now}
    rows = connection.execute(AROUND, there).all()
    stream: Any = connection.execute(
        STREAM, {"school_id": school_id, "camera_id": look.camera_id, "now": now}
    ).one_or_none()
    return LookFacts(
        look_id=look.id,
        school_id=look.school_id,
        revision=look.revision,
        camera_id=look.camera_id,
        room_id=look.room_id,
        person_id=look.person_id,
        sign_in_id=look.sign_in_id,
        second_id=look.agreed_by,
        **_of_the_device(look),
        **_of_the_look(look),
        **_of_the_room(look, rows),
        staff=_places(rows, look.person_id, LOOKERS),
        second_staff=_places(rows, look.agreed_by, SECONDS),
        stream=None
        if stream is None
        else Stream(stream.room_id, look.camera_key, stream.id, stream.level, stream.ordinal),
    )


def load_unmarked_look(
    world: World, *, look_id: int, school_id: int, sign_in_id: int, now: datetime
) -> LookFacts:
    """Load the facts of a look and take away what is marked; both of one moment.

    Raises:
        LogUnavailable: the records do not answer, or marks changed every time.
    """
    for _ in range(TRIES):
        count = world.stops.count()
        try:
            with reading(world.database) as connection:
                facts = load_look_facts(
                    connection, look_id=look_id, school_id=school_id, sign_in_id=sign_in_id, now=now
                )
        except RecordsUnavailable as fault:
            raise LogUnavailable("the records do not answer") from fault
        facts = unmarked(world, facts)
        if world.stops.count() == count:
            return facts
    raise LogUnavailable("stop marks change faster than records can be read")


def marks_about(facts: LookFacts) -> tuple[Mark, ...]:
    """Return every mark that would take something away from *facts*, but for one on the room itself."""
    named = (
        (Scope.SCHOOL, facts.school_id),
        (Scope.LOOK, facts.look_id),
        (Scope.ROOM_LOAN, facts.room_id),
        (Scope.SIGN_IN, facts.sign_in_id),
        (Scope.PERSON, facts.person_id),
        (Scope.PERSON, facts.second_id),
        *((Scope.MEMBERSHIP, place.record_id) for place in (*facts.staff, *facts.second_staff)),
    )
    return (EVERYTHING, *(Mark(scope, number) for scope, number in named if number is not None))


def mark_of_room(facts: LookFacts) -> Mark | None:
    """Return the mark on the look's room: set by whatever draws its curtain."""
    return None if facts.room_id is None else Mark(Scope.ROOM, facts.room_id)


def unmarked(world: World, facts: LookFacts) -> LookFacts:
    """Return *facts* less everything that is marked.

    A drawn curtain carries its mark until it is opened, and a look is what one does before that: the
    mark counts unless the records have the curtain as drawn and no ending of the room waits for them.
    A curtain drawn *during* a look ends it in the records (:func:`access.look_records.end_looks`).
    """
    on_room = mark_of_room(facts)
    stopped = world.stops.stopped((*marks_about(facts), *([on_room] if on_room else [])))
    if not stopped:
        return facts
    if EVERYTHING in stopped:
        return replace(facts, stopped=True)
    of_room = on_room in stopped and not (facts.curtain_drawn and not _waits(world, on_room))
    return replace(
        facts,
        school_open=_unless(Scope.SCHOOL, facts.school_id, stopped, facts.school_open),
        not_ended=_unless(Scope.LOOK, facts.look_id, stopped, facts.not_ended),
        not_lent=_unless(Scope.ROOM_LOAN, facts.room_id, stopped, facts.not_lent),
        signed_in=_unless(Scope.SIGN_IN, facts.sign_in_id, stopped, facts.signed_in),
        person=_unless(Scope.PERSON, facts.person_id, stopped, facts.person),
        second=_unless(Scope.PERSON, facts.second_id, stopped, facts.second),
        not_stopped=() if of_room else facts.not_stopped,
        staff=_unmarked_places(facts.staff, stopped),
        second_staff=_unmarked_places(facts.second_staff, stopped),
    )


def _waits(world: World, mark: Mark | None) -> bool:
    """Say whether an ending with this mark may wait to be recorded."""
    try:
        return mark in world.stops.waiting()
    except OSError:
        return True


def _unless(
    scope: Scope, number: int | None, stopped: frozenset[Mark], spans: tuple[Span, ...]
) -> tuple[Span, ...]:
    return () if number is None or Mark(scope, number) in stopped else spans


def _unmarked_places(places: Iterable[Dated], stopped: frozenset[Mark]) -> tuple[Dated, ...]:
    return tuple(place for place in places if Mark(Scope.MEMBERSHIP, place.record_id) not in stopped)


def _of_the_device(look: Any) -> dict[str, Any]:
    second: tuple[Span, ...] = ()
    if look.second_at is not None:
        second = span_of(look.second_at, look.second_at + STAFF_SIGN_IN_LASTS, None, look.second_at)
    return {
        "signed_in": span_of(look.started_at, look.expires_at, look.sign_in_ended_at, look.started_at),
        "person": span_of(look.person_recorded_at, None, look.closed_at, look.person_recorded_at),
        "second_factor": second,
    }


def _of_the_look(look: Any) -> dict[str, Any]:
    is_theirs, has_purpose = look.person_id == look.asked_by, bool(look.kind and look.words.strip())
    since_asked = (Span(look.asked_at, FAR),)
    found = {
        "asked": since_asked if is_theirs else (),
        "purpose": since_asked if has_purpose else (),
        "not_ended": span_of(look.asked_at, None, look.ended_at, look.asked_at),
    }
    if look.agreed_by is None or look.agreed_by == look.asked_by:
        return found
    until = min(look.ends_at, look.agreed_at + LOOK_LASTS)
    return found | {
        "agreed": (Span(look.agreed_at, FAR),),
        "minutes": span_of(look.agreed_at, until, None, look.agreed_at),
        "second": span_of(look.second_recorded_at, None, look.second_closed_at, look.second_recorded_at),
    }


def _of_the_room(look: Any, rows: Iterable[Any]) -> dict[str, Any]:
    by_kind: dict[str, list[Any]] = {}
    for row in rows:
        by_kind.setdefault(row.what, []).append(row)
    loans = [Span(row.starts_at, row.ends_at) for row in by_kind.get(LOAN, ())]
    shown = look.room_kind in SHOWN and look.kind_since is not None
    level_since = Span(look.level_since, FAR) if look.level_since else ALWAYS
    closings = ((row.starts_at, row.ends_at) for row in by_kind.get(CLOSING, ()))
    return {
        "camera": span_of(look.camera_recorded_at, None, look.camera_ended_at, look.camera_recorded_at),
        "room_kind": (Span(look.kind_since, FAR),) if shown else (),
        "level": (level_since,) if look.level == CLEAR else (),
        "not_lent": tuple(less([ALWAYS], loans)),
        "not_stopped": (ALWAYS,),
        "school_open": open_spans(closings),
        "door": _on(look, by_kind.get(DOOR, [])),
        "this_device": () if DEVICE in by_kind else (ALWAYS,),
        "curtain_drawn": CURTAIN not in by_kind,
    }


def _on(look: Any, doors: list[Any]) -> tuple[Span, ...]:
    """Return while every display of the room is on, and was told of the agreed look.

    Each hung there before the look was asked for, and somebody named put it up who is not the one
    who looks: else one's own phone would do for a display.
    """
    if not doors or look.agreed_at is None:
        return ()
    spans = []
    for door in doors:
        on_since, seen_at, put_up_at = door.starts_at, door.recorded_at, door.ends_at
        if door.person_id in {None, look.asked_by} or put_up_at > look.asked_at:
            return ()
        if on_since is None or seen_at is None or seen_at < look.agreed_at:
            return ()
        spans.append(span_of(on_since, seen_at + DARK, None, on_since))
    return tuple(together(spans))


def _places(rows: Iterable[Any], person_id: int | None, roles: Iterable[Role]) -> tuple[Dated, ...]:
    wanted = {role.value for role in roles}
    return tuple(
        Dated(row.of_id, span)
        for row in rows
        if row.what == PLACE and row.person_id == person_id and row.role in wanted
        for span in span_of(row.starts_at, row.ends_at, None, row.recorded_at)
    )
