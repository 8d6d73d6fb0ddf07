"""``./portal demo`` as somebody who has ten minutes starts it, looked at from outside."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.descendants import command_line, descendants
from tests.e2e.waiting import until
from tests.readme import ROOT, readme_command

#: Promised for every start but the first.
READY_SECONDS = 15.0
END_SECONDS = 20.0
SHARED_MEMORY = Path("/dev/shm")


class Demo:
    """The README's command with *options*, in a process group of its own, from ``with`` to its end.

    Args:
        home: where it may leave things; looked into afterwards.
        options: such as ``--minutes 1``.
    """

    def __init__(self, home: Path, *options: str) -> None:
        self._home = home
        self._options = ("--json", "--port", "0", *options)
        #: The first line of standard output.
        self.told: dict[str, Any] = {}
        self.ready_after_seconds = 0.0
        #: Every process of it that was ever seen.
        self.processes: set[int] = set()

    def __enter__(self) -> "Demo":
        began = time.monotonic()
        self.start()
        assert self.process.stdout
        first = self.process.stdout.readline()
        self.ready_after_seconds = time.monotonic() - began
        if not first:
            self.end(signal.SIGTERM)
            raise AssertionError(self.said())
        self.told = json.loads(first)
        self.look()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end(signal.SIGTERM)

    def start(self) -> None:
        """Type the command; wait for nothing."""
        with (self._home / "said").open("wb") as said:
            self.process = subprocess.Popen(
                [*readme_command("demo"), *self._options],
                cwd=ROOT,
                env=os.environ | {"TMPDIR": str(self._home)},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=said,
                start_new_session=True,
            )

    def end(self, number: int) -> int:
        """Send a signal to the whole terminal, as Ctrl-C does; return the code it ended with."""
        if self.process.poll() is None:
            self.look()
            os.killpg(self.process.pid, number)
        if self.process.stdout:
            self.process.stdout.close()
        return self.process.wait(END_SECONDS)

    def look(self) -> None:
        """Take note of the processes that are there now."""
        self.processes |= {self.process.pid, *descendants(self.process.pid)}

    def said(self) -> str:
        """Return what it printed on standard error."""
        return (self._home / "said").read_text(errors="replace")

    def person(self, sign_in: str) -> dict[str, str]:
        """Return one of the people it told of."""
        (found,) = (one for one in self.told["people"] if one["sign_in"] == sign_in)
        return dict(found)

    def is_gone(self) -> bool:
        """Say whether no process of it lives, and neither of its directories is left."""
        living = {pid for pid in self.processes if Path(f"/proc/{pid}").exists()}
        own = f"littlewindow-demo-{self.process.pid}-*"  # others may run beside it
        return not (living or list(SHARED_MEMORY.glob(own)) or list(self._home.glob("littlewindow-*")))

    def environment_of(self, pid: int) -> dict[str, str]:
        """Return the environment of one of its processes; empty where it is gone, or nobody may read it."""
        try:
            pairs = Path(f"/proc/{pid}/environ").read_bytes().decode(errors="replace").split("\0")
        except (FileNotFoundError, ProcessLookupError):
            return {}
        except PermissionError:  # a camera process lets nobody but root look into it
            return {}
        return dict(pair.split("=", 1) for pair in pairs if "=" in pair)

    def processes_running(self, words: str) -> list[int]:
        """Return those of its processes whose arguments hold *words* now."""
        self.look()
        return [pid for pid in sorted(self.processes) if words in command_line(pid)]

    @property
    def data(self) -> Path:
        """Return where its records and keys lie."""
        web = self.environment_of(self.processes_running("wsgi:application")[0])
        return Path(web["PORTAL_DATA_DIRECTORY"])


def until_gone(demo: Demo) -> None:
    """Wait until nothing of *demo* is left.

    Raises:
        TimeoutError: something is.
    """
    until("no process and no directory is left", demo.is_gone, 3)
