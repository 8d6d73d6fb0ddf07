"""What each rule of an explanation rests on: the entry of the last act that changed it.

An act of the setting up may be older than what is looked through; then nothing is said.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, select

from access.enrolment import Child, Guardianship, of_child
from access.explain import Explanation, Way
from access.log.entry import Entry, read_entries
from access.log.store import LogEntry
from access.people import Person
from access.reasons import Reason
from access.roster import Named

#: Rule → kinds of the acts that change it, and which records their subject has in common with the way.
ACTS: Mapping[Reason, tuple[frozenset[str], tuple[str, ...]]] = {
    Reason.NOT_GUARDIAN: (frozenset({"guardianship:added", "guardianship:ended"}), ("guardianship",)),
    Reason.NOT_ENROLLED: (frozenset({"enrolment:begun", "enrolment:ended"}), ("child", "class_group")),
    Reason.NOT_VERIFIED: (frozenset({"guardianship:verified"}), ("guardianship",)),
    Reason.NOT_DELEGATE: (frozenset({"delegation:approved", "delegation:ended"}), ("guardianship",)),
    Reason.CUSTODY: (frozenset({"custody:added", "custody:ended"}), ("guardianship",)),
    Reason.NOT_IN: (frozenset({"attendance:in", "attendance:out"}), ("child",)),
    Reason.ROOM_NOT_USED: (frozenset({"room_use:begun", "room_use:ended"}), ("room", "class_group")),
    Reason.ROOM_LENT: (frozenset({"room:lent", "room_loan:ended"}), ("room",)),
    Reason.CAMERA_NOT_ACTIVATED: (frozenset({"camera:activated", "camera:deactivated"}), ("room",)),
    Reason.CAMERA_GATE: (
        frozenset(
            {
                *("gate:confirmed", "gate:taken_back", "room:kind_set"),
                *("camera:activated", "camera:deactivated", "camera:masked"),
            }
        ),
        ("room",),
    ),
    Reason.SCHOOL_CLOSED: (frozenset({"school:closed", "school:opened"}), ("school",)),
    Reason.OUTSIDE_HOURS: (frozenset({"hours:set", "hours:narrowed"}), ("class_group",)),
    Reason.NO_GRANT: (frozenset({"grant:issued", "grant:revoked"}), ("guardianship",)),
    Reason.BUDGET_SPENT: (frozenset({"budgets:lowered", "budgets:raised"}), ("school",)),
    Reason.BUDGET_DEVICES: (frozenset({"budgets:lowered", "budgets:raised"}), ("school",)),
    Reason.LEVEL_CLOSED: (frozenset({"room:level_set"}), ("room",)),
    Reason.NOT_COVERED: (frozenset({"guest:came", "guest:left"}), ("room",)),
    Reason.CURTAIN_DRAWN: (
        frozenset(
            {
                *("curtain:drawn", "curtain:opened", "room:level_set", "room:kind_set"),
                *("camera:deactivated", "camera:masked", "gate:taken_back"),
            }
        ),
        ("room",),
    ),
}
#: Entries of such acts that are looked through, newest first.
LOOKED_THROUGH = 5_000


def load_grounds(
    connection: Connection, school_id: int, room_id: int, explanation: Explanation
) -> dict[int, dict[Reason, Entry]]:
    """Return for each way, by its place, and each rule the newest act until the instant that changed it."""
    until = explanation.at + datetime.resolution  # what happened at that instant holds at it
    kinds = frozenset().union(*(kinds for kinds, _ in ACTS.values()))
    entries = read_entries(
        connection, school_id, until=until, only=LogEntry.kind.in_(kinds), limit=LOOKED_THROUGH
    )
    return {
        place: _of_way(entries, way, {"school": school_id, "room": room_id})
        for place, way in enumerate(explanation.ways)
    }


def _of_way(entries: list[Entry], way: Way, here: Mapping[str, int]) -> dict[Reason, Entry]:
    ids = {
        **here,
        "guardianship": way.guardianship_id,
        "child": way.child_id,
        "class_group": way.class_group_id,
    }
    found = {}
    for reason, (kinds, fields) in ACTS.items():
        wanted = {field: ids[field] for field in fields}
        acts = (
            entry
            for entry in entries
            if entry.kind in kinds and wanted.items() <= entry.body["subject"].items()
        )
        newest = next(acts, None)
        if newest is not None:
            found[reason] = newest
    return found


def families(connection: Connection, school_id: int) -> list[Named]:
    """Return every guardianship there is or was, named by guardian and child."""
    rows = connection.execute(
        select(Guardianship.id, Guardianship.key, Person.name.label("person"), Child.name.label("child"))
        .join(Person, Person.id == Guardianship.person_id)
        .join(Child, of_child(Guardianship))
        .where(Guardianship.school_id == school_id)
        .order_by(Child.name, Person.name, Guardianship.id)
    )
    return [Named(row.id, row.key, f"{row.child} · {row.person}") for row in rows]


def find_guardian(connection: Connection, key: str, school_id: int) -> int | None:
    """Return who is the guardian of a guardianship, if it belongs to this school."""
    this = (Guardianship.key == key, Guardianship.school_id == school_id)
    return connection.execute(select(Guardianship.person_id).where(*this)).scalar_one_or_none()
