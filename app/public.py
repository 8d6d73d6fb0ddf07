"""What anyone may ask for besides the front door: static files, and what robots and others like to know."""

import gzip
import hashlib
from datetime import timedelta
from functools import lru_cache
from mimetypes import guess_type
from pathlib import Path

from flask import Blueprint, Response, abort, request, send_from_directory

from app.guard import ANYONE, audience
from app.security import asked_host
from app.services import services

STATIC = Path(__file__).resolve().parent.parent / "static"

#: Worth packing: on a village line the player alone would otherwise take half a minute.
TEXT = frozenset({".css", ".js", ".mjs", ".svg"})

#: Read anew, it is always good for so long; RFC 9116 advises less than a year.
CONTACT_HOLDS = timedelta(days=90)

bp = Blueprint("public", __name__)


@audience(ANYONE)
def static(filename: str) -> Response:
    """Serve a file that is the same for everyone; browsers ask whether it has changed."""
    answer = send_from_directory(STATIC, filename)
    if Path(filename).suffix in TEXT:
        answer.vary.add("Accept-Encoding")
        if request.accept_encodings["gzip"]:
            answer.close()
            answer = _packed_answer(STATIC / filename)
    answer.headers["Cache-Control"] = "public, no-cache"
    return answer


def _packed_answer(path: Path) -> Response:
    body, tag = _packed(path, path.stat().st_mtime_ns)
    answer = Response(body, mimetype=guess_type(path.name)[0])
    answer.headers["Content-Encoding"] = "gzip"
    answer.vary.add("Accept-Encoding")
    answer.set_etag(tag)
    answer.make_conditional(request)
    return answer


@lru_cache(maxsize=64)
def _packed(path: Path, _changed: int) -> tuple[bytes, str]:
    """Return a file packed, and a name for what is in it; once for each time it changes."""
    body = gzip.compress(path.read_bytes(), mtime=0)
    return body, hashlib.sha256(body).hexdigest()[:32]


@bp.get("/robots.txt")
@audience(ANYONE)
def robots() -> Response:
    """Tell robots that there is nothing for them."""
    return Response("User-agent: *\nDisallow: /\n", mimetype="text/plain")


@bp.get("/.well-known/security.txt")
@audience(ANYONE)
def security_contact() -> Response:
    """Tell whoever found a weakness where to write to, if the school says it (RFC 9116)."""
    settings = services().settings
    if not settings.security_contact:
        abort(404)
    last_day = (services().world.clock.now() + CONTACT_HOLDS).date()
    lines = [
        f"Contact: {settings.security_contact}",
        f"Expires: {last_day.isoformat()}T00:00:00Z",
        "Preferred-Languages: zh, en",
    ]
    if settings.origin:
        lines.append(f"Canonical: {settings.origin}/.well-known/security.txt")
    return Response("\n".join(lines) + "\n", mimetype="text/plain")


@bp.get("/healthz")
@audience(ANYONE)
def health() -> Response:
    """Say to this machine, and to nobody behind a proxy, that the portal answers."""
    own = services().settings.own_hosts
    here = request.remote_addr in own and asked_host(request) in own
    if not here or "X-Forwarded-For" in request.headers or "Forwarded" in request.headers:
        abort(404)
    return Response("ready\n", mimetype="text/plain")
