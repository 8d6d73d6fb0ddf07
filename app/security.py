"""Which requests may come from where.

A browser says itself where a request comes from (``Sec-Fetch-Site``); an old one
says at least ``Origin``. Forms carry a token on top (Flask-WTF), bound to the
cookie ``__Host-form``, so that a request which says neither is not believed.
"""

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Request, abort, g, request, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_wtf import CSRFProtect

from access.networks import come_from, network_of
from app.config import Settings
from app.errors import FormRefused

View = TypeVar("View", bound=Callable[..., Any])

SAFE_METHODS = frozenset({"GET", "HEAD"})

#: A form of ours is small; nobody uploads anything.
LARGEST_FORM_BYTES = 64 * 1024

csrf = CSRFProtect()


def comes_from_here(asked: Request, settings: Settings) -> bool | None:
    """Say whether the browser says that *asked* comes from our own page; None when it says nothing."""
    site = asked.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = asked.headers.get("Origin")
    if origin is None:
        return None
    ours = settings.origin or asked.host_url.rstrip("/")
    return origin.lower() == ours.lower()


def comes_from_a_page(asked: Request, here: bool | None) -> bool:
    """Say whether it is sure that *asked* comes from a page of ours; *here* as `comes_from_here` says.

    What the browser's own user asked for, a bookmark or a reload, comes from no page.
    """
    return here is True and asked.headers.get("Sec-Fetch-Site") != "none"


def token_free(view: View) -> View:
    """Let *view* be called without a form token, where a browser says that it comes from here.

    For beacons, which a leaving page sends and which carry no header of ours.
    """
    view.token_free = True  # type: ignore[attr-defined]  # read by `init_app` only
    csrf.exempt(view)
    return view


def plain_address(address: str) -> str:
    """Return an IPv4 address as itself, also where it came to an IPv6 socket (RFC 4291, section 2.5.5.2)."""
    return address.removeprefix("::ffff:") if "." in address else address


def viewer_address(asked: Request, settings: Settings) -> str:
    """Return the address the request came from; a proxy's word counts only if the proxy is named."""
    address = plain_address(asked.remote_addr or "")
    if address in settings.proxies:
        forwarded = asked.headers.get("X-Forwarded-For", "").split(",")
        address = forwarded[-1].strip() or address
    return address


class FormSession(SecureCookieSessionInterface):
    """Flask's own, which is for forms only; what a page fetches under ``/live/`` has none."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Return what the cookie holds."""
        if request.method == "GET" and request.path.startswith("/live/"):
            return SecureCookieSession()
        return super().open_session(app, request)


def init_app(app: Flask, settings: Settings) -> None:
    """Check where requests come from."""
    app.config.update(
        MAX_CONTENT_LENGTH=LARGEST_FORM_BYTES,
        MAX_FORM_MEMORY_SIZE=LARGEST_FORM_BYTES,
        SESSION_COOKIE_NAME="__Host-form",
        SESSION_COOKIE_SECURE=True,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        WTF_CSRF_SSL_STRICT=False,  # we look at Sec-Fetch-Site and Origin instead of the referrer
        WTF_CSRF_TIME_LIMIT=None,  # a watch page stays open for hours; the token dies with its cookie
        WTF_CSRF_CHECK_DEFAULT=False,  # checked below, in our order
    )
    app.session_interface = FormSession()
    csrf.init_app(app)

    @app.before_request
    def keep_network() -> None:
        come_from(network_of(viewer_address(request, settings)))

    @app.teardown_request
    def forget_network(_: BaseException | None) -> None:
        come_from(None)

    @app.before_request
    def come_from_here() -> None:
        if asked_host(request) not in settings.hosts or not is_plain(request):
            abort(404)
        if request.method in SAFE_METHODS:
            return
        here = comes_from_here(request, settings)
        view = app.view_functions.get(request.endpoint or "")
        if here is False or (getattr(view, "token_free", False) and not comes_from_a_page(request, here)):
            abort(404)


def check_tokens(app: Flask) -> None:
    """Check the form's token, once it is known that the person may call the view at all."""

    @app.before_request
    def check_token() -> None:
        if request.method not in SAFE_METHODS and None in request.form:
            raise FormRefused  # a part without a name, which Flask-WTF takes for one
        csrf.protect(apply_exemptions=True)


def renew_forms() -> None:
    """Make every form that this browser holds worth nothing: who it belongs to has changed.

    Called with each new token of a sign-in and each end of one (:mod:`app.account.cookie`).
    What was flashed for the next page stays.
    """
    for kept in set(session) - {"_flashes"}:
        session.pop(kept)
    g.pop("csrf_token", None)  # else the rest of this request would hand out the old one


def is_plain(asked: Request) -> bool:
    """Say whether the address is written as our pages write it: a path, each slash of it one slash.

    Werkzeug reads ``//home`` and ``/office%2frooms`` as addresses there are, and gunicorn
    a whole address as its path, whatever host it names; no browser asks like that.
    """
    written = asked.environ.get("RAW_URI") or asked.environ.get("PATH_INFO", "")
    path = written.partition("?")[0].lower()
    return path.startswith("/") and "//" not in path and "%2f" not in path and "%5c" not in path


def asked_host(asked: Request) -> str:
    """Return the host that was asked for, without its port; empty where that makes no sense."""
    try:
        return (urlsplit(f"//{asked.environ.get('HTTP_HOST', '')}").hostname or "").lower()
    except ValueError:
        return ""
