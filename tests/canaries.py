"""Watches over the whole test run that nothing secret is written into a line that somebody keeps.

The schools of the tests have passphrases, sign-in names, children and cameras that would be
known again anywhere. Whatever the code logs, and whatever a process prints as its words about
itself (its ``stderr``, or the file that holds both), is looked through for them; the test in
which one is found fails, and says who wrote it. Whoever needs a secret in a test begins it
with ``canary``, and it is watched.

What a command answers on its ``stdout`` is for who asked, and is another matter.
"""

import json
import logging
import re
import subprocess
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import pytest

WORDS = (
    "canary",
    "kanarie",
    # passphrases, typed rightly and wrongly
    "willow lantern drum",
    "herring lantern drum",
    "misplaced lantern drum",
    "not the passphrase",
    # children
    "小豆",
    "阿月",
    "林豆豆",
    "赵天天",
    "赵晴晴",
    "Ilyas Haddad",
    "周米粒",
    "Maximiliane",
    "نور",
    "孩子",
)
#: What is ours; heard from the first level on, whatever the program keeps.
OURS = ("access", "app", "streaming", "demo")

LETTERS_TOLD = 300


def _written(word: str) -> set[str]:
    """Return how a word may stand in a line: as it is, in JSON, in Python, in an address."""
    return {word, json.dumps(word)[1:-1], ascii(word)[1:-1], quote(word), quote_plus(word)}


KNOWN = re.compile(
    "|".join(re.escape(one) for word in WORDS for one in sorted(_written(word))), re.IGNORECASE
)


class Canaries(logging.Handler):
    """Hears every line, and remembers the ones with a secret in them until a test has failed for it."""

    def __init__(self) -> None:
        super().__init__(logging.NOTSET)
        self._leaks: list[str] = []
        self._plain = logging.Formatter("%(levelname)s %(name)s %(message)s")

    def emit(self, record: logging.LogRecord) -> None:
        """Hear a line of a log, with the fault that goes with it."""
        self.hear(self._plain.format(record), f"the log of {record.name}")

    def hear(self, text: str | bytes | None, source: str) -> None:
        """Hear what *source* printed."""
        plain = text.decode(errors="replace") if isinstance(text, bytes) else text or ""
        found = KNOWN.search(plain)
        if found:
            line = next(line for line in plain.splitlines() if KNOWN.search(line)) if plain else ""
            self._leaks.append(f"{found[0]!r} in {source}: {line[:LETTERS_TOLD]}")

    def taken(self) -> list[str]:
        """Return the leaks since this was last asked for."""
        leaks, self._leaks = self._leaks, []
        return leaks


CANARIES = Canaries()

_communicate = subprocess.Popen.communicate


def _heard(process: "subprocess.Popen[Any]", *args: Any, **kwargs: Any) -> tuple[Any, Any]:
    """Hear what a process said of itself, where a test captures it."""
    said, of_itself = _communicate(process, *args, **kwargs)
    CANARIES.hear(of_itself, f"stderr of {_name(process)}")
    return said, of_itself


def _name(process: "subprocess.Popen[Any]") -> str:
    words = process.args if isinstance(process.args, list | tuple) else [process.args]
    return " ".join(Path(str(word)).name for word in words[:4])


def pytest_configure(config: pytest.Config) -> None:
    """Begin to hear."""
    del config
    logging.getLogger().addHandler(CANARIES)
    for name in OURS:
        logging.getLogger(name).setLevel(logging.DEBUG)
    subprocess.Popen.communicate = _heard  # type: ignore[assignment, method-assign]  # hears, too


def pytest_unconfigure(config: pytest.Config) -> None:
    """Hear no more."""
    del config
    logging.getLogger().removeHandler(CANARIES)
    subprocess.Popen.communicate = _communicate  # type: ignore[method-assign]  # as it was


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail a test, or what made ready for it, in which something secret was written."""
    report = yield
    for name, text in report.sections:
        if name == f"Captured stderr {report.when}":
            CANARIES.hear(text, name)
    leaks = CANARIES.taken()
    if leaks and report.outcome == "passed":
        report.outcome = "failed"
        report.longrepr = "\n".join([f"{item.nodeid} let something secret be written:", *leaks])
    return report


@pytest.fixture(scope="session", autouse=True)
def nothing_secret_in_any_file_of_words(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Look, at the end, through every file in which a process of the tests kept its words."""
    yield
    for path in tmp_path_factory.getbasetemp().rglob("*.log"):
        CANARIES.hear(path.read_bytes(), str(path))
