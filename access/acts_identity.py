"""Acts by which somebody is known to be who they say, and until when that holds.

Who may say so is :mod:`access.two_people`'s business. Of the document that was seen its
kind is noted and never its number. Whoever tries to pass their own making is refused, and so
is who cannot say what the guardian's own page shows; the school can read that they tried.
"""

import re
import unicodedata
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select, update

from access.acts import Actor, school_of, widen
from access.calendar_writing import term_end
from access.check_codes import REFUSED, WRONG_CODE, check_shown_code
from access.checked import check_span, find_one
from access.delegations import end_checks_of_delegate
from access.enrolment import DOCUMENTS, Guardianship
from access.errors import Refused
from access.factor_records import Passkey, Totp
from access.invitations import Invitation
from access.people import Person
from access.spans import FAR
from access.two_people import Hands, may_verify
from access.world import World

#: Where a school has not said when its term ends.
CHECK_LASTS = timedelta(days=200)
#: A passport's number has eight digits or more, an identity card's eighteen; a date has fewer in a row.
NUMBER = re.compile(r"\d{6,}|(?:\d[ .\-‐-―_·/]?){9,}")


def verify_guardianship(
    world: World,
    *,
    actor: Actor,
    reason: str,
    guardianship_id: int,
    shown_code: str,
    until: datetime | None = None,
    document: str | None = None,
) -> datetime:
    """Record that the guardian's identity was checked, and return until when that holds.

    Args:
        shown_code: what the guardian's own page shows (:mod:`access.check_codes`), however it is typed.
        until: as long as it can hold where nothing is said.
        document: one of ``DOCUMENTS``, the kind that was seen.

    Raises:
        Refused: ``guardianship:same_person``, where the one who verifies had a hand in
            making this guardian, or where somebody who had is not named;
            ``guardianship:wrong_code``; that they tried is an entry in both cases.
            ``guardianship:no_account``, where there is nobody yet who could show a code;
            ``guardianship:many_wrong_codes``.
    """
    check_document(document, reason)
    seen = {} if document is None else {"document": document}
    subject: dict[str, Any] = {"guardianship": guardianship_id, **seen}
    school_id = school_of(world, Guardianship, guardianship_id)

    def apply(connection: Connection, now: datetime) -> datetime:
        tie = find_one(connection, Guardianship, guardianship_id, school_id=school_id)
        subject.update(person=tie.person_id, child=tie.child_id)
        guardian = find_one(connection, Person, tie.person_id)
        if not may_verify(actor.person_id, hands_of(connection, guardian, now, tied_by=tie.created_by)):
            raise Refused("guardianship:same_person")
        if tie.ended_at is not None:
            raise Refused("guardianship:ended")
        check_shown_code(connection, world.vault, tie, guardian, shown=shown_code, now=now)
        holds_until = checked_until(connection, tie.school_id, now, until)
        checked = as_checked(tie, now, until=holds_until, by=actor.person_id, document=document)
        its = (Guardianship.id == guardianship_id, Guardianship.school_id == school_id)
        connection.execute(update(Guardianship).where(*its).values(**checked))
        return holds_until

    return widen(
        world,
        school_id=school_id,
        actor=actor,
        reason=reason,
        kind="guardianship:verified",
        subject=subject,
        apply=apply,
        tells=dict.fromkeys(("guardianship:same_person", WRONG_CODE), REFUSED),
    )


def check_document(document: str | None, reason: str) -> None:
    """Let a kind of document and a note without a number pass."""
    if document is not None and document not in DOCUMENTS:
        raise Refused("document:kind", f"one of {', '.join(DOCUMENTS)}")
    if NUMBER.search(unicodedata.normalize("NFKC", reason)):
        raise Refused("document:number", "the number of a document is never written down")


def as_checked(
    record: Row[Any], now: datetime, *, until: datetime, by: int | None, document: str | None
) -> dict[str, Any]:
    """Return what is written of a check; verified again in time, it has held without a break."""
    return {
        "verified_at": record.verified_at if counts_as_verified(record, now) else now,
        "verified_until": until,
        "verified_by": by,
        "verified_document": document,
    }


def counts_as_verified(record: Row[Any], now: datetime) -> bool:
    """Say whether a check of a guardianship or a delegation holds at *now*."""
    return record.verified_until is not None and record.verified_at <= now < record.verified_until


def checked_until(
    connection: Connection,
    school_id: int,
    now: datetime,
    until: datetime | None,
    *,
    past_term: str = "guardianship:past_term",
) -> datetime:
    """Return until when something at *now* holds: as asked for, or as long as it can, which is the term.

    Args:
        past_term: why it is refused where more was asked for.
    """
    latest = latest_check(connection, school_id, now)
    holds_until = latest if until is None else until
    check_span(now, holds_until)
    if holds_until > latest:
        raise Refused(past_term, f"until {latest:%Y-%m-%d} at the latest")
    return holds_until


def latest_check(connection: Connection, school_id: int, now: datetime) -> datetime:
    """Return until when an identity check at *now* can hold at the latest: the term under way, or next.

    Raises:
        Refused: ``term:over``, where the school's last term has ended and no other is known.
    """
    return term_end(connection, school_id, now) or now + CHECK_LASTS


def hands_of(connection: Connection, person: Row[Any], now: datetime, *, tied_by: int | None) -> Hands:
    """Return who had a hand in making a guardian, or a delegate, of somebody."""
    return Hands(
        guardian=person.id,
        tied_by=tied_by,
        account_by=person.created_by,
        has_passphrase=bool(person.passphrase_hash),
        passphrase_by=person.passphrase_given_by,
        letters=frozenset(letter_hands(connection, person.id, now)),
    )


def letter_hands(connection: Connection, person_id: int, now: datetime) -> Collection[int | None]:
    """Return who printed letters and slips that were accepted, or that could be yet.

    Of those accepted the last, and all from which a factor may stand still.
    """
    mine = select(Invitation.issued_by, Invitation.handed_by, Invitation.handed_at).where(
        Invitation.person_id == person_id
    )
    accepted = mine.where(Invitation.accepted_at.is_not(None)).order_by(Invitation.id.desc())
    passkeys = select(Passkey.recorded_at).where(Passkey.person_id == person_id)
    apps = select(Totp.recorded_at).where(Totp.person_id == person_id)
    oldest = min(connection.execute(passkeys.union_all(apps)).scalars(), default=FAR)
    of_factors = accepted.where(Invitation.accepted_at >= oldest)
    waiting = mine.where(
        Invitation.accepted_at.is_(None), Invitation.ended_at.is_(None), Invitation.expires_at > now
    )
    letters: list[Row[Any]] = []
    hands: set[int | None] = set()
    for asked in (accepted.limit(1), of_factors, waiting):
        letters += connection.execute(asked)
    for letter in letters:
        hands.add(letter.issued_by)
        if letter.handed_at is not None:
            hands.add(letter.handed_by)
    return hands


def end_verifications(connection: Connection, person_id: int, now: datetime) -> list[int]:
    """Let no guardianship of a person count as verified any more; return those that did.

    Args:
        connection: of the act's write transaction.
    """
    holds = (
        Guardianship.person_id == person_id,
        Guardianship.ended_at.is_(None),
        Guardianship.verified_until > now,
    )
    found = list(
        connection.execute(select(Guardianship.id).where(*holds).order_by(Guardianship.id)).scalars()
    )
    connection.execute(update(Guardianship).where(Guardianship.id.in_(found)).values(verified_until=now))
    end_checks_of_delegate(connection, person_id, now)
    return found
