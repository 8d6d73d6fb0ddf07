"""The questions a room's coverage asks: who is expected in the rooms, and what they agreed to.

Column rows of several kinds, told apart by ``kind``, all of the same shape; built once. Each
names the schools, and but for guardians who were, only what touches the days around now.
"""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    literal,
    null,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import aliased

from access.consent_records import Consent, ConsentExemption, ConsentText, Guest, StaffDuty
from access.database import UtcDateTime
from access.enrolment import Enrolment, Guardianship
from access.places import RoomChange, RoomUse
from access.prepared import Prepared
from access.ways import CHANGE_COLUMNS, STAY_COLUMNS, not_ended, touches_the_days

ENROLMENT, TIE, CONSENT, EXEMPTION = "enrolment", "tie", "consent", "exemption"
DUTY, GUEST, TEXT = "duty", "guest", "text"

_NO_INSTANT, _NO_ID = type_coerce(null(), UtcDateTime()), type_coerce(null(), Integer())
_NOTHING_SAID = literal("", String)


def _in(column: Any, name: str) -> ColumnElement[bool]:
    within: ColumnElement[bool] = column.in_(bindparam(name, expanding=True))
    return within


def _of_the_rooms(stay: Any) -> tuple[ColumnElement[bool], ...]:
    return _in(stay.room_id, "room_ids"), _in(stay.school_id, "school_ids")


def _of_the_classes(record: Any) -> tuple[ColumnElement[bool], ...]:
    return _in(record.class_group_id, "class_group_ids"), _in(record.school_id, "school_ids")


_To = aliased(RoomChange)
#: Class groups that use the rooms, and those that are brought to them.
_IN_THE_ROOMS = (
    select(RoomUse.class_group_id).where(*_of_the_rooms(RoomUse), touches_the_days(RoomUse)),
    select(_To.class_group_id).where(*_of_the_rooms(_To)),
)
#: Uses of the rooms, and every change of the class groups that are in them, whatever room it is to; the
#: same change may come twice.
STAYS = Prepared(
    union_all(
        select(*STAY_COLUMNS, RoomUse.class_group_id, RoomUse.school_id).where(
            *_of_the_rooms(RoomUse), touches_the_days(RoomUse)
        ),
        *(
            select(*CHANGE_COLUMNS, RoomChange.class_group_id, RoomChange.school_id).where(
                RoomChange.class_group_id.in_(groups),
                _in(RoomChange.school_id, "school_ids"),
                touches_the_days(RoomChange),
            )
            for groups in _IN_THE_ROOMS
        ),
    )
)


def _children() -> Select[int]:
    """Ask for the children of the class groups."""
    return select(Enrolment.child_id).where(*_of_the_classes(Enrolment), touches_the_days(Enrolment))


def _ties() -> Select[int]:
    """Ask for the guardianships of these children."""
    return select(Guardianship.id).where(
        Guardianship.child_id.in_(_children()), _in(Guardianship.school_id, "school_ids")
    )


def _staff() -> Select[int]:
    """Ask for who works with the class groups."""
    return select(StaffDuty.person_id).where(*_of_the_classes(StaffDuty), touches_the_days(StaffDuty))


def _row(
    kind: str,
    *,
    of: Any,
    who: Any,
    starts_at: Any,
    recorded_at: Any,
    ends_at: Any = _NO_INSTANT,
    ended_at: Any = _NO_INSTANT,
    what: Any = _NOTHING_SAID,
    number: Any = _NO_ID,
) -> Select[*tuple[Any, ...]]:
    """Select rows of one kind; *of* is what they hang on, *who* whom they are about."""
    return select(
        literal(kind).label("kind"),
        of.label("of_id"),
        who.label("who_id"),
        starts_at.label("at"),
        ends_at.label("ends_at"),
        ended_at.label("ended_at"),
        recorded_at.label("recorded_at"),
        what.label("what"),
        number.label("id"),
    )


def _dated(kind: str, record: Any, *, of: Any, who: Any) -> Select[*tuple[Any, ...]]:
    return _row(
        kind,
        of=of,
        who=who,
        starts_at=record.starts_at,
        recorded_at=record.recorded_at,
        ends_at=record.ends_at,
        ended_at=record.ended_at,
        number=record.id,
    )


def _around_now(kind: str, record: Any, *, of: Any, who: Any) -> Select[*tuple[Any, ...]]:
    dated = _dated(kind, record, of=of, who=who)
    return dated.where(touches_the_days(record), not_ended(record.ended_at))


_CONSENTS = _row(
    CONSENT,
    of=Consent.guardianship_id,
    who=Consent.person_id,
    starts_at=Consent.counts_from,
    recorded_at=Consent.counts_from,
    ended_at=Consent.ended_at,
    what=Consent.level,
    number=Consent.consent_text_id,
).where(Consent.counts_from.is_not(None), _in(Consent.school_id, "school_ids"))

#: Who is expected with the class groups, and what they and those who answer for them have said. Of
#: guardians also those who were, with all that they said: whether they had agreed when the tie ended.
EXPECTED = Prepared(
    union_all(
        _around_now(ENROLMENT, Enrolment, of=Enrolment.class_group_id, who=Enrolment.child_id).where(
            *_of_the_classes(Enrolment)
        ),
        _dated(TIE, Guardianship, of=Guardianship.child_id, who=Guardianship.person_id).where(
            Guardianship.starts_at < bindparam("to"),
            Guardianship.child_id.in_(_children()),
            _in(Guardianship.school_id, "school_ids"),
        ),
        _CONSENTS.where(Consent.guardianship_id.in_(_ties())),
        _CONSENTS.where(
            Consent.guardianship_id.is_(None), Consent.person_id.in_(_staff()), not_ended(Consent.ended_at)
        ),
        _row(
            EXEMPTION,
            of=ConsentExemption.guardianship_id,
            who=_NO_ID,
            starts_at=ConsentExemption.confirmed_at,
            recorded_at=ConsentExemption.confirmed_at,
            ended_at=ConsentExemption.ended_at,
        ).where(
            ConsentExemption.guardianship_id.in_(_ties()),
            ConsentExemption.confirmed_at.is_not(None),
            not_ended(ConsentExemption.ended_at),
            _in(ConsentExemption.school_id, "school_ids"),
        ),
        _around_now(DUTY, StaffDuty, of=StaffDuty.class_group_id, who=StaffDuty.person_id).where(
            *_of_the_classes(StaffDuty)
        ),
        _row(
            GUEST,
            of=Guest.room_id,
            who=_NO_ID,
            starts_at=Guest.came_at,
            recorded_at=Guest.came_at,
            ended_at=Guest.left_at,
        ).where(*_of_the_rooms(Guest), not_ended(Guest.left_at)),
        _row(
            TEXT,
            of=ConsentText.school_id,
            who=ConsentText.version,
            starts_at=ConsentText.starts_at,
            recorded_at=ConsentText.published_at,
            what=ConsentText.audience,
            number=ConsentText.id,
        ).where(
            and_(
                ConsentText.starts_at.is_not(None),
                ConsentText.purpose == bindparam("purpose"),
                _in(ConsentText.school_id, "school_ids"),
            )
        ),
    )
)
