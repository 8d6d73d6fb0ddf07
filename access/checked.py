"""What people type into an act, checked once and the same everywhere."""

import unicodedata
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from access.errors import Refused

NAME_LETTERS = 200
#: They make text read in another order than it is stored.
TURNS_TEXT = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
#: Control characters, half a surrogate pair, line and paragraph separators.
NEVER_IN_A_NAME = frozenset({"Cc", "Cs", "Zl", "Zp"})
#: Nothing of them is seen, so two names that differ by one alone look the same.
INVISIBLE = frozenset("\u00ad\u180e\u200b\u2060\u2061\u2062\u2063\u2064\ufeff")


def checked_name(name: str, *, letters: int = NAME_LETTERS) -> str:
    """Return *name* as it is kept: emoji and right-to-left text are names like any other.

    Raises:
        Refused: nothing, too much, or characters that disguise a name.
    """
    name = unicodedata.normalize("NFC", name.strip())
    if not name:
        raise Refused("name:missing")
    if len(name) > letters:
        raise Refused("name:long", f"more than {letters} letters")
    if any(
        letter in TURNS_TEXT | INVISIBLE or unicodedata.category(letter) in NEVER_IN_A_NAME for letter in name
    ):
        raise Refused("name:characters", "control or direction characters")
    return name


def check_span(starts_at: datetime, ends_at: datetime | None) -> None:
    """Let ``[starts_at, ends_at)`` pass if it is a span.

    Raises:
        Refused: it ends before it begins, or at once.
        ValueError: an instant without a zone.
    """
    if starts_at.tzinfo is None or (ends_at is not None and ends_at.tzinfo is None):
        raise ValueError("an instant without a zone")
    if ends_at is not None and ends_at <= starts_at:
        raise Refused("span:backwards")


def begins_now_or_later(starts_at: datetime | None, ends_at: datetime, now: datetime) -> datetime:
    """Return from when something holds that nobody can have begun before now.

    Raises:
        Refused: ``span:over``, or ``span:backwards``.
        ValueError: an instant without a zone.
    """
    starts_at = max(starts_at or now, now)
    if ends_at <= now:
        raise Refused("span:over")
    check_span(starts_at, ends_at)
    return starts_at


def check_shown(shown: object | None, stands: object) -> None:
    """Let an act pass that was meant for the state that stands.

    Args:
        shown: what whoever acts has seen; None where they had nothing before them.

    Raises:
        Refused: ``act:overtaken``.
    """
    if shown is not None and shown != stands:
        raise Refused("act:overtaken", "somebody else changed it meanwhile")


def find_one(
    connection: Connection, model: type, record_id: int, *, school_id: int | None = None
) -> Row[Any]:
    """Return the columns of one record, of *school_id* where that is said.

    Raises:
        Refused: ``<table>:unknown``.
    """
    table = model.__table__  # type: ignore[attr-defined]  # every record class has one
    asked = select(*table.columns).where(table.c.id == record_id)
    if school_id is not None:
        asked = asked.where(table.c.school_id == school_id)
    row = connection.execute(asked).one_or_none()
    if row is None:
        raise Refused(f"{table.name}:unknown")
    return row
