"""Ask many checks at once, and wait for none of them longer than its time.

A network that hangs cannot be interrupted, so each check has a thread of its own that
is left behind when its time is over. A check that still hangs is not asked again, so
that at most one thread of each is ever left.
"""

import logging
import queue
import threading
import time
from collections.abc import Callable, Iterable, Mapping

from flask_babel import lazy_gettext

from app.health.finding import Finding, unknown

logger = logging.getLogger(__name__)

Check = Callable[[], Iterable[Finding]]


class Patience:
    """Asks checks; remembers which of them still hang. Thread-safe.

    Args:
        seconds: how long all of them together may take.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._hanging: set[str] = set()

    def ask(self, checks: Mapping[str, Check]) -> list[Finding]:
        """Return what every check found, in the order of *checks*; one that is late is not known."""
        answers: queue.SimpleQueue[tuple[str, list[Finding]]] = queue.SimpleQueue()
        for name, check in checks.items():
            self._begin(name, check, answers)
        deadline, found = time.monotonic() + self._seconds, dict[str, list[Finding]]()
        while len(found) < len(checks):
            try:
                name, findings = answers.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                break
            found[name] = findings
        return [finding.of(name) for name in checks for finding in found.get(name, [_late()])]

    def _begin(
        self, name: str, check: Check, answers: "queue.SimpleQueue[tuple[str, list[Finding]]]"
    ) -> None:
        with self._lock:
            if name in self._hanging:
                answers.put((name, [_late()]))
                return
            self._hanging.add(name)

        def run() -> None:
            try:
                findings = list(check())
            except Exception as fault:  # a check that fails must not hide the others
                # Its type only: messages of libraries may carry names and addresses.
                logger.warning("health: %s: %s", name, type(fault).__name__)
                findings = [_failed(type(fault).__name__)]
            with self._lock:
                self._hanging.discard(name)
            answers.put((name, findings))

        threading.Thread(target=run, name=f"health-{name}", daemon=True).start()


def _late() -> Finding:
    return unknown(
        lazy_gettext("It did not answer in time."),
        lazy_gettext("Ask again in a minute; if it stays so, something hangs: the network, or a disk."),
    )


def _failed(what: str) -> Finding:
    return unknown(
        lazy_gettext("It could not be looked at."),
        lazy_gettext("Call ./portal doctor as the user that runs the portal, with its settings."),
        detail=what,
    )
