"""What each rule of an explanation rests on: the entry of the last act that changed it.

An act of the setting up may be older than what is looked through, or erased; then nothing is said.
Entries of the installation's log are none of a school's, and are not looked at.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from access.camera_gates import CameraGate, GateKind
from access.consent_records import Consent, StaffDuty
from access.enrolment import Enrolment, Guardianship, of_guardianship
from access.explain import Explanation, Way
from access.log.entry import Entry, read_entries
from access.log.store import LogEntry
from access.places import Camera
from access.reasons import Reason


@dataclass(frozen=True, slots=True)
class On:
    """Acts that change a rule, and how the subject of their entry shows that it is this one."""

    kinds: frozenset[str]
    #: Name in the subject → which ids are meant (:func:`_ids`). All must fit; where none is named, all do.
    subject: Mapping[str, str]
    #: Whether it may be told whom it concerned and who acted: not where that would say who has not agreed.
    named: bool


@dataclass(frozen=True, slots=True)
class Ground:
    """The newest act that changed a rule."""

    entry: Entry
    #: False where it is told what happened and when, and of nobody who it was.
    named: bool


@dataclass(frozen=True, slots=True)
class Grounds:
    """What the rules of an explanation rest on."""

    person: Ground | None
    #: One for each way of the explanation, in their order.
    ways: tuple[Mapping[Reason, Ground], ...]


def _on(*kinds: str, **subject: str) -> On:
    return On(frozenset(kinds), subject, named=True)


def _of_somebody(*kinds: str, **subject: str) -> On:
    return On(frozenset(kinds), subject, named=False)


_BUDGETS = (_on("budgets:lowered", "budgets:raised", school="school"),)

#: Rule → the acts that change it.
ACTS: Mapping[Reason, tuple[On, ...]] = {
    Reason.PERSON_CLOSED: (_on("person:added", person="person"),),
    Reason.NOT_GUARDIAN: (
        _on("guardianship:added", "guardianship:ended", guardianship="guardianship"),
        _on("child:left", child="child"),
    ),
    Reason.NOT_DELEGATE: (
        _on("delegation:approved", "delegation:ended", delegation="delegation"),
        _on("school:term_set", school="school_of_delegate"),
    ),
    Reason.NOT_ENROLLED: (
        _on("enrolment:begun", "enrolment:ended", child="child", class_group="class_group"),
        _on("child:moved", "child:left", child="child"),
    ),
    Reason.NOT_VERIFIED: (
        _on("guardianship:verified", guardianship="guardianship"),
        _on("delegation:verified", delegation="delegation"),
        _on("invitation:accepted", guardianships="guardianship"),
        _on("invitation:accepted", person="delegate"),
        _on("school:term_set", school="school"),
    ),
    Reason.CUSTODY: (_on("custody:added", "custody:ended", child="child", person="holder"),),
    Reason.NOT_IN: (
        _on("attendance:in", "attendance:out", child="child"),
        _on("attendance:set", "attendance:tightened", school="school"),
    ),
    Reason.ROOM_NOT_USED: (
        _on("room_use:begun", "room_use:ended", room="room", class_group="class_group"),
        _on("room:swapped", "class_group:merged", class_group="class_group"),
        _on("room:swapped", other_class_group="class_group"),
        _on("class_group:left_rooms", "room_change:ended", class_groups="class_group"),
        _on("room_change:ended", class_group="class_group"),
    ),
    Reason.ROOM_LENT: (_on("room:lent", "room_loan:ended", room="room"),),
    Reason.CAMERA_NOT_ACTIVATED: (_on("camera:activated", "camera:deactivated", room="room"),),
    Reason.CAMERA_GATE: (
        _on("gate:confirmed", "gate:taken_back", "room:kind_set", "room:added", room="room"),
        _on("camera:activated", "camera:deactivated", "camera:masked", room="room"),
        _on("membership:ended", person="signer"),
        _on("school:term_set", school="school"),
    ),
    Reason.SCHOOL_CLOSED: (_on("school:closed", "school:opened", "restore:opened", school="school"),),
    Reason.OUTSIDE_HOURS: (
        _on("hours:set", "hours:narrowed", class_group="class_group"),
        _on("calendar:prepared", "calendar:confirmed", "calendar:closed", "calendar:made_up"),
        _on("calendar:removed", "calendar:reopened"),
        _on("calendar:opened", class_group_id="class_group_or_all"),
        _on("school:term_set", "school:country_set", school="school"),
    ),
    Reason.NO_GRANT: (
        _on("grant:issued", "grant:revoked", guardianship="guardianship"),
        _on("child:left", child="child"),
        _on("school:term_set", school="school"),
    ),
    Reason.BUDGET_SPENT: _BUDGETS,
    Reason.BUDGET_DEVICES: _BUDGETS,
    Reason.LEVEL_CLOSED: (_on("room:level_set", "room:added", room="room"),),
    Reason.NOT_COVERED: (
        _on("guest:came", "guest:left", "room_use:begun", "room_use:ended", room="room"),
        _on("room:swapped", "class_group:merged", room="room"),
        _on("room:swapped", other_room="room"),
        _on("class_group:left_rooms", "room_change:ended", class_groups="expected_class"),
        _on("consent_text:published"),
        _of_somebody("consent:given", "consent:refused", "consent:withdrawn", consent="consent"),
        _of_somebody("consent:paper_confirmed", consent="consent"),
        _of_somebody("consent:exempted", "consent:exemption_ended", child="expected_child"),
        _of_somebody("staff_duty:begun", "staff_duty:ended", class_group="expected_class"),
        _of_somebody("enrolment:begun", "enrolment:ended", "child:moved", class_group="expected_class"),
        _of_somebody("child:left", "guardianship:added", "guardianship:ended", child="expected_child"),
    ),
    Reason.CURTAIN_DRAWN: (
        _on("curtain:drawn", "curtain:opened", "room:level_set", "room:kind_set", "room:added", room="room"),
        _on("camera:deactivated", "camera:masked", "gate:taken_back", "room_use:ended", room="room"),
    ),
}
#: Written for every child every day: looked through apart, so that they push nothing else out.
DAILY = frozenset({"attendance:in", "attendance:out"})
#: Entries of such acts that are looked through, newest first.
LOOKED_THROUGH = 5_000


def load_grounds(
    connection: Connection,
    school_id: int,
    person_id: int,
    room_id: int,
    explanation: Explanation,
    *,
    looked_through: int = LOOKED_THROUGH,
) -> Grounds:
    """Return for each rule the newest act until the instant that changed it.

    Args:
        person_id: of whom it is explained.
        looked_through: how many entries, those of :data:`DAILY` apart.
    """
    until = explanation.at + datetime.resolution  # what happened at that instant holds at it
    kinds = frozenset().union(*(on.kinds for acts in ACTS.values() for on in acts))
    entries: list[Entry] = []
    for some in (kinds - DAILY, DAILY):
        entries += read_entries(
            connection,
            school_id,
            until=until,
            only=and_(LogEntry.kind.in_(some), LogEntry.body.is_not(None)),
            limit=looked_through,
        )
    by_kind: dict[str, list[Entry]] = {}
    for entry in entries:
        by_kind.setdefault(entry.kind, []).append(entry)
    here = _here(connection, school_id, room_id, explanation.expected_classes)
    person = _newest(by_kind, ACTS[Reason.PERSON_CLOSED], {"person": frozenset({person_id})})
    return Grounds(
        person,
        tuple(_of_way(by_kind, {**here, **_ids(way, person_id, school_id)}) for way in explanation.ways),
    )


Ids = Mapping[str, frozenset[int | None]]


def _ids(way: Way, person_id: int, school_id: int) -> Ids:
    """Return the records that one way leads through, by what :data:`ACTS` calls them."""
    is_delegate = way.delegation_id is not None
    return {
        "person": frozenset({person_id}),
        "guardianship": frozenset({way.guardianship_id}),
        "child": frozenset({way.child_id}),
        "class_group": frozenset({way.class_group_id}),
        "class_group_or_all": frozenset({way.class_group_id, None}),
        # Custody rules hold for whoever watches, and for the guardian for whom they do.
        "holder": frozenset({person_id, way.guardian_id} - {None}),
        "delegation": frozenset({way.delegation_id} - {None}),
        "delegate": frozenset({person_id} if is_delegate else ()),
        "school_of_delegate": frozenset({school_id} if is_delegate else ()),
    }


def _here(connection: Connection, school_id: int, room_id: int, class_groups: tuple[int, ...]) -> Ids:
    """Return the room, and who is expected in it; of consents and signatures what concerns it."""
    of_school = Enrolment.school_id == school_id
    children = select(Enrolment.child_id).where(of_school, Enrolment.class_group_id.in_(class_groups))
    staff = select(StaffDuty.person_id).where(
        StaffDuty.school_id == school_id, StaffDuty.class_group_id.in_(class_groups)
    )
    consents = (
        select(Consent.id)
        .outerjoin(Guardianship, of_guardianship(Consent))
        .where(
            Consent.school_id == school_id,
            or_(
                Guardianship.child_id.in_(children),
                and_(Consent.guardianship_id.is_(None), Consent.person_id.in_(staff)),
            ),
        )
    )
    signers = (
        select(CameraGate.confirmed_by)
        .join(Camera, and_(Camera.id == CameraGate.camera_id, Camera.school_id == CameraGate.school_id))
        .where(*_ended_signatures(school_id, room_id))
    )
    return {
        "school": frozenset({school_id}),
        "room": frozenset({room_id}),
        "expected_class": frozenset(class_groups),
        "expected_child": frozenset(connection.execute(children).scalars()),
        "consent": frozenset(connection.execute(consents).scalars()),
        "signer": frozenset(connection.execute(signers).scalars()),
    }


def _ended_signatures(school_id: int, room_id: int) -> tuple[ColumnElement[bool], ...]:
    return (
        CameraGate.school_id == school_id,
        Camera.room_id == room_id,
        CameraGate.kind == GateKind.RESPONSIBLE.value,
        CameraGate.ended_at.is_not(None),
    )


def _of_way(by_kind: Mapping[str, list[Entry]], ids: Ids) -> dict[Reason, Ground]:
    found = {reason: _newest(by_kind, acts, ids) for reason, acts in ACTS.items()}
    return {reason: ground for reason, ground in found.items() if ground is not None}


def _newest(by_kind: Mapping[str, list[Entry]], acts: tuple[On, ...], ids: Ids) -> Ground | None:
    newest: Ground | None = None
    for on in acts:
        for kind in on.kinds:
            entry = next((entry for entry in by_kind.get(kind, ()) if _fits(on, entry, ids)), None)
            if entry is not None and (newest is None or newest.entry.number < entry.number):
                newest = Ground(entry, on.named)
    return newest


def _fits(on: On, entry: Entry, ids: Ids) -> bool:
    subject: Mapping[str, Any] = entry.body["subject"]
    for name, of in on.subject.items():
        said = subject.get(name)
        if ids[of].isdisjoint(said if isinstance(said, list) else [said]):
            return False
    return True
