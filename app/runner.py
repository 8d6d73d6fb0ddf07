"""The runner: web, camera processes and jobs under one process, which is all there is to babysit.

Its main thread starts every other process, because a process asked to die with its
parent dies with the *thread* that made it. A quarter of a second is the longest that
a camera which is no longer due stays connected, apart from stop marks, which the
supervisor's own loop need not wait for: they change what is due at the next turn.

Whoever kills the runner kills all of it: the web and each camera process end by
themselves when it is gone.
"""

import logging
import os
import signal
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path
from urllib.error import URLError
from urllib.request import HTTPSHandler, ProxyHandler, build_opener

from access.acts import replay
from access.database import reading
from access.due import DueCamera, due_cameras
from access.epochs import EpochOrder, begin_epoch
from access.errors import LogUnavailable, RecordsUnavailable, Refused
from access.log.signing import LogKey
from access.look_closings import sweep_looks
from access.look_due import looked_cameras
from access.seen import Seen
from access.service_life import record_start, record_stop
from access.viewing import sweep
from access.world import World
from app.alone import be_alone
from app.config import LOOPBACK_HOSTS, Settings
from app.errors import SettingsError
from app.jobs import Jobs
from app.last_words import TELL_SECONDS
from app.parts import camera_settings, desired_camera
from streaming.orders import DesiredCamera
from streaming.supervisor import Supervisor

logger = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parent.parent
TURN_SECONDS = 0.25
#: Without an answer of the database for this long, no camera is due.
BLIND_SECONDS = 3.0
READY_SECONDS = 60.0
#: Our own process on this machine: its certificate is made out to how others call it.
_OURSELVES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
_OURSELVES.check_hostname, _OURSELVES.verify_mode = False, ssl.CERT_NONE
#: A proxy that the environment names is for the internet, not for this machine.
DIRECTLY = build_opener(ProxyHandler({}), HTTPSHandler(context=_OURSELVES))
#: After its last words; and again once it was told to end.
WEB_ENDS_SECONDS = 3.0
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.5, 10.0


def require_private_listening(settings: Settings) -> None:
    """Refuse to send pictures and cookies in plain http beyond this machine.

    Raises:
        SettingsError: with what to do instead.
    """
    if settings.has_certificate or settings.bind in LOOPBACK_HOSTS or _is_loopback(settings.bind):
        return
    raise SettingsError(
        "PORTAL_BIND: plain http is for this machine only; name the school's certificate in "
        "PORTAL_CERTIFICATE_FILE, or listen on 127.0.0.1 and put a proxy or a tunnel with a "
        "certificate in front (docs/operations/outside.md)"
    )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _environment() -> dict[str, str]:
    """Return what the web process is told: nothing by which gunicorn would listen elsewhere."""
    kept = {name: value for name, value in os.environ.items() if name != "GUNICORN_CMD_ARGS"}
    return kept | {"PORTAL_RUNNER": str(os.getpid())}


