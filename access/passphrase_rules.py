"""Which passphrases may be chosen: long, in any script, and none that others would guess.

Length is counted after NFC, and nothing else is asked for: no kinds of letters, no changes
every month (NIST SP 800-63B-4, section 3.1.1). Whether others would guess it is estimated by
zxcvbn, from lists of leaked passwords, English words and names, keyboard walks, repeats
and dates, and from words of our own: what people at a Chinese kindergarten type, and what
is known of the person. What none of them knows: leaked passwords that are rarer, pinyin
of a name that is written in characters, verses and songs that are not in our list.
"""

import threading
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from access.enrolment import Child, Guardianship
from access.errors import Refused
from access.people import Membership, Person, School

#: NIST SP 800-63B-4 for a passphrase that is used alone.
AT_LEAST = 15
AT_MOST = 1_000
DIFFERENT_LETTERS = 5
#: Beyond this, more letters only make it harder to guess, and looking takes long.
LOOKED_AT = 72
#: Online, guessing so often takes centuries at thirty tries in five minutes; stolen hashes, long enough.
FEWEST_GUESSES = 10_000_000_000

WORDS = Path(__file__).parent / "local_words.txt"

#: The estimator keeps the caller's words in a table that all threads share.
_estimating = threading.Lock()


def check_chosen(passphrase: str, own: Iterable[str] = ()) -> None:
    """Let *passphrase* pass if it may be chosen.

    Args:
        own: names that belong to the person, such as those of their children.

    Raises:
        Refused: ``passphrase:short``, ``passphrase:long``, ``passphrase:plain`` or
            ``passphrase:guessable``.
    """
    passphrase = unicodedata.normalize("NFC", passphrase)
    if len(passphrase) < AT_LEAST:
        raise Refused("passphrase:short", f"fewer than {AT_LEAST} letters")
    if len(passphrase) > AT_MOST:
        raise Refused("passphrase:long", f"more than {AT_MOST} letters")
    if len(set(passphrase.casefold())) < DIFFERENT_LETTERS:
        raise Refused("passphrase:plain", f"fewer than {DIFFERENT_LETTERS} different letters")
    if _guesses(passphrase, own) < FEWEST_GUESSES:
        raise Refused(
            "passphrase:guessable", "others would guess it: well-known words, names or keys in a row"
        )


def own_words(connection: Connection, person_id: int) -> list[str]:
    """Return the names that somebody who knows this person would try."""
    tied = Guardianship.person_id == person_id
    schools = (
        select(Guardianship.school_id)
        .where(tied)
        .union(select(Membership.school_id).where(Membership.person_id == person_id))
    )
    children = select(Guardianship.child_id).where(tied)
    asked: list[Any] = [
        select(Person.name).where(Person.id == person_id),
        select(Person.sign_in_name).where(Person.id == person_id),
        select(Child.name).where(Child.id.in_(children)),
        select(School.name).where(School.id.in_(schools)),
    ]
    return [name for question in asked for name in connection.execute(question).scalars()]


def _guesses(passphrase: str, own: Iterable[str]) -> float:
    from zxcvbn import zxcvbn  # here: whoever chooses no passphrase need not load its lists

    words = [*_pieces(own), *_local_words()]
    # Spaces between words help nobody who guesses words.
    typed = unicodedata.normalize("NFKC", passphrase)  # wide letters of a Chinese keyboard are letters
    looks = {typed[:LOOKED_AT], "".join(typed.split())[:LOOKED_AT]}
    with _estimating:
        return min(float(zxcvbn(look, user_inputs=words)["guesses"]) for look in looks if look)


def _pieces(names: Iterable[str]) -> Iterator[str]:
    """Yield each name whole, without its spaces, and word by word."""
    for name in names:
        words = unicodedata.normalize("NFC", name).casefold().split()
        yield from dict.fromkeys([" ".join(words), "".join(words), *words])


@lru_cache(maxsize=1)
def _local_words() -> tuple[str, ...]:
    lines = WORDS.read_text("utf-8").splitlines()
    return tuple(line.strip() for line in lines if line.strip() and not line.startswith("#"))
