"""Public ids: random, so that knowing one says nothing of the others."""

import secrets

KEY_LENGTH = 22


def new_key() -> str:
    """Return 128 random bits as 22 URL-safe characters (OWASP ASVS 5.0, 11.5.1)."""
    return secrets.token_urlsafe(16)
