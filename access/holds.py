"""What keeps an entry from being erased: a hold for a case, and a record that stands on it still."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, or_, select

from access.consent_records import Consent
from access.custody_rules import CustodyRule
from access.delegations import Delegation
from access.enrolment import Enrolment, Guardianship
from access.grants import Grant
from access.log.entry import INSTALLATION
from access.log.mentions import SUBJECTS, What
from access.people import Membership
from access.retention_records import LogHold
from access.viewing_records import Viewing

#: Names in a subject → the record that is meant. As long as one stands, what it rests on is kept.
STANDING: Mapping[str, Any] = {
    "viewing": Viewing,
    "custody_rule": CustodyRule,
    "guardianship": Guardianship,
    "guardianships": Guardianship,
    "delegation": Delegation,
    "grant": Grant,
    "grants": Grant,
    "enrolment": Enrolment,
    "consent": Consent,
    "membership": Membership,
}
#: Kinds of viewings name grants and ties that go on; only the viewing itself keeps them.
_ONLY_ITSELF = "viewing:"


@dataclass(frozen=True, slots=True)
class Held:
    """One hold, with the records that it is about: name in a subject → ids. Empty: everything."""

    since: datetime | None
    until: datetime | None
    about: Mapping[str, frozenset[int]]

    def holds(self, at: datetime, body: Mapping[str, Any]) -> bool:
        """Say whether an entry of the instant *at* that says *body* is held."""
        if (self.since is not None and at < self.since) or (self.until is not None and at >= self.until):
            return False
        return not self.about or any(number in self.about.get(name, ()) for name, number in ids_in(body))


def ids_in(body: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """Yield every record that an entry names, with the name it has there; who acted as a person."""
    subject, actor = body.get("subject"), body.get("actor")
    for name, said in (subject if isinstance(subject, dict) else {}).items():
        for number in said if isinstance(said, list) else [said]:
            if isinstance(number, int) and not isinstance(number, bool):
                yield name, number
    acted = actor.get("person") if isinstance(actor, dict) else None
    if isinstance(acted, int):
        yield "person", acted


def load_holds(connection: Connection, log: int) -> list[Held]:
    """Return the holds that stand upon a log; upon the installation's those of every school, of people."""
    asked = select(LogHold).where(LogHold.ended_at.is_(None))
    if log == INSTALLATION:
        asked = asked.where(LogHold.child_id.is_(None), LogHold.room_id.is_(None))
    else:
        asked = asked.where(LogHold.school_id == log)
    rows = connection.execute(asked.with_only_columns(*LogHold.__table__.columns)).all()
    return [Held(row.since, row.until, _about(connection, row)) for row in rows]


def free(
    connection: Connection, log: int, rows: Sequence[Any], holds: Sequence[Held], now: datetime
) -> list[Any]:
    """Return those of some entries that nothing keeps.

    Args:
        rows: with ``number``, ``kind``, ``at`` and ``body``.
    """
    said = [(row, json.loads(row.body)) for row in rows]
    unheld = [(row, body) for row, body in said if not any(hold.holds(row.at, body) for hold in holds)]
    if log == INSTALLATION:
        return [row for row, _ in unheld]
    wanted: dict[str, set[int]] = {}
    for row, body in unheld:
        for name, number in _rests_on(row.kind, body):
            wanted.setdefault(name, set()).add(number)
    standing = {
        name: set(connection.execute(_stand(log, STANDING[name], ids, now)).scalars())
        for name, ids in wanted.items()
    }
    return [
        row
        for row, body in unheld
        if not any(number in standing[name] for name, number in _rests_on(row.kind, body))
    ]


def _rests_on(kind: str, body: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    for name, number in ids_in(body):
        if name in STANDING and (name == "viewing" or not kind.startswith(_ONLY_ITSELF)):
            yield name, number


def _stand(log: int, record: Any, ids: set[int], now: datetime) -> Any:
    """Ask which of some records have not ended: what has no end of its own has that of its time."""
    closed = getattr(record, "closed_at", None) if record is Viewing else None
    ends: list[ColumnElement[bool]] = [] if closed is None else [closed.is_(None)]
    for name in ("ended_at", "revoked_at", "ends_at"):
        end = getattr(record, name, None)
        if end is not None:
            ends.append(or_(end.is_(None), end > now))
    return select(record.id).where(record.school_id == log, record.id.in_(ids), *ends)


def _about(connection: Connection, hold: Any) -> dict[str, frozenset[int]]:
    """Return what a hold is about: of a child also the ties, places and consents that are its own."""
    about: dict[str, frozenset[int]] = {}
    if hold.person_id is not None:
        about.update(dict.fromkeys(SUBJECTS[What.PERSON], frozenset({hold.person_id})))
    if hold.room_id is not None:
        about.update(dict.fromkeys(SUBJECTS[What.ROOM], frozenset({hold.room_id})))
    if hold.child_id is not None:
        ties, places = (
            frozenset(
                connection.execute(
                    select(record.id).where(
                        record.school_id == hold.school_id, record.child_id == hold.child_id
                    )
                ).scalars()
            )
            for record in (Guardianship, Enrolment)
        )
        consents = select(Consent.id).where(
            Consent.school_id == hold.school_id, Consent.guardianship_id.in_(ties)
        )
        about["child"] = frozenset({hold.child_id})
        about.update(dict.fromkeys(("guardianship", "guardianships"), ties))
        about.update(dict.fromkeys(("enrolment", "enrolments"), places))
        about["consent"] = frozenset(connection.execute(consents).scalars())
    return about
