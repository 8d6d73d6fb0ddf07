"""The last line of ``./portal test --json`` and ``./portal check --json``: the counts, as one object."""

import json
import sys
import time

import pytest


class Counted:
    """Counts from the moment it is made."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._code = 1

    def pytest_sessionfinish(self, exitstatus: int) -> None:
        """Remember how it ended."""
        self._code = int(exitstatus)

    def pytest_unconfigure(self, config: pytest.Config) -> None:
        """Write the line, after pytest's own closing line."""
        reporter = config.pluginmanager.get_plugin("terminalreporter")
        stats = reporter.stats if reporter else {}
        passed, failed, errors, skipped = (
            len(stats.get(kind, ())) for kind in ("passed", "failed", "error", "skipped")
        )
        line = {
            "passed": passed,
            # An end that is no pass is never told as one: nothing collected, interrupted, …
            "failed": max(failed + errors, int(self._code != 0)),
            "skipped": skipped,
            "seconds": round(time.monotonic() - self._began, 1),
        }
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()


def pytest_configure(config: pytest.Config) -> None:
    """Begin to count."""
    config.pluginmanager.register(Counted())
