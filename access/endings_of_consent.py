"""What is written when consent is refused, taken back or asked for again, and when a guest comes."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, or_, select, update

from access.checked import find_one
from access.consent_records import NO, Consent, ConsentExemption, ConsentText, Guest
from access.enrolment import Guardianship
from access.inserting import insert_one
from access.places import Epoch, Room
from access.recorded import Recorded, Target


def consent_refused(connection: Connection, target: Target, at: datetime) -> Recorded:
    """Write a refusal, and end whatever the same person had agreed to in the same place.

    Where they were not asked, they are again: a no that is said always counts. Also what was agreed to
    after *at*: nothing that opens passes an ending that waits, so both were asked for together, and
    then the stricter holds.
    """
    text = find_one(connection, ConsentText, target["consent_text"])
    tie = _tie(connection, target, text.school_id)
    known = (Consent.key == target["key"], Consent.school_id == text.school_id)
    refusal = connection.execute(select(Consent.id).where(*known)).scalar_one_or_none()
    asked_again: dict[str, int] = {}
    if refusal is None:
        end_answers(connection, text.school_id, target, at)
        asked_again = _end_exemptions(connection, text.school_id, target["guardianship"], at)
        refusal = insert_one(
            connection,
            Consent,
            school_id=text.school_id,
            key=target["key"],
            consent_text_id=text.id,
            person_id=target["person"],
            guardianship_id=target["guardianship"],
            level=NO,
            how=target["how"],
            entered_by=target["by"],
            recorded_at=at,
            counts_from=at,
        )
    ids: dict[str, Any] = {"consent": refusal, "person": target["person"], "version": text.version}
    if tie is not None:
        ids |= {"guardianship": tie.id, "child": tie.child_id}
    return Recorded(text.school_id, {**ids, "how": target["how"], **asked_again})


def end_answers(
    connection: Connection, school_id: int, target: Target, at: datetime, *, text_id: int | None = None
) -> None:
    """End the standing answers of a guardianship, or of somebody of the staff for themselves.

    Args:
        target: with ``guardianship``, None of staff, and ``person``.
        text_id: only those to this text.
    """
    guardianship = target["guardianship"]
    whose = (
        (Consent.guardianship_id == guardianship,)
        if guardianship is not None
        else (Consent.guardianship_id.is_(None), Consent.person_id == target["person"])
    )
    these = [Consent.school_id == school_id, or_(Consent.ended_at.is_(None), Consent.ended_at > at), *whose]
    if text_id is not None:
        these.append(Consent.consent_text_id == text_id)
    connection.execute(update(Consent).where(*these).values(ended_at=at))


def _end_exemptions(
    connection: Connection, school_id: int, guardianship: int | None, at: datetime
) -> dict[str, int]:
    """Ask a guardian again, also where that was only proposed; return what an entry says of it."""
    of = ConsentExemption
    stands = or_(of.ended_at.is_(None), of.ended_at > at)
    these = (of.school_id == school_id, of.guardianship_id == guardianship, stands)
    confirmed = select(of.id).where(*these, of.confirmed_at.is_not(None)).order_by(of.id.desc()).limit(1)
    exemption = connection.execute(confirmed).scalar_one_or_none()
    connection.execute(update(of).where(*these).values(ended_at=at))
    return {} if exemption is None else {"consent_exemption": exemption}


def exemption_ended(connection: Connection, target: Target, at: datetime) -> Recorded:
    """Write that a guardian's consent is asked for again."""
    exemption = find_one(connection, ConsentExemption, target["consent_exemption"])
    tie = find_one(connection, Guardianship, exemption.guardianship_id, school_id=exemption.school_id)
    this = (ConsentExemption.id == exemption.id, ConsentExemption.school_id == exemption.school_id)
    stands = or_(ConsentExemption.ended_at.is_(None), ConsentExemption.ended_at > at)
    connection.execute(update(ConsentExemption).where(*this, stands).values(ended_at=at))
    ids = {"guardianship": tie.id, "person": tie.person_id, "child": tie.child_id}
    return Recorded(exemption.school_id, {"consent_exemption": exemption.id, **ids})


def guest_came(connection: Connection, target: Target, at: datetime) -> Recorded:
    """Write that a guest is in a room, and end what is being filmed of it."""
    room = find_one(connection, Room, target["room"])
    known = (Guest.key == target["key"], Guest.school_id == room.school_id)
    guest = connection.execute(select(Guest.id).where(*known)).scalar_one_or_none()
    if guest is None:
        ids = {"school_id": room.school_id, "room_id": room.id, "key": target["key"]}
        guest = insert_one(connection, Guest, **ids, came_at=at, recorded_at=at)
    running = (
        Epoch.school_id == room.school_id,
        Epoch.room_id == room.id,
        Epoch.ended_at.is_(None),
        Epoch.started_at <= at,
    )
    connection.execute(update(Epoch).where(*running).values(ended_at=at))
    return Recorded(room.school_id, {"room": room.id, "guest": guest})


def _tie(connection: Connection, target: Target, school_id: int) -> Row[Any] | None:
    if target["guardianship"] is None:
        return None
    return find_one(connection, Guardianship, target["guardianship"], school_id=school_id)
