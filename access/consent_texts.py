"""Which text a school asks with: the first that every school has, and the one in force."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from access.consent_records import Audience, ConsentText, Purpose
from access.consent_words import FIRST


@dataclass(frozen=True, slots=True)
class Text:
    """One version, as people read it."""

    id: int
    audience: str
    version: int
    words_zh: str
    words_en: str
    proposed_by: int | None
    recorded_at: datetime
    #: None of one that nobody has published yet.
    starts_at: datetime | None

    def words(self, language: str) -> str:
        """Return the words in a language; any but Chinese reads English."""
        return self.words_zh if language.startswith("zh") else self.words_en


def add_first_texts(connection: Connection, school_id: int, now: datetime) -> None:
    """Write the texts with which a school begins; in the transaction that adds it."""
    connection.execute(
        insert(ConsentText),
        [
            {
                "school_id": school_id,
                "purpose": purpose.value,
                "audience": audience.value,
                "version": 1,
                "words_zh": words_zh,
                "words_en": words_en,
                "recorded_at": now,
                "published_at": now,
                "starts_at": now,
            }
            for (purpose, audience), (words_zh, words_en) in FIRST.items()
        ],
    )


def texts_of(connection: Connection, school_id: int, audience: Audience) -> list[Text]:
    """Return every version that a school asks an audience with, newest first."""
    of = ConsentText
    columns = (of.id, of.audience, of.version, of.words_zh, of.words_en)
    rows = connection.execute(
        select(*columns, of.proposed_by, of.recorded_at, of.starts_at)
        .where(
            of.school_id == school_id,
            of.audience == audience.value,
            of.purpose == Purpose.LIVE_VIEW.value,
        )
        .order_by(of.version.desc())
    )
    return [Text(*row) for row in rows]


def in_force(texts: list[Text], now: datetime) -> Text | None:
    """Return the text that is in force at *now*; *texts* are newest first."""
    return next((text for text in texts if text.starts_at is not None and text.starts_at <= now), None)


def coming(texts: list[Text], now: datetime) -> Text | None:
    """Return the newest text that is published and not in force at *now*; *texts* are newest first."""
    return next((text for text in texts if text.starts_at is not None and text.starts_at > now), None)
