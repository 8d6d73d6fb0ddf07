"""Turn desired cameras into running cameras; knows no database and no reasons.

Nothing outside knows where a camera runs. Each step takes what the processes said,
ends what must end, starts what is missing, and returns.
"""

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from streaming.camera_process import CAMERA_PROCESS, CameraProcess, start
from streaming.confinement import HOLDS_PORTS
from streaming.orders import CameraSettings, ConnectOrder, DesiredCamera, FilmOrder
from streaming.patience import TURN_SECONDS, Patience
from streaming.recorders import Lines, Seats
from streaming.redact import Redactor, secrets_of
from streaming.states import CameraState
from streaming.store import RamDirectory

logger = logging.getLogger(__name__)

#: A process says something every second; starting takes a loaded machine longer.
SILENCE_SECONDS, START_SECONDS = 5.0, 15.0
#: SIGKILL takes a few milliseconds; waited for, so that the ring is empty when we return.
DYING_SECONDS = 0.04
STOPPING_SECONDS = 2.0


class EpochOrder(Protocol):
    """What the records say of the epoch that begins."""

    @property
    def epoch(self) -> int:
        """Its number."""

    @property
    def first_k(self) -> int:
        """The number of its first segment."""

    @property
    def count(self) -> int:
        """How many segments it may have."""


@dataclass(slots=True)
class _Running:
    """One process and what it came to."""

    camera: DesiredCamera
    process: CameraProcess
    heard_at: float
    has_spoken: bool = False
    connected: bool = False
    epoch: int | None = None
    live_since: float | None = None


