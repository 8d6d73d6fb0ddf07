"""A supervisor as a test tells it: what it was asked for, and what it was told."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from streaming.camera_process import CAMERA_PROCESS
from streaming.orders import CameraSettings, DesiredCamera
from streaming.patience import TURN_SECONDS as TURN_SECONDS_AT_A_RECORDER
from streaming.store import RamDirectory, StreamKey
from streaming.supervisor import Supervisor

TURN_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Order:
    """An epoch as the records would give it."""

    epoch: int
    first_k: int
    count: int


#: Cameras of the tests are on this machine; a few tests say otherwise.
THIS_MACHINE = (("127.0.0.0", "127.255.255.255"), ("::1", "::1"))


def camera_settings(ring: Path, reachable: tuple[tuple[str, str], ...] = THIS_MACHINE) -> CameraSettings:
    """Return how the cameras of a test are run."""
    return CameraSettings(
        directory=ring,
        seats=ring.with_name("seats"),
        reachable=reachable,
        preset="superfast",
        ring_seconds=8,
    )


@dataclass
class Supervised:
    """A supervisor over one directory, with records that only remember."""

    directory: Path
    spawn: list[str] | None = None
    settings: CameraSettings | None = None
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    turn_seconds: float = TURN_SECONDS_AT_A_RECORDER
    allowed: bool = True
    first_k: int = 1000
    told: list[tuple[str, str]] = field(default_factory=list)
    begun: list[int] = field(default_factory=list)
    ended: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.supervisor = Supervisor(
            self.settings or camera_settings(self.directory),
            now=self.clock,
            begin_epoch=self._begin,
            end_epoch=self.ended.append,
            on_state=lambda key, state: self.told.append((key, state)),
            spawn=self.spawn or CAMERA_PROCESS,
            turn_seconds=self.turn_seconds,
        )

    def want(self, address: str, **changed: object) -> None:
        """Want one camera, ``oak``, at *address*."""
        wish: dict[str, Any] = {"masks": [], "level": "clear", "delay_allowance_seconds": 2.0, **changed}
        self.supervisor.want([DesiredCamera(key="oak", address=address, **wish)])

    def turns_until(self, condition: Callable[[], object], seconds: float) -> float:
        """Turn until *condition* holds; return how long it took.

        Raises:
            TimeoutError: it did not in *seconds*.
        """
        began = time.monotonic()
        while not condition():
            if time.monotonic() - began > seconds:
                raise TimeoutError(f"not within {seconds} s; told {self.told}")
            self.supervisor.step()
            time.sleep(TURN_SECONDS)  # between two looks
        return time.monotonic() - began

    def state(self) -> str | None:
        """Return the camera's present state."""
        return self.supervisor.states.get("oak")

    def segments(self) -> list[int]:
        """Return the numbers of the segments of the newest epoch that can be read."""
        stream = StreamKey("oak", self.begun[-1], "clear") if self.begun else StreamKey("oak", 0, "clear")
        return [info.k for info in RamDirectory(self.directory).window(stream, "main")]

    def _begin(self, _camera: str, _level: str) -> Order | None:
        if not self.allowed:
            return None
        self.begun.append(len(self.begun) + 1)
        return Order(self.begun[-1], self.first_k * len(self.begun), self.first_k)


def camera_connections(port: int) -> int:
    """Return how many connections to *port* on this machine are open at their near end."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(row[2].endswith(f":{port:04X}") and row[3] == "01" for row in rows)


def program(*events: dict[str, object], then: str) -> str:
    """Return a small program that says *events* and then does *then*."""
    said = "\n".join(json.dumps(event) for event in events)
    return f"import sys, time\nsys.stdin.readline()\nprint({said!r}, flush=True)\n{then}\n"
