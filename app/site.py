"""The portal as browsers see it, and the cookie that a passkey's challenge is bound to."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import request
from werkzeug.wrappers import Response

from access.ceremonies import LASTS, Site
from app.services import services

COOKIE = "__Host-ceremony"
#: More than any token of ours; what is longer is not even looked up.
LONGEST_TOKEN = 100
#: WeChat's own browser has no passkeys, and fails only once one is asked for.
WITHOUT_PASSKEYS = "MicroMessenger"


def site() -> Site:
    """Return the portal as this browser sees it."""
    origin = services().settings.origin or request.host_url.rstrip("/")
    return Site(origin=origin, host=urlsplit(origin).hostname or "")


def passkeys_work() -> bool:
    """Say whether passkeys can work at all here: by name, and not in a browser that has none.

    Source:
        WebAuthn, level 3, section 5.1.3: the host of a passkey is a domain, never an address in numbers.
    """
    try:
        ip_address(site().host)
    except ValueError:
        return WITHOUT_PASSKEYS not in request.headers.get("User-Agent", "")
    return False


def keep(answer: Response, token: str) -> None:
    """Hand the browser the token of its challenge."""
    answer.set_cookie(
        COOKIE,
        token,
        max_age=int(LASTS.total_seconds()),
        path="/",
        secure=True,
        httponly=True,
        samesite="Strict",
    )


def kept() -> str:
    """Return the token of the browser's challenge; anything at all."""
    token = request.cookies.get(COOKIE, "")
    return token if len(token) <= LONGEST_TOKEN else ""


def forget(answer: Response) -> None:
    """Make the browser forget its challenge, which is over."""
    answer.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="Strict")
