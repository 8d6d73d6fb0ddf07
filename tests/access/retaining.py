"""A school that decides how long its log is kept, and what that leaves."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from access import acts_people
from access import acts_retention as acts
from access.database import reading, writing
from access.erasing_due import Erasing
from access.log import entry
from access.log.entry import INSTALLATION, Entry
from access.log.verify import verify
from access.retention import FLOOR_MONTHS, Group
from tests.access.writing_school import MACHINE, WHY, WritingSchool

SHORT = dict.fromkeys(Group, FLOOR_MONTHS)


YEARS = timedelta(days=4 * 366)


def decides(kept: WritingSchool, months: Mapping[Group, int] = SHORT) -> int:
    """Have the two decide, and return which setting it is."""
    act: dict[str, Any] = {"reason": WHY, "school_id": kept.id}
    setting = acts.propose_retention(kept.world, actor=kept.office, months=months, **act)
    acts.approve_retention(kept.world, actor=kept.director, retention_id=setting, **act)
    return setting


def refused_views(kept: WritingSchool, count: int, at: datetime, person: int | None = None) -> list[int]:
    """Have so many refusals in the log, and return their numbers."""
    body: dict[str, Any] = {
        "actor": {"person": person or kept.guardian, "via": "web", "from": "192.0.2.0/24", "sign_in": 1},
        "reason": "hours:closed",
        "revision": 1,
        "subject": {"person": person or kept.guardian, "room": kept.room, "sign_in": 1},
    }
    with writing(kept.world.database) as connection:
        return [
            entry.append(connection, log=kept.id, kind="viewing:refused", at=at, body=body)
            for _ in range(count)
        ]


def gone(kept: WritingSchool, log: int | None = None) -> list[int]:
    return sorted(one.number for one in kept.entries(log) if one.erased)


def of_kind(kept: WritingSchool, kind: str) -> list[Entry]:
    return [one for one in kept.entries() if one.kind == kind]


def erases(kept: WritingSchool) -> None:
    """Carry out what is due, to the end."""
    run = Erasing(kept.world)
    while run.turn():
        pass


def whole(kept: WritingSchool) -> bool:
    with reading(kept.world.database) as connection:
        return not any(verify(connection, log).findings for log in (kept.id, INSTALLATION))


def with_keepers(written: WritingSchool) -> WritingSchool:
    """Appoint a director and an administrator."""
    for actor, role in ((written.office, "administrator"), (written.director, "director")):
        place: dict[str, Any] = {"school_id": written.id, "person_id": actor.person_id, "role": role}
        acts_people.appoint(written.world, actor=MACHINE, reason=WHY, **place)
    return written
