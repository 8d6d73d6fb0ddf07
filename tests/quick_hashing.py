"""Passphrases hashed in a thousandth of the memory, for the quick tests: 0.1 s each, many hundred times.

It is argon2id all the same. Whatever is about time or memory runs with the real one, among
the tests that take minutes.
"""

from argon2 import PasswordHasher

from access import acts_accepting, passphrases


def hash_quickly() -> None:
    """Let this process hash cheaply from now on."""
    passphrases.HASHER = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    passphrases._NOBODYS_HASH = passphrases.hashed("nobody's")
    acts_accepting._NO_SLIPS_HASH = passphrases.hashed("nobody's")
