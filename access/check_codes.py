"""The check code: what a guardian's own page shows while their identity waits to be checked.

Whoever checks the identity types it, so that what becomes verified is the account on the phone of
the person whose document they see, and not one that somebody else made with that person's papers.

It is kept nowhere: it follows from the portal's key, the guardianship and the passphrase that
the account has now. So it differs for each child, and is another one after each new passphrase.
"""

import hmac
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, or_, select

from access.codes import check_letters, folded_code, in_fours
from access.delegations import Delegation, approved
from access.enrolment import Child, Guardianship, of_child, of_guardianship
from access.errors import Refused
from access.log.store import LogEntry
from access.people import Person, School
from access.vault import Vault

#: So long before a check runs out its guardian is asked for the document again.
RUNS_OUT = timedelta(days=14)
#: So many wrong codes of one guardianship within ``TRIES_COUNT``, and no other is looked at.
MOST_WRONG = 10
TRIES_COUNT = timedelta(days=1)
#: The entry of a wrong code. It is what is counted: nothing takes an entry back.
REFUSED = "guardianship:refused"
WRONG_CODE = "guardianship:wrong_code"


@dataclass(frozen=True, slots=True)
class WaitingCheck:
    """An identity check that a guardian is waiting for, as their page tells it."""

    #: Of the guardianship.
    id: int
    child: str
    #: As it is shown; empty where the guardian has not chosen a passphrase.
    code: str = field(repr=False)
    #: Aware; None where nobody has checked yet, or that is over.
    verified_until: datetime | None
    #: The school's zone.
    zone: str
    #: Of a delegation, and its id.
    delegate: bool = False


def needs_check(now: datetime) -> ColumnElement[bool]:
    """Return the condition that a guardianship's identity check is missing, or runs out soon."""
    return and_(
        Guardianship.ended_at.is_(None),
        or_(Guardianship.ends_at.is_(None), Guardianship.ends_at > now),
        or_(Guardianship.verified_until.is_(None), Guardianship.verified_until < now + RUNS_OUT),
    )


def load_checks(connection: Connection, vault: Vault, person_id: int, now: datetime) -> list[WaitingCheck]:
    """Return what the person's own page shows of their identity checks; oldest guardianship first.

    For nobody else's eyes: whoever knows the code can have the account verified.
    """
    rows = connection.execute(
        select(
            Guardianship.id,
            Guardianship.key,
            Guardianship.verified_until,
            Person.passphrase_hash,
            Child.name,
            School.zone,
        )
        .join(Person, Person.id == Guardianship.person_id)
        .join(Child, of_child(Guardianship))
        .join(School, School.id == Guardianship.school_id)
        .where(Guardianship.person_id == person_id, needs_check(now))
        .order_by(Guardianship.id)
    )
    own = [_waiting(vault, row, person_id, now, delegate=False) for row in rows]
    return own + [
        _waiting(vault, row, person_id, now, delegate=True)
        for row in connection.execute(_delegations(person_id, now))
    ]


def _delegations(person_id: int, now: datetime) -> Select[*tuple[Any, ...]]:
    tie = Delegation
    return (
        select(tie.id, tie.key, tie.verified_until, Person.passphrase_hash, Child.name, School.zone)
        .join(Person, Person.id == tie.person_id)
        .join(Guardianship, of_guardianship(tie))
        .join(Child, of_child(Guardianship))
        .join(School, School.id == tie.school_id)
        .where(
            tie.person_id == person_id,
            approved(now),
            or_(tie.verified_until.is_(None), tie.verified_until <= now),
        )
        .order_by(tie.id)
    )


def _waiting(vault: Vault, row: Any, person_id: int, now: datetime, *, delegate: bool) -> WaitingCheck:
    chosen = row.passphrase_hash
    return WaitingCheck(
        id=row.id,
        child=row.name,
        code=in_fours(_code(vault, row.key, person_id, chosen)) if chosen else "",
        verified_until=row.verified_until if row.verified_until and row.verified_until > now else None,
        zone=row.zone,
        delegate=delegate,
    )


def check_shown_code(
    connection: Connection,
    vault: Vault,
    tie: Row[Any],
    guardian: Row[Any],
    *,
    shown: str,
    now: datetime,
    of: str = "guardianship",
) -> None:
    """Let *shown* pass if it is what the guardian's page shows now.

    Args:
        connection: of the act's write transaction, so that many tries at once are ten in all.
        tie: the guardianship's record, or the delegation's.
        guardian: whose it is.
        shown: as it was typed; it is neither kept nor logged.
        of: what entries call *tie*.

    Raises:
        Refused: ``guardianship:no_account``, ``guardianship:wrong_code``, which the caller writes
            down, or ``guardianship:many_wrong_codes``.
    """
    if not guardian.passphrase_hash:
        raise Refused("guardianship:no_account", "no letter was accepted yet")
    if _wrong_codes(connection, tie, now, of) >= MOST_WRONG:
        raise Refused("guardianship:many_wrong_codes", f"{MOST_WRONG} within a day")
    code = _code(vault, tie.key, tie.person_id, guardian.passphrase_hash)
    if not hmac.compare_digest(folded_code(shown), code):
        raise Refused(WRONG_CODE)


def _code(vault: Vault, tie_key: str, person_id: int, passphrase_hash: str) -> str:
    digest = vault.peppered(f"check code {person_id} {passphrase_hash}", tie_key)
    return check_letters(bytes.fromhex(digest))


def _wrong_codes(connection: Connection, tie: Row[Any], now: datetime, of: str) -> int:
    """Return how many wrong codes of a guardianship the log has of the last day."""
    refused = select(LogEntry.body).where(
        LogEntry.log == tie.school_id,
        LogEntry.person_id == tie.person_id,
        LogEntry.kind == REFUSED,
        LogEntry.at > now - TRIES_COUNT,
    )
    bodies = [json.loads(body) for body in connection.execute(refused).scalars() if body is not None]
    return sum(body["reason"] == WRONG_CODE and body["subject"].get(of) == tie.id for body in bodies)
