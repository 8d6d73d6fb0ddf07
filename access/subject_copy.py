"""What a school keeps about one person, for that person: their records, and what the log says of them.

Only what is named here goes out. Nobody else is in it: who acted is told as themself, the school or the
portal, another adult of their child not at all, and a relative whom they proposed as one. Of the other
parent there is nothing, and so no instant either. No id of a record, no hash, no salt, no camera.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Connection, exists, or_, select

from access.consent_records import Consent, ConsentText
from access.custody import CustodyKind
from access.custody_rules import CustodyRule
from access.delegations import Delegation
from access.enrolment import Child, ClassGroup, Enrolment, Guardianship
from access.grants import Grant
from access.log.accounts import KINDS as OF_ACCOUNTS
from access.log.entry import INSTALLATION, Entry, read_entries
from access.log.names import actor_id
from access.log.store import LogEntry
from access.people import Membership, Person, SignIn
from access.places import Room
from access.viewing_records import Viewing

#: So many entries of each log, the newest.
MOST_ENTRIES = 100_000

Row: TypeAlias = Mapping[str, Any]
#: Sections by name, in the order in which they are read.
Copy: TypeAlias = Mapping[str, Sequence[Row]]


def copy_about(connection: Connection, school_id: int, person_id: int) -> Copy:
    """Return what the school keeps about a person, as values for JSON; instants in UTC, RFC 3339.

    Args:
        connection: in a read transaction.
        school_id: nothing of another school is in it, but the person's own account and devices.
    """
    ties = (Guardianship.school_id == school_id, Guardianship.person_id == person_id)
    mine = select(Guardianship.id).where(*ties)
    of_tie = {
        record: (record.school_id == school_id, record.guardianship_id.in_(mine))
        for record in (Grant, CustodyRule, Delegation)
    }

    def rows(record: Any, columns: str, *where: Any, join: Sequence[Any] = (), **more: Any) -> list[Row]:
        named = [getattr(record, name) for name in columns.split()]
        asked = select(*named, *(column.label(name) for name, column in more.items())).select_from(record)
        for other, on in join:
            asked = asked.join(other, on)
        return [_told(row._mapping) for row in connection.execute(asked.where(*where).order_by(record.id))]

    child = (Child, (Child.id == Guardianship.child_id) & (Child.school_id == Guardianship.school_id))
    own_tie = (
        Guardianship,
        (Guardianship.id == Delegation.guardianship_id) & (Guardianship.school_id == Delegation.school_id),
    )
    class_group = (
        ClassGroup,
        (ClassGroup.id == Enrolment.class_group_id) & (ClassGroup.school_id == Enrolment.school_id),
    )
    text = (
        ConsentText,
        (ConsentText.id == Consent.consent_text_id) & (ConsentText.school_id == Consent.school_id),
    )
    return {
        "account": rows(Person, "name sign_in_name language recorded_at closed_at", Person.id == person_id),
        "places": rows(
            Membership,
            "role starts_at ends_at recorded_at",
            Membership.school_id == school_id,
            Membership.person_id == person_id,
        ),
        "guardianships": rows(
            Guardianship,
            "starts_at ends_at recorded_at verified_at verified_until verified_document ended_at",
            *ties,
            join=[child],
            child=Child.name,
        ),
        "enrolments": rows(
            Enrolment,
            # When it ends is told of nobody: what became of the child since a tie ended is not theirs.
            "starts_at recorded_at",
            *(Enrolment.school_id == school_id, _within_a_tie(person_id)),
            join=[
                (Child, (Child.id == Enrolment.child_id) & (Child.school_id == Enrolment.school_id)),
                class_group,
            ],
            child=Child.name,
            class_group=ClassGroup.name,
        ),
        "permissions": rows(Grant, "starts_at ends_at recorded_at revoked_at", *of_tie[Grant]),
        "consents": rows(
            Consent,
            "level how recorded_at counts_from ended_at",
            *(Consent.school_id == school_id, Consent.person_id == person_id),
            join=[text],
            purpose=ConsentText.purpose,
            version=ConsentText.version,
        ),
        "custody_rules": rows(
            CustodyRule, "kind weekdays starts_at ends_at recorded_at ended_at", *of_tie[CustodyRule]
        ),
        "relatives": rows(Delegation, "recorded_at approved_at ends_at ended_at", *of_tie[Delegation]),
        "delegations": rows(
            Delegation,
            "recorded_at approved_at verified_at verified_until ends_at ended_at",
            *(Delegation.school_id == school_id, Delegation.person_id == person_id),
            join=[own_tie, child],
            child=Child.name,
        ),
        "devices": rows(
            SignIn, "device started_at seen_at expires_at ended_at", SignIn.person_id == person_id
        ),
        "viewings": rows(
            Viewing,
            "opened_at closed_at",
            *(Viewing.school_id == school_id, Viewing.person_id == person_id),
            join=[(Room, (Room.id == Viewing.room_id) & (Room.school_id == Viewing.school_id))],
            room=Room.name,
        ),
        "entries": _entries(connection, school_id, person_id),
    }


def _within_a_tie(person_id: int) -> ColumnElement[bool]:
    """Return that an enrolment began within a verified tie of the person's, and no order keeps them away.

    Whose tie was never verified, or has ended, learns no class that came later.
    """
    kept_away = exists().where(
        CustodyRule.guardianship_id == Guardianship.id,
        CustodyRule.school_id == Guardianship.school_id,
        CustodyRule.kind == CustodyKind.NO_CONTACT,
        CustodyRule.ended_at.is_(None),
    )
    return exists().where(
        Guardianship.child_id == Enrolment.child_id,
        Guardianship.school_id == Enrolment.school_id,
        Guardianship.person_id == person_id,
        Guardianship.verified_at.is_not(None),
        or_(Guardianship.ended_at.is_(None), Guardianship.ended_at > Enrolment.recorded_at),
        or_(Guardianship.ended_at.is_(None), Guardianship.ended_at > Enrolment.starts_at),
        or_(Guardianship.ends_at.is_(None), Guardianship.ends_at > Enrolment.starts_at),
        ~kept_away,
    )


def _entries(connection: Connection, school_id: int, person_id: int) -> list[Row]:
    found = read_entries(connection, school_id, person_id=person_id, limit=MOST_ENTRIES)
    found += read_entries(
        connection,
        INSTALLATION,
        person_id=person_id,
        only=LogEntry.kind.in_(OF_ACCOUNTS),
        limit=MOST_ENTRIES,
    )
    return [
        _entry(entry, person_id) for entry in sorted(found, key=lambda one: (one.at, one.log, one.number))
    ]


def _entry(entry: Entry, person_id: int) -> Row:
    """Return what an entry says of the person: what happened, when, and whether they did it themself."""
    acted = actor_id(entry)
    by = "portal" if acted is None else "oneself" if acted == person_id else "school"
    said: dict[str, Any] = {"at": entry.body["at"], "kind": entry.kind, "by": by}
    subject = entry.body.get("subject") or {}
    if by == "oneself" and subject.get("person") == person_id:  # what staff write may be about others
        said |= {name: str(entry.body[name]) for name in ("reason", "device") if entry.body.get(name)}
    if str(said.get("reason", "")).startswith("budget:"):  # who else of the family watched, and when
        del said["reason"]
    return said


_SPELLED: Mapping[type, Callable[[Any], Any]] = {datetime: lambda at: at.isoformat().replace("+00:00", "Z")}


def _told(row: Mapping[Any, Any]) -> Row:
    return {str(name): _SPELLED.get(type(value), lambda same: same)(value) for name, value in row.items()}
