"""How many tests passed, failed and were skipped, left in a file for :mod:`tests.__main__`."""

import json
import os
from pathlib import Path

import pytest

#: The environment variable that says where the counts go.
COUNTS_FILE = "LITTLEWINDOW_COUNTS_FILE"


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Write the counts; a worker that runs a part of the tests leaves that to who gave it out."""
    file = os.environ.get(COUNTS_FILE)
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if not file or reporter is None or hasattr(session.config, "workerinput"):
        return
    passed, failed, errors, skipped = (
        len(reporter.stats.get(kind, ())) for kind in ("passed", "failed", "error", "skipped")
    )
    # An end that is no pass is never told as one: nothing collected, interrupted, …
    counts = {"passed": passed, "failed": max(failed + errors, int(exitstatus != 0)), "skipped": skipped}
    Path(file).write_text(json.dumps(counts), encoding="utf-8")
