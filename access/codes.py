"""Codes that people read and type: of papers, made at random, and of a guardian's page, derived.

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
#: 40 bits of a check code, which is good for one account and may be tried ten times a day.
CHECK_LETTERS = 8
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
    return _in_groups(code, 5)


def in_fours(code: str) -> str:
    """Return a check code as a page shows it, for somebody else to type."""
    return _in_groups(code, 4)


def folded_code(typed: str) -> str:
    """Return a code as it was made, however it was typed."""
    return "".join(letter for letter in as_read(typed) if letter in ALPHABET)


def as_read(typed: str) -> str:
    """Return what was typed, with whatever keyboard, in the letters that it is read as."""
    return unicodedata.normalize("NFKC", typed[:LONGEST_TYPED]).upper().translate(_READ_AS)


def token_hash(typed: str) -> bytes:
    """Return what is kept of a letter's token."""
    return hashlib.sha256(folded_code(typed).encode()).digest()


def check_letters(digest: bytes) -> str:
    """Return a check code made of a digest: five bits of each of its first bytes."""
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in digest[:CHECK_LETTERS])


def _in_groups(code: str, of: int) -> str:
    return "-".join(code[start : start + of] for start in range(0, len(code), of))


def new_code(letters: int) -> str:
    """Return so many letters made at random, 5 bits each."""
    return "".join(secrets.choice(ALPHABET) for _ in range(letters))