class WebChild:
    """The web process: started again with growing pauses when it ends."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None
        self._pause = FIRST_PAUSE_SECONDS
        self._not_before = 0.0
        self._started = 0.0

    def step(self) -> None:
        """See to it that it runs; never blocks."""
        if self._process is not None and self._process.poll() is None:
            return
        now = time.monotonic()
        if self._process is not None:
            if now - self._started > LONGEST_PAUSE_SECONDS:
                self._pause = FIRST_PAUSE_SECONDS
            logger.error("web: ended with %d; again in %.1f s", self._process.returncode, self._pause)
            self._process = None
            self._not_before = now + self._pause
            self._pause = min(self._pause * 2, LONGEST_PAUSE_SECONDS)
        if now >= self._not_before:
            self._started = now
            self._process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "gunicorn",
                    "--config",
                    "python:app.gunicorn_conf",
                    "wsgi:application",
                ],
                cwd=ROOT,
                env=_environment(),
                stdin=subprocess.PIPE,
                process_group=0,  # Ctrl-C is for the runner: the web has its last words first
            )

    def ready(self) -> bool:
        """Say whether it answers."""
        try:
            with DIRECTLY.open(f"{self._settings.own_url}/healthz", timeout=1) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False

    def ask_to_end(self) -> None:
        """Have it tell whoever watches and end by itself; waits for nothing."""
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()

    def stop(self) -> None:
        """See it end, gently first."""
        self.ask_to_end()
        for sterner, seconds in (
            (lambda _: None, TELL_SECONDS + WEB_ENDS_SECONDS),
            (subprocess.Popen.terminate, WEB_ENDS_SECONDS),
            (subprocess.Popen.kill, None),
        ):
            if self._process is None or self._process.poll() is not None:
                return
            sterner(self._process)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(seconds)

    def kill(self) -> None:
        """End it at once."""
        if self._process is not None:
            self._process.kill()


class Runner:
    """Everything that runs; call ``start`` and ``run`` from the main thread only."""

    def __init__(self, settings: Settings, world: World, log_key: LogKey) -> None:
        self._world = world
        self._settings = settings
        self._jobs = Jobs(world, Seen(settings.seen_path), log_key)
        self._web = WebChild(settings)
        self._stopping = threading.Event()
        self._hurried = self._stopped = False
        self._due: list[DueCamera] = []
        self._seen = time.monotonic()
        self._supervisor = Supervisor(
            camera_settings(settings),
            now=world.clock.now,
            begin_epoch=self._begin_epoch,
            end_epoch=self._jobs.epoch_ended,
            on_state=lambda key, state: self._jobs.camera_state(key, state, world.clock.now()),
        )

    def start(self) -> None:
        """Record what is pending and forget former pictures, then start the web and the jobs.

        Raises:
            SettingsError: another runner has this data directory.
            RecordsUnavailable: the database does not answer, so nothing is opened.
        """
        self._alone = be_alone(self._settings.data_directory)
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, self._signalled)
        self._note(record_start)  # before what a crash left open is closed: it names the last entry
        replay(self._world)
        sweep(self._world, starting=True)
        sweep_looks(self._world, starting=True)
        self._supervisor.begin()
        self._jobs.start()
        self._web.step()

    def wait_until_ready(self, *, cameras: int = 0) -> bool:
        """Turn until the web answers and *cameras* are live; False when stopped first or after a minute."""
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline and not self._stopping.is_set():
            self.turn()
            live = sum(state == "camera:live" for state in self._supervisor.states.values())
            if live >= cameras and self._web.ready():
                return True
        return False

    @property
    def is_stopping(self) -> bool:
        """Say whether a signal has asked for the end."""
        return self._stopping.is_set()

    def run(self, *, seconds: float | None = None) -> None:
        """Turn until a signal comes or *seconds* have gone, then stop everything."""
        deadline = None if seconds is None else time.monotonic() + seconds
        try:
            while not self._stopping.is_set() and (deadline is None or time.monotonic() < deadline):
                self.turn()
        finally:
            self.stop()

    def turn(self) -> None:
        """Look once at records and processes, and wait out the quarter of a second."""
        self._supervisor.want([_desired(camera) for camera in self._look()])
        self._supervisor.step()
        self._web.step()
        self._stopping.wait(TURN_SECONDS)

    def stop(self) -> None:
        """Stop cameras first, then the web, then write down what is left to write.

        Whoever watches is told meanwhile. A second signal ends it all at once. A second call does nothing.
        """
        if self._hurried:
            self._web.kill()  # each camera process ends with us
            return
        if self._stopped:
            return
        self._stopped = True
        self._web.ask_to_end()
        self._supervisor.stop_all()
        self._web.stop()
        self._jobs.stop()
        self._note(record_stop)
        self._note(lambda _: self._jobs.note_seen())

    def _signalled(self, number: int, _: object) -> None:
        """Ask for the end; asked twice, end as an exception does."""
        if self._stopping.is_set():
            self._hurried = True
            self._web.kill()
            sys.exit(128 + number)
        self._stopping.set()

    def _note(self, record: Callable[[World], None]) -> None:
        try:
            record(self._world)
        except (RecordsUnavailable, LogUnavailable, OSError) as fault:
            logger.warning("runner: not recorded: %s", fault)

    def _look(self) -> Iterable[DueCamera]:
        """Return the cameras that are due now; in doubt fewer, never more."""
        if not self._world.clock.believable():
            return ()
        try:
            with reading(self._world.database) as connection:
                now = self._world.clock.now()
                due = due_cameras(connection, self._world.vault, now, self._world.stops)
                keys = {camera.source.key for camera in due}
                self._due = [*due, *looked_cameras(connection, self._world, now, besides=keys)]
            self._seen = time.monotonic()
        except RecordsUnavailable as fault:
            logger.warning("runner: %s", fault)
            if time.monotonic() - self._seen > BLIND_SECONDS:
                return ()
        stopped = self._world.stops.stopped({mark for camera in self._due for mark in camera.marks})
        return [camera for camera in self._due if not stopped.intersection(camera.marks)]

    def _begin_epoch(self, camera_key: str, level: str) -> EpochOrder | None:
        """Write the epoch's row before the process is told; without a row no film."""
        try:
            return begin_epoch(self._world, camera_key, level)
        except (RecordsUnavailable, LogUnavailable, Refused) as fault:
            logger.warning("runner: no epoch: %s", fault)
            return None


def _desired(camera: DueCamera) -> DesiredCamera:
    return desired_camera(
        camera.source,
        masks=camera.masks,
        level=camera.level,
        delay_allowance_seconds=camera.delay_allowance_seconds,
        unbroken=camera.used_by,
    )
