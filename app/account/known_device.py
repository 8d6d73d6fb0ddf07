"""Devices on which somebody has signed in before: nobody else can use up their tries.

Whoever knows a sign-in name could keep its owner out by guessing. So a device that was
signed in under a name has tries of its own for it (OWASP, "Slow Down Online Guessing
Attacks with Device Cookies"; docs/decisions/008-known-devices.md). The cookie opens
nothing without the passphrase, and tells nobody but the portal whose it is.
"""

import hashlib
import hmac
import secrets

from flask import current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from access.passphrases import folded_name

COOKIE = "__Host-known-device"
#: As long as a browser keeps a cookie at most (RFC 6265bis, section 5.5).
SECONDS = 400 * 24 * 3600
#: Families share phones; the names longest unused are forgotten.
MOST_NAMES = 4
NAME_BYTES = 16


def key_for(sign_in_name: str) -> str | None:
    """Return what this device's tries for *sign_in_name* are counted by; None for a stranger's device."""
    return _kept().get(_name(sign_in_name))


def remember(answer: Response, sign_in_name: str) -> None:
    """Let *answer* tell the device that somebody signed in on it under this name."""
    kept, name = _kept(), _name(sign_in_name)
    key = kept.pop(name, None) or secrets.token_urlsafe(NAME_BYTES)
    names = dict([*kept.items(), (name, key)][-MOST_NAMES:])
    answer.set_cookie(
        COOKIE,
        _signer().dumps(names),
        max_age=SECONDS,
        path="/",
        secure=True,
        httponly=True,
        samesite="Strict",
    )


def _kept() -> dict[str, str]:
    try:
        found: dict[str, str] = _signer().loads(request.cookies.get(COOKIE, ""), max_age=SECONDS)
    except BadSignature:  # nobody's, somebody else's or too old: a stranger's
        return {}
    return found


def _name(sign_in_name: str) -> str:
    """Return the name so that the device's holder cannot read whose it is."""
    typed = folded_name(sign_in_name).encode("utf-8", "surrogatepass")
    return hmac.new(_secret(), typed, hashlib.sha256).hexdigest()[: 2 * NAME_BYTES]


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(_secret(), salt="known device")


def _secret() -> bytes:
    secret = current_app.secret_key
    if not isinstance(secret, bytes):
        raise TypeError("the application has no key")
    return secret
