"""What anyone may ask for besides the front door: static files, and what robots and the runner ask."""

from pathlib import Path

from flask import Blueprint, Response, abort, request, send_from_directory

from app.config import LOOPBACK_HOSTS
from app.guard import ANYONE, audience

STATIC = Path(__file__).resolve().parent.parent / "static"

bp = Blueprint("public", __name__)


@audience(ANYONE)
def static(filename: str) -> Response:
    """Serve a file that is the same for everyone; browsers ask whether it has changed."""
    answer = send_from_directory(STATIC, filename)
    answer.headers["Cache-Control"] = "public, no-cache"
    return answer


@bp.get("/robots.txt")
@audience(ANYONE)
def robots() -> Response:
    """Tell robots that there is nothing for them."""
    return Response("User-agent: *\nDisallow: /\n", mimetype="text/plain")


@bp.get("/healthz")
@audience(ANYONE)
def health() -> Response:
    """Say to this machine, and to nobody behind a proxy, that the portal answers."""
    here = request.remote_addr in LOOPBACK_HOSTS and request.host.rsplit(":", 1)[0] in LOOPBACK_HOSTS
    if not here or "X-Forwarded-For" in request.headers or "Forwarded" in request.headers:
        abort(404)
    return Response("ready\n", mimetype="text/plain")
