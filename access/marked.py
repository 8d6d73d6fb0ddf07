"""What stop marks take away from facts.

A mark stops bytes before the record that says the same is written, so facts are
believed only without what is marked. A mark never adds anything.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from access.database import reading
from access.errors import LogUnavailable, RecordsUnavailable
from access.facts import load_facts
from access.policy import Allowed, Dated, Path, ViewingFacts, Way
from access.stops import EVERYTHING, Mark, Scope
from access.world import World

#: No record has this id.
NOTHING = 0
#: Marks that name a guardianship.
OF_GUARDIANSHIP = (Scope.GUARDIANSHIP, Scope.CUSTODY)
#: Marks that name a class group.
OF_CLASS_GROUP = (Scope.CLASS_GROUP, Scope.HOURS)
#: How often facts are read anew because marks were set meanwhile, before giving up.
TRIES = 5


def marks_about(facts: ViewingFacts) -> tuple[Mark, ...]:
    """Return every mark that would take something away from *facts*."""
    marks = [EVERYTHING]
    for scope, record_id in (
        (Scope.SCHOOL, facts.school_id),
        (Scope.CALENDAR, facts.school_id),
        (Scope.ROOM, facts.room_id),
        (Scope.ROOM_LOAN, facts.room_id),
        (Scope.GUEST, facts.room_id),
        (Scope.PERSON, facts.person_id),
        (Scope.SIGN_IN, facts.sign_in_id),
    ):
        if record_id is not None:
            marks.append(Mark(scope, record_id))
    marks += [Mark(Scope.COVERAGE, class_group_id) for class_group_id in facts.expected_classes]
    for path in facts.paths:
        marks += _of_tie(path)
        marks += [Mark(Scope.ENROLMENT, record.record_id) for record in path.enrolled]
        marks += [Mark(Scope.GRANT, record.record_id) for record in path.granted]
    return tuple(marks)


def _of_tie(tie: Path | Way) -> list[Mark]:
    """Return the marks on a guardianship, its child and class; and on a delegation and its guardian."""
    marks = [Mark(scope, tie.guardianship_id) for scope in OF_GUARDIANSHIP]
    marks += [Mark(scope, tie.class_group_id) for scope in OF_CLASS_GROUP]
    marks.append(Mark(Scope.ATTENDANCE, tie.child_id))
    if tie.delegation_id is not None:
        marks.append(Mark(Scope.DELEGATION, tie.delegation_id))
    if tie.guardian_id is not None:
        marks.append(Mark(Scope.PERSON, tie.guardian_id))
    return marks


def marks_of(facts: ViewingFacts, allowed: Allowed) -> tuple[Mark, ...]:
    """Return the marks any one of which stops the right that *allowed* names."""
    way = allowed.way
    return (
        *marks_about(replace(facts, paths=())),
        *_of_tie(way),
        *(Mark(Scope.ENROLMENT, record_id) for record_id in way.enrolment_ids),
        *(Mark(Scope.GRANT, record_id) for record_id in way.grant_ids),
    )


def without(facts: ViewingFacts, stopped: frozenset[Mark]) -> ViewingFacts:
    """Return *facts* less everything that is marked."""
    if not stopped:
        return facts
    if EVERYTHING in stopped:  # every mark is: what is left must still tell whose room it is
        return replace(facts, stopped=True)
    room_stopped = Mark(Scope.ROOM, facts.room_id or NOTHING) in stopped
    lent = Mark(Scope.ROOM_LOAN, facts.room_id or NOTHING) in stopped
    uncovered = {
        Mark(Scope.GUEST, facts.room_id or NOTHING),
        *(Mark(Scope.COVERAGE, class_group_id) for class_group_id in facts.expected_classes),
    }
    hidden = not uncovered.isdisjoint(stopped)
    hours_stopped = Mark(Scope.CALENDAR, facts.school_id or NOTHING) in stopped
    return replace(
        facts,
        school_open=() if Mark(Scope.SCHOOL, facts.school_id or NOTHING) in stopped else facts.school_open,
        person=() if Mark(Scope.PERSON, facts.person_id or NOTHING) in stopped else facts.person,
        signed_in=() if Mark(Scope.SIGN_IN, facts.sign_in_id or NOTHING) in stopped else facts.signed_in,
        paths=tuple(_path_without(path, stopped, hours_stopped=hours_stopped) for path in facts.paths),
        not_lent=() if lent else facts.not_lent,
        covered=() if hidden else facts.covered,
        curtain_open=() if room_stopped else facts.curtain_open,
        stream=None if room_stopped or lent or hidden else facts.stream,
    )


def load_unmarked(
    world: World,
    *,
    sign_in_id: int,
    now: datetime,
    room_id: int | None = None,
    room_key: str | None = None,
) -> ViewingFacts:
    """Load facts and take away what is marked; both of one moment.

    When marks were set or cleared while the records were read, they are read
    again: a mark cleared meanwhile must not uncover facts from before it was set.

    Raises:
        LogUnavailable: the records do not answer, or marks changed every time.
    """
    for _ in range(TRIES):
        count = world.stops.count()
        try:
            with reading(world.database) as connection:
                facts = load_facts(
                    connection, sign_in_id=sign_in_id, now=now, room_id=room_id, room_key=room_key
                )
        except RecordsUnavailable as fault:
            raise LogUnavailable("the records do not answer") from fault
        facts = without(facts, world.stops.stopped(marks_about(facts)))
        if world.stops.count() == count:
            return facts
    raise LogUnavailable("stop marks change faster than records can be read")


def _path_without(path: Path, stopped: frozenset[Mark], *, hours_stopped: bool) -> Path:
    if Mark(Scope.GUARDIANSHIP, path.guardianship_id) in stopped:
        return replace(path, guardian=())
    of_delegate = {
        Mark(Scope.DELEGATION, path.delegation_id or NOTHING),
        Mark(Scope.PERSON, path.guardian_id or NOTHING),
    }
    if not stopped.isdisjoint(of_delegate):
        return replace(path, delegated=())
    return replace(
        path,
        child_in=() if Mark(Scope.ATTENDANCE, path.child_id) in stopped else path.child_in,
        used=() if Mark(Scope.CLASS_GROUP, path.class_group_id) in stopped else path.used,
        hours=() if hours_stopped or Mark(Scope.HOURS, path.class_group_id) in stopped else path.hours,
        custody=() if Mark(Scope.CUSTODY, path.guardianship_id) in stopped else path.custody,
        enrolled=_unmarked(path.enrolled, Scope.ENROLMENT, stopped),
        granted=_unmarked(path.granted, Scope.GRANT, stopped),
    )


def _unmarked(dated: Iterable[Dated], scope: Scope, stopped: frozenset[Mark]) -> tuple[Dated, ...]:
    return tuple(record for record in dated if Mark(scope, record.record_id) not in stopped)


def along(facts: ViewingFacts, way: Way) -> ViewingFacts:
    """Return *facts* with the paths of one way only: another right is another viewing."""
    return replace(
        facts,
        paths=tuple(
            path
            for path in facts.paths
            if (path.guardianship_id, path.class_group_id, path.delegation_id)
            == (way.guardianship_id, way.class_group_id, way.delegation_id)
        ),
    )
