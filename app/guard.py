"""Who may call a view, and the one answer everybody else gets.

A view that names no audience is closed to everyone, and a test fails. What is
forbidden, unknown, gone or asked with the wrong method looks the same, down to
the headers (:mod:`app.one_answer`), so an answer never tells that something exists.
"""

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlencode

from flask import Flask, abort, redirect, request
from flask_login import current_user
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from app import at_door
from app.config import Settings
from app.one_answer import OneAnswer

View = TypeVar("View", bound=Callable[..., Any])

#: Signed in or not.
ANYONE = "anyone"
#: Signed in, whatever the role.
SIGNED_IN = "signed in"
#: Signed in, also on a device that was left alone and asks who holds it.
AWAY = "away"
#: The display at a room's door: a device behind which there is nobody.
DOOR = "door display"
#: Where a device that was left alone is led to.
UNLOCK = "/unlock"


def audience(*roles: str) -> Callable[[View], View]:
    """Open a view to people with one of *roles*, to ``SIGNED_IN``, ``AWAY``, ``DOOR`` or ``ANYONE``."""

    def declare(view: View) -> View:
        view.audience = frozenset(roles)  # type: ignore[attr-defined]  # read by `audience_of` only
        return view

    return declare


def audience_of(view: Callable[..., Any] | None) -> frozenset[str]:
    """Return to whom *view* is open; a view that says nothing is open to nobody."""
    declared: frozenset[str] = getattr(view, "audience", frozenset())
    return declared


def admits(view: Callable[..., Any] | None, roles: frozenset[str] | None) -> bool:
    """Say whether *view* is open to somebody with *roles*; None is a stranger."""
    wanted = audience_of(view)
    if ANYONE in wanted:
        return True
    return roles is not None and (not wanted.isdisjoint({SIGNED_IN, AWAY}) or not wanted.isdisjoint(roles))


def lead_to_unlock() -> Response | None:
    """Return where a device that was left alone is led, for a page; what a page asks for is the one 404."""
    if request.blueprint == "live" or request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate":
        return abort(404)
    if request.method != "GET":
        return redirect(UNLOCK, 303)
    return redirect(f"{UNLOCK}?{urlencode({'to': request.full_path.rstrip('?')})}", 303)


def init_app(app: Flask, settings: Settings) -> None:
    """Guard every view of *app*, present and future."""
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    app.url_map.merge_slashes = False
    app.url_map.strict_slashes = True
    app.wsgi_app = OneAnswer(app.wsgi_app, settings)  # type: ignore[method-assign]  # Flask's own way

    @app.before_request
    def admit() -> Response | None:
        view = app.view_functions.get(request.endpoint or "")
        wanted = audience_of(view)
        if ANYONE in wanted:
            return None  # nobody's sign-in is looked up for what is open to all
        if DOOR in wanted:
            return None if at_door.find(request) else abort(404)
        is_here = bool(view) and current_user.is_authenticated
        if not admits(view, current_user.roles if is_here else None):
            abort(404)
        return lead_to_unlock() if current_user.is_away and AWAY not in wanted else None

    @app.errorhandler(HTTPException)
    def answer(_: HTTPException) -> tuple[str, int]:
        # A malformed request is 400 to werkzeug; only of one's own form is told (app.errors).
        return "", 404
