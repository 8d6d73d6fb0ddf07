"""Secrets that stand on paper: made at random, read aloud, typed on a small phone.

Crockford's base32 has no letters that look alike, and what people type instead of a
digit is read as that digit (https://www.crockford.com/base32.html).
"""

import hashlib
import secrets
import unicodedata

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
#: 5 bits a letter: 130 of the letter's token, which needs no slow hash (OWASP ASVS 5.0, 6.5.2).
TOKEN_LETTERS = 26
#: 50 bits of the desk slip, of which ten guesses are nothing.
SECRET_LETTERS = 10
#: What somebody may type at most; also with spaces and dashes.
LONGEST_TYPED = 64

_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})


def new_token() -> str:
    """Return what a letter's address carries."""
    return new_code(TOKEN_LETTERS)


def new_secret() -> str:
    """Return what a desk slip says."""
    return new_code(SECRET_LETTERS)


def in_fives(code: str) -> str:
    """Return *code* as it is printed for people to type."""
    return "-".join(code[start : start + 5] for start in range(0, len(code), 5))


def folded_code(typed: str) -> str:
    """Return a code as it was made, however it was typed."""
    return "".join(letter for letter in as_read(typed) if letter in ALPHABET)


def as_read(typed: str) -> str:
    """Return what was typed, with whatever keyboard, in the letters that it is read as."""
    return unicodedata.normalize("NFKC", typed[:LONGEST_TYPED]).upper().translate(_READ_AS)


def token_hash(typed: str) -> bytes:
    """Return what is kept of a letter's token."""
    return hashlib.sha256(folded_code(typed).encode()).digest()


def new_code(letters: int) -> str:
    """Return so many letters made at random, 5 bits each."""
    return "".join(secrets.choice(ALPHABET) for _ in range(letters))
