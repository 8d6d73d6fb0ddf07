"""Acts by which a school asks with other words: one proposes a text, somebody else publishes it.

From the day on which a newer text is in force, answers to older ones count no more, so rooms close
until everybody has answered again; a published text can be answered before its day.
"""

import unicodedata
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select, update

from access.acts import Actor, school_of, widen
from access.acts_paper import ALONE
from access.checked import find_one
from access.consent_records import WORDS_LETTERS, Audience, ConsentText, Purpose
from access.errors import Refused
from access.inserting import insert_one
from access.people import School
from access.two_people import may_publish
from access.world import World


def propose_text(
    world: World,
    *,
    actor: Actor,
    reason: str,
    school_id: int,
    audience: str,
    words_zh: str,
    words_en: str,
) -> int:
    """Propose the next version of what a school asks; return the record. Nothing changes yet.

    Args:
        audience: ``family`` or ``staff``.

    Raises:
        Refused: ``consent:audience``; ``consent:words``: nothing, or too much, in one of the languages.
    """
    if audience not in set(Audience):
        raise Refused("consent:audience", f"one of {', '.join(Audience)}")
    words = {"words_zh": _checked(words_zh), "words_en": _checked(words_en)}
    subject: dict[str, Any] = {"audience": str(audience)}

    def apply(connection: Connection, now: datetime) -> int:
        find_one(connection, School, school_id)
        newest = select(func.max(ConsentText.version)).where(
            ConsentText.school_id == school_id,
            ConsentText.purpose == Purpose.LIVE_VIEW.value,
            ConsentText.audience == str(audience),
        )
        version = (connection.execute(newest).scalar_one() or 0) + 1
        text = insert_one(
            connection,
            ConsentText,
            school_id=school_id,
            purpose=Purpose.LIVE_VIEW.value,
            audience=str(audience),
            version=version,
            proposed_by=actor.person_id,
            recorded_at=now,
            **words,
        )
        subject.update(consent_text=text, version=version)
        return text

    return widen(
        world,
        school_id=school_id,
        actor=actor,
        reason=reason,
        kind="consent_text:proposed",
        subject=subject,
        apply=apply,
    )


def publish_text(world: World, *, actor: Actor, reason: str, text_id: int, starts_at: datetime) -> None:
    """Publish a text that somebody else proposed; it is in force from *starts_at*, at the earliest now.

    Raises:
        Refused: ``consent:published``; ``consent:same_person``, that they tried is an entry;
            ``consent:newer``: a later version is published already.
    """
    if starts_at.tzinfo is None:
        raise ValueError("an instant without a zone")
    school_id = school_of(world, ConsentText, text_id)
    subject: dict[str, Any] = {"consent_text": text_id}

    def apply(connection: Connection, now: datetime) -> None:
        text = find_one(connection, ConsentText, text_id, school_id=school_id)
        subject.update(audience=text.audience, version=text.version)
        if text.published_at is not None:
            raise Refused("consent:published")
        later = select(ConsentText.id).where(
            ConsentText.school_id == school_id,
            ConsentText.purpose == text.purpose,
            ConsentText.audience == text.audience,
            ConsentText.version > text.version,
            ConsentText.published_at.is_not(None),
        )
        if connection.execute(later).first():
            raise Refused("consent:newer")
        if not may_publish(actor.person_id, proposed_by=text.proposed_by):
            raise Refused("consent:same_person")
        this = (ConsentText.id == text_id, ConsentText.school_id == school_id)
        published = {"published_by": actor.person_id, "published_at": now, "starts_at": max(starts_at, now)}
        connection.execute(update(ConsentText).where(*this).values(**published))

    widen(
        world,
        school_id=school_id,
        actor=actor,
        reason=reason,
        kind="consent_text:published",
        subject=subject,
        apply=apply,
        tells={"consent:same_person": ALONE},
    )


def _checked(words: str) -> str:
    words = unicodedata.normalize("NFC", words.replace("\r\n", "\n").strip())
    if not 0 < len(words) <= WORDS_LETTERS:
        raise Refused("consent:words", f"1 to {WORDS_LETTERS} letters")
    return words