class Supervisor:
    """Runs exactly the wanted cameras, one process each. Use it from the main thread only.

    Args:
        settings: what all cameras have in common.
        now: the present instant, aware; film time is counted from it.
        begin_epoch: given camera and level, records an epoch and returns it; None: not now.
        end_epoch: told that an epoch is over.
        on_state: told the camera and its new state, a string of ``CameraState``.
        spawn: the command of a camera process.
        turn_seconds: how long a camera without a picture keeps its place at a recorder that is full.
    """

    def __init__(
        self,
        settings: CameraSettings,
        *,
        now: Callable[[], datetime],
        begin_epoch: Callable[[str, str], EpochOrder | None],
        end_epoch: Callable[[int], None],
        on_state: Callable[[str, str], None],
        spawn: Sequence[str] = CAMERA_PROCESS,
        turn_seconds: float = TURN_SECONDS,
    ) -> None:
        self._settings, self._now = settings, now
        self._begin_epoch, self._end_epoch, self._on_state = begin_epoch, end_epoch, on_state
        self._spawn = tuple(spawn)
        self._ring = RamDirectory(settings.directory, ring_seconds=settings.ring_seconds)
        self._seats, self._lines = Seats(settings.seats), Lines()
        self._wanted: dict[str, DesiredCamera] = {}
        self._running: dict[str, _Running] = {}
        self._dying: list[_Running] = []
        self._patience: defaultdict[str, Patience] = defaultdict(lambda: Patience(turn_seconds))
        self._states: dict[str, str] = {}
        self._ended_epochs: list[int] = []
        #: The version of Landlock that holds the camera processes; None until the first has said it.
        self.landlock: int | None = None

    @property
    def states(self) -> Mapping[str, str]:
        """The state of each wanted camera."""
        return dict(self._states)

    @property
    def pids(self) -> Mapping[str, int]:
        """The process of each camera that runs."""
        return {key: running.process.pid for key, running in self._running.items()}

    def begin(self) -> None:
        """Empty the rings of a supervisor that was killed; call it before anybody reads them."""
        self._ring.clear_all()

    def want(self, cameras: Iterable[DesiredCamera]) -> None:
        """Have these cameras run and no others; what is not wanted so any more is killed here and now."""
        self._wanted = {camera.key: camera for camera in cameras}
        for key, running in list(self._running.items()):
            if self._wanted.get(key) != running.camera:
                self._kill(running)
                self._patience.pop(key, None)
        for key in self._states.keys() - self._wanted.keys():
            self._set_state(key, CameraState.NOT_DUE)
            del self._states[key]
            self._patience.pop(key, None)
        self._lines.want({key: camera.recorder for key, camera in self._wanted.items() if camera.recorder})
        self._bury(DYING_SECONDS)

    def step(self) -> None:
        """Look once after every camera."""
        for running in list(self._running.values()):
            self._look_after(running)
        self._bury(0.0)
        for camera in self._wanted.values():
            if camera.recorder and not self._lines.has_turn(camera.key, camera.recorder):
                self._set_state(camera.key, CameraState.RECORDER_FULL)
            elif self._may_start(camera):
                self._start(camera)

    def stop_all(self) -> None:
        """End every process, wait for it, and empty the rings."""
        self.want(())
        deadline = time.monotonic() + STOPPING_SECONDS
        while self._dying and time.monotonic() < deadline:
            self._bury(DYING_SECONDS)

    def _may_start(self, camera: DesiredCamera) -> bool:
        busy = camera.key in self._running or any(dying.camera.key == camera.key for dying in self._dying)
        return not busy and self._patience[camera.key].may_try(time.monotonic())

    def _start(self, camera: DesiredCamera) -> None:
        if threading.current_thread() is not threading.main_thread():
            raise RuntimeError("a camera process ends with the thread that started it: use the main thread")
        order = ConnectOrder.of(camera, self._settings, self._now())
        process = start(self._spawn, order, camera.recorder, self._seats)
        if process is not None:
            self._running[camera.key] = _Running(camera, process, time.monotonic())
            if camera.key not in self._states:
                self._set_state(camera.key, CameraState.CONNECTING)
        elif not self._dying:  # who dies leaves a seat in a moment
            self._set_state(camera.key, CameraState.RECORDER_FULL)

    def _look_after(self, running: _Running) -> None:
        # Asked first: what a process said before it ended is then surely in its pipe.
        lost = self._listen(running, ended=running.process.is_ended())
        if words := running.process.words():
            logger.warning("camera process: %s", Redactor(secrets_of(running.camera.address))(words))
        if lost is None and self._is_silent(running):
            lost = CameraState.KILLED
        if lost is not None:
            self._lose(running, lost)
        elif running.connected and running.epoch is None:
            self._give_epoch(running)

    def _listen(self, running: _Running, *, ended: bool) -> CameraState | None:
        """Take what the process said; return what became of the camera if it is lost."""
        for event in running.process.events():
            running.heard_at, running.has_spoken = time.monotonic(), True
            if event.get("event") == "connected":
                running.connected = True
            elif event.get("event") == "confined":
                self._take_note_of(event.get("landlock"))
            elif event.get("event") == "segment" and running.epoch and running.live_since is None:
                running.live_since = time.monotonic()
                self._set_state(running.camera.key, CameraState.LIVE)
            elif event.get("event") == "lost":
                return CameraState.read(event.get("state"))
        return CameraState.KILLED if ended else None

    def _take_note_of(self, landlock: object) -> None:
        """Say once where the kernel cannot hold a camera process to its camera's port."""
        if self.landlock is None and isinstance(landlock, int):
            self.landlock = landlock
            if landlock < HOLDS_PORTS:
                logger.warning("cameras: Landlock %d holds no ports (docs/design/003-video.md)", landlock)

    def _is_silent(self, running: _Running) -> bool:
        limit = SILENCE_SECONDS if running.has_spoken else START_SECONDS
        return time.monotonic() - running.heard_at > limit

    def _give_epoch(self, running: _Running) -> None:
        """Have the epoch recorded, and only then tell the process to film it."""
        order = self._begin_epoch(running.camera.key, running.camera.level)
        if order is None:  # a right ended meanwhile, or nothing can be recorded: no connection either
            self._pause(running, None)
            self._kill(running)
            return
        running.epoch = order.epoch
        running.process.tell(FilmOrder(order.epoch, order.first_k, order.count).told())

    def _lose(self, running: _Running, state: CameraState) -> None:
        self._pause(running, state)
        self._kill(running)
        self._set_state(running.camera.key, state)

    def _pause(self, running: _Running, state: CameraState | None) -> None:
        camera, now = running.camera, time.monotonic()
        patience = self._patience[camera.key]
        patience.lost(state, live_since=running.live_since, now=now)
        if camera.recorder and patience.had_its_turn(now):
            self._lines.to_the_back(camera.key, camera.recorder)

    def _kill(self, running: _Running) -> None:
        running.process.kill()
        del self._running[running.camera.key]
        self._dying.append(running)
        if running.epoch is not None:
            self._ended_epochs.append(running.epoch)

    def _bury(self, patience_seconds: float) -> None:
        """Empty the rings of those that are dead, so that nothing is written there afterwards."""
        deadline = time.monotonic() + patience_seconds
        for running in list(self._dying):
            if running.process.is_dead(max(0.0, deadline - time.monotonic())):
                self._dying.remove(running)
                self._ring.clear(running.camera.key)
        while self._ended_epochs:
            self._end_epoch(self._ended_epochs[0])
            self._ended_epochs.pop(0)

    def _set_state(self, key: str, state: CameraState) -> None:
        """Tell the new state; a camera that is tried again keeps its fault until it is live."""
        if self._states.get(key) != state:
            self._states[key] = state.value
            self._on_state(key, state.value)
