"""Which guardians could not watch once in a month, each with what stopped them most.

Of the guardians whose tie to a child of the school stands now. Whoever had a second of picture is left
out. What somebody tried and was refused says most; else it is the first thing on the way to a picture
that is missing.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, time
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, String, bindparam, cast, exists, select

from access.enrolment import Child, Guardianship, of_child
from access.grants import Grant
from access.people import Person, SignIn
from access.viewing_records import RefusalCount, Viewing


class Stopped(StrEnum):
    """What stopped somebody who was not refused, in the order in which it is looked at."""

    NO_LETTER = "letter:not_accepted"
    NOT_VERIFIED = "guardianship:not_verified"
    NO_GRANT = "grant:none"
    NO_SIGN_IN = "sign_in:none"
    NO_PICTURE = "viewing:no_picture"
    NEVER_TRIED = "viewing:never_tried"


@dataclass(frozen=True, slots=True)
class Unwatched:
    """A guardian who had no picture."""

    person_key: str
    person: str
    #: Of the school, by name.
    children: tuple[str, ...]
    #: A reason of :mod:`access.reasons` where they were refused, or one of :class:`Stopped`.
    reason: str
    #: How often they were refused, for whatever reason.
    refused: int


_GUARDIANS = (
    select(
        Person.id,
        Person.key,
        Person.name,
        Child.name.label("child"),
        (Person.passphrase_hash != "").label("has_passphrase"),
        Guardianship.verified_at,
        Guardianship.verified_until,
        exists()
        .where(
            Grant.guardianship_id == Guardianship.id,
            Grant.school_id == Guardianship.school_id,
            Grant.starts_at <= bindparam("now"),
            Grant.ends_at > bindparam("since"),
            Grant.revoked_at.is_(None),
        )
        .label("granted"),
        exists()
        .where(SignIn.person_id == Person.id, SignIn.seen_at >= bindparam("since"))
        .label("signed_in"),
        exists()
        .where(
            Viewing.person_id == Person.id,
            Viewing.school_id == Guardianship.school_id,
            Viewing.lease_until >= bindparam("since"),
        )
        .label("opened"),
    )
    .join(Guardianship, Guardianship.person_id == Person.id)
    .join(Child, of_child(Guardianship))
    .where(
        Guardianship.school_id == bindparam("school_id"),
        Guardianship.ended_at.is_(None),
        Guardianship.starts_at <= bindparam("now"),
        (Guardianship.ends_at.is_(None)) | (Guardianship.ends_at > bindparam("now")),
        Person.closed_at.is_(None),
        ~exists().where(
            Viewing.person_id == Person.id,
            Viewing.school_id == Guardianship.school_id,
            Viewing.lease_until >= bindparam("since"),
            cast(Viewing.delivered, String) != "{}",
        ),
    )
    .order_by(Child.name, Person.name, Person.id)
)
_REFUSED = (
    select(SignIn.person_id, RefusalCount.reason, RefusalCount.more)
    .join(SignIn, SignIn.id == RefusalCount.sign_in_id)
    .where(RefusalCount.school_id == bindparam("school_id"), RefusalCount.started_at >= bindparam("since"))
)


def month_of(instant: datetime, zone: str) -> datetime:
    """Return when the school's calendar month of *instant* began."""
    first = instant.astimezone(ZoneInfo(zone)).date().replace(day=1)
    return datetime.combine(first, time(), ZoneInfo(zone)).astimezone(UTC)


def unwatched(connection: Connection, school_id: int, zone: str, now: datetime) -> list[Unwatched]:
    """Return the guardians of a school who had no second of picture in the month of *now*; two questions."""
    since = {"school_id": school_id, "since": month_of(now, zone)}
    refusals: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for person_id, reason, more in connection.execute(_REFUSED, since):
        refusals[person_id][reason] += 1 + more
    ties: defaultdict[int, list[Any]] = defaultdict(list)
    for row in connection.execute(_GUARDIANS, {**since, "now": now}):
        ties[row.id].append(row)
    return [
        Unwatched(
            person_key=of_person[0].key,
            person=of_person[0].name,
            children=tuple(row.child for row in of_person),
            reason=_most(refusals[person_id]) or _missing(of_person, now),
            refused=refusals[person_id].total(),
        )
        for person_id, of_person in ties.items()
    ]


def _most(refusals: Counter[str]) -> str:
    """Return the most frequent reason, and of equals the first by name; nothing where there is none."""
    return min(refusals, key=lambda reason: (-refusals[reason], reason), default="")


def _missing(ties: list[Any], now: datetime) -> Stopped:
    first = ties[0]
    if not first.has_passphrase:
        return Stopped.NO_LETTER
    if not any(row.verified_at and row.verified_until and row.verified_until > now for row in ties):
        return Stopped.NOT_VERIFIED
    if not any(row.granted for row in ties):
        return Stopped.NO_GRANT
    if not first.signed_in:
        return Stopped.NO_SIGN_IN
    return Stopped.NO_PICTURE if first.opened else Stopped.NEVER_TRIED
