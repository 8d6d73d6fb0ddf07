"""What browsers say that a page tried and was kept from doing: counted, never kept.

Anybody can send anything here. So nothing of it is stored or logged but which of our own
rules was hit, and of more than a few a minute nothing is even read.
"""

import json
import logging
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, cast

from flask import Blueprint, Flask, abort, current_app, request

from app.guard import ANYONE, audience
from app.headers import REPORTS
from app.security import token_free
from app.services import services

logger = logging.getLogger(__name__)

LARGEST_REPORT_BYTES = 16 * 1024
#: Of all browsers together; what comes beyond it is not read.
READ_EACH_MINUTE = 30
MINUTE = timedelta(minutes=1)
#: The same rule is told to the program's own log once in this time.
TOLD_EACH = timedelta(hours=1)

#: The rules of our policy, as browsers name them.
DIRECTIVES = frozenset(
    {
        "base-uri",
        "connect-src",
        "default-src",
        "font-src",
        "form-action",
        "frame-ancestors",
        "frame-src",
        "img-src",
        "manifest-src",
        "media-src",
        "object-src",
        "require-trusted-types-for",
        "script-src",
        "script-src-attr",
        "script-src-elem",
        "style-src",
        "style-src-attr",
        "style-src-elem",
        "trusted-types",
        "worker-src",
    }
)
OTHER = "other"

EXTENSION = "littlewindow.reports"

bp = Blueprint("reports", __name__)


class Reports:
    """How often each rule was hit; safe to use from several threads, lost with the process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()
        self._told: dict[str, datetime] = {}
        self._minute: datetime | None = None
        self._read = 0

    def may_read(self, now: datetime) -> bool:
        """Say whether one more may be read in this minute."""
        with self._lock:
            if self._minute is None or not self._minute <= now < self._minute + MINUTE:
                self._minute, self._read = now, 0
            self._read += 1
            return self._read <= READ_EACH_MINUTE

    def count(self, directive: str, now: datetime) -> bool:
        """Count a rule that was hit; say whether it is time to tell of it."""
        with self._lock:
            self._counts[directive] += 1
            told = self._told.get(directive)
            if told is not None and told <= now < told + TOLD_EACH:
                return False
            self._told[directive] = now
            return True

    def counts(self) -> dict[str, int]:
        """Return how often each rule was hit."""
        with self._lock:
            return dict(self._counts)


def init_app(app: Flask) -> None:
    """Give *app* its own count."""
    app.extensions[EXTENSION] = Reports()


def reports() -> Reports:
    """Return the count of the application that answers this request."""
    return cast("Reports", current_app.extensions[EXTENSION])


@bp.post(REPORTS)
@audience(ANYONE)
@token_free
def report() -> tuple[str, int]:
    """Count what a browser reports; whatever it was, the answer is the same."""
    if (request.content_length or 0) > LARGEST_REPORT_BYTES:
        abort(404)
    now = services().world.clock.now()
    if reports().may_read(now):
        for directive in _directives(request.get_data()[:LARGEST_REPORT_BYTES]):
            if reports().count(directive, now):
                logger.warning("page:violation %s", directive)
    return "", 204


def _directives(body: bytes) -> Iterator[str]:
    """Yield the rule that each report is about, by both spellings there are of a report."""
    try:
        said: Any = json.loads(body)
    except (ValueError, RecursionError):
        return
    for one in (said if isinstance(said, list) else [said])[:READ_EACH_MINUTE]:
        if isinstance(one, dict):
            told = one.get("csp-report") or one.get("body")
            if isinstance(told, dict):
                hit = told.get("effective-directive") or told.get("effectiveDirective")
                yield hit if isinstance(hit, str) and hit in DIRECTIVES else OTHER
