"""How large the words are: the reader's choice, kept on their device, for every page.

A browser's own setting counts on top; this is for whoever would not find it.
"""

from flask import request
from werkzeug.wrappers import Response

COOKIE = "__Host-text"
COOKIE_SECONDS = 365 * 24 * 3600
SIZES = frozenset({"normal", "large"})


def chosen() -> str:
    """Return ``normal`` or ``large`` for this request."""
    return "large" if request.cookies.get(COOKIE) == "large" else "normal"


def remember(answer: Response, size: str) -> None:
    """Keep the reader's choice on their device."""
    answer.set_cookie(
        COOKIE, size, max_age=COOKIE_SECONDS, path="/", secure=True, httponly=True, samesite="Lax"
    )
