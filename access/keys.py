"""Public ids: random, so that knowing one says nothing of the others."""

import secrets

KEY_LENGTH = 22


def new_key() -> str:
    """Return 128 random bits as 22 URL-safe characters (OWASP ASVS 5.0, 11.5.1).

    None begins with a dash: keys are typed in a terminal, where that would be an option. Leaving
    out one in 64 takes 0.02 of the 128 bits.
    """
    while (key := secrets.token_urlsafe(16)).startswith("-"):
        pass
    return key
