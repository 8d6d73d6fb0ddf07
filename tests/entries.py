"""Watches over the whole test run that every entry says what its kind must (:mod:`access.log.kinds`).

Whatever acts, jobs and pages append in any test is looked at; the test in which an entry says
too little fails. Entries that a test itself appends are its own business.
"""

import sys
from collections.abc import Callable, Generator, Mapping
from typing import Any

import pytest
from flask import has_request_context

from access.log import entry
from access.log.kinds import Log
from tests.entry_faults import faults, unplaced

Append = Callable[..., int]


class Entries:
    """Hears what is appended, and remembers what was left out until a test has failed for it."""

    def __init__(self, append: Append) -> None:
        self._append = append
        self._found: list[str] = []

    def append(self, *given: Any, log: int, kind: str, body: Mapping[str, Any], **more: Any) -> int:
        """Append an entry, and look at it."""
        number = self._append(*given, log=log, kind=kind, body=body, **more)
        if not sys._getframe(1).f_globals["__name__"].startswith("tests."):
            which = Log.INSTALLATION if log == entry.INSTALLATION else Log.SCHOOL
            self._found += faults(which, kind, body)
            if has_request_context() and not _of_a_test(body["actor"]):
                self._found += unplaced(kind, body)
        return number

    def taken(self) -> list[str]:
        """Return what was left out since this was last asked for."""
        found, self._found = self._found, []
        return found


def _of_a_test(actor: Mapping[str, Any]) -> bool:
    """Say whether somebody acted whom a test made: what it does in between comes from nowhere."""
    return actor["via"] != "web" or (actor["person"] is not None and not actor.keys() & {"sign_in", "from"})


ENTRIES = Entries(entry.append)


def pytest_configure(config: pytest.Config) -> None:
    """Begin to hear."""
    del config
    entry.append = ENTRIES.append


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail a test, or what made ready for it, in which an entry said too little."""
    report = yield
    found = ENTRIES.taken()
    if found and report.outcome == "passed":
        report.outcome = "failed"
        report.longrepr = "\n".join([f"{item.nodeid} left an entry that says too little:", *found])
    return report
