"""Passphrases hashed in a thousandth of the memory: 0.1 s each, many hundred times.

It is argon2id all the same. Whatever is about time or memory asks for ``real_hashing``; and
whole portals, among the tests that take minutes, hash as they do at a school.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from argon2 import PasswordHasher

from access import passphrases

REAL = passphrases.HASHER
QUICK = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


def hash_quickly() -> None:
    """Let this process hash cheaply from now on."""
    passphrases.HASHER = QUICK


@contextmanager
def hashing(hasher: PasswordHasher) -> Iterator[None]:
    """Let this process hash with *hasher* until the end of the block."""
    before, passphrases.HASHER = passphrases.HASHER, hasher
    yield
    passphrases.HASHER = before
