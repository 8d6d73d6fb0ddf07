"""A guardian's rooms at one instant, as the home page shows them: a tile for each child's room, by school."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, literal, select, union_all

from access.enrolment import Child, ClassGroup
from access.facts import facts_of_rooms
from access.marked import marks_about, without
from access.policy import Decision, Path, ViewingFacts, decide
from access.readings import PERSON, ROOMS
from access.spans import FAR, Span, span_of
from access.stops import StopMarks
from access.told import as_told
from access.ways import PATHS_OF_PERSON, days_around


@dataclass(frozen=True, slots=True)
class HomeTile:
    """One child in one class in one room."""

    room_id: int
    room_key: str
    room_name: str
    child_name: str
    class_group_name: str
    school_key: str
    school_name: str
    #: The school's zone: the times that a timetable means.
    zone: str
    #: As it is told: neither the end nor the next opening is that of a budget.
    decision: Decision
    #: How much the family may still watch today; None where that is not told.
    left_of_day: timedelta | None


_NAMES = union_all(
    *(
        select(literal(model.__tablename__).label("of"), model.id, model.name).where(
            model.id.in_(bindparam(f"{model.__tablename__}_ids", expanding=True)),
            model.school_id.in_(bindparam("school_ids", expanding=True)),
        )
        for model in (Child, ClassGroup)
    )
)


def load_home(
    connection: Connection,
    person_id: int,
    now: datetime,
    stops: StopMarks | None = None,
    *,
    sign_in_id: int | None = None,
) -> tuple[HomeTile, ...]:
    """Load a tile for each of the person's children and each room that their class uses now.

    Eight questions, however many rooms, and two more where the coverage of one is not remembered.
    Where guardianship, enrolment or use of the room is not of the present there is no tile; what is
    closed for now tells why. The sign-in is taken to hold: whoever reads this page has one.

    Args:
        connection: of a read transaction.
        person_id: the guardian.
        now: aware.
        stops: when given, marked rights show as ended before their records say so.
        sign_in_id: the device on which it is shown; None: one that does not watch.
    """
    person = PERSON.row(connection, {"person_id": person_id})
    rows = PATHS_OF_PERSON.rows(connection, {"person_id": person_id, **days_around(now)})
    if person is None or not rows:
        return ()
    facts = ViewingFacts(
        person_id=person_id,
        sign_in_id=sign_in_id,
        signed_in=(Span(person.recorded_at, FAR),),
        person=span_of(person.recorded_at, None, person.closed_at, person.recorded_at),
    )
    room_ids = sorted({row.room_id for row in rows if row.room_id is not None})
    school_ids = sorted({row.school_id for row in rows})
    rooms = ROOMS.rows(connection, {"room_ids": room_ids, "school_ids": school_ids})
    by_room = facts_of_rooms(connection, facts, rooms, rows, now)
    names = _names(connection, rows)
    tiles = []
    for room in rooms:
        known = by_room[room.id]
        if stops is not None:
            known = without(known, stops.stopped(marks_about(known)))
        for (child_id, class_group_id), paths in _present(known, now).items():
            through = replace(known, paths=tuple(paths))
            tiles.append(
                HomeTile(
                    room_id=room.id,
                    room_key=room.key,
                    room_name=room.name,
                    child_name=names[Child.__tablename__, child_id],
                    class_group_name=names[ClassGroup.__tablename__, class_group_id],
                    school_key=room.school_key,
                    school_name=room.school_name,
                    zone=room.zone,
                    decision=as_told(decide(through, now), through, now),
                    left_of_day=_left(paths),
                )
            )
    return tuple(sorted(tiles, key=_in_order))


def _in_order(tile: HomeTile) -> tuple[str, ...]:
    return tile.school_name, tile.school_key, tile.child_name, tile.room_name, tile.room_key


def _present(facts: ViewingFacts, now: datetime) -> dict[tuple[int, int], list[Path]]:
    """Return the paths whose guardianship, enrolment and use of the room all hold now.

    Where custody lets nothing be seen as far ahead as it is known, there is no tile: not even
    the class is told to whom an order keeps away.
    """
    present: defaultdict[tuple[int, int], list[Path]] = defaultdict(list)
    for path in facts.paths:
        enrolled = tuple(record.span for record in path.enrolled)
        kept_away = all(span.end <= now for span in path.custody)
        holding = (path.guardian, path.delegated, enrolled, path.used)
        if not kept_away and all(any(now in span for span in spans) for spans in holding):
            present[path.child_id, path.class_group_id].append(path)
    return present


def _left(paths: Sequence[Path]) -> timedelta | None:
    told = [path.left_of_day for path in paths if path.left_of_day is not None]
    return max(told) if len(told) == len(paths) else None


def _names(connection: Connection, rows: Sequence[Any]) -> Mapping[tuple[str, int], str]:
    """Return what children and class groups are called, by table and id."""
    asked = {
        f"{model.__tablename__}_ids": sorted({getattr(row, f"{model.__tablename__}_id") for row in rows})
        for model in (Child, ClassGroup)
    }
    schools = sorted({row.school_id for row in rows})
    named = connection.execute(_NAMES, {**asked, "school_ids": schools})
    return {(row.of, row.id): row.name for row in named}
