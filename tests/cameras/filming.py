"""Cameras that film the rendered playroom, keep a ledger of it, and misbehave when told.

The ledger is the oracle: it says which counter was drawn when, and when it was sent, so
a test that decodes what a guardian got can say whether it should have been there.
"""

import threading
from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import cycle
from types import TracebackType
from urllib.parse import quote

import cv2

from demo.film import SceneFilm, Shot
from demo.rtsp_camera import beats
from demo.rtsp_server import HOST, GstreamerServer, GstreamerSettings, PipServer, RtspServer
from demo.scene import Scene

#: Beats between pictures of a camera whose rate varies, of a picture each beat.
UNEVEN = (1, 1, 1, 3, 1, 2, 4, 1)

LONGEST_RUN = 100_000


@dataclass(frozen=True, slots=True)
class Sent:
    """One line of the ledger.

    Args:
        counter: burnt into the picture.
        filmed_at: when it was drawn; aware.
        sent_at: when it was given to the server; aware.
    """

    counter: int
    filmed_at: datetime
    sent_at: datetime


class FilmingCamera:
    """A camera on 127.0.0.1, from ``with`` to its end.

    Args:
        server: sends what is filmed.
        scheme: ``rtsp`` or ``rtsps``.
        login: put into the address.
        size: width and height.
        frame_rate: pictures a second.
        keyframe_seconds: at most this long without a key picture.
        codec: ``h264``, ``h265`` or ``jpeg``.
        b_frames: in a row.
        host: where the server listens.
        port: 0 for any that is free.
    """

    path = "/playroom"

    def __init__(
        self,
        server: RtspServer,
        *,
        scheme: str = "rtsp",
        login: tuple[str, str] = ("viewer", "playroom"),
        size: tuple[int, int] = (1280, 720),
        frame_rate: int = 12,
        keyframe_seconds: int = 1,
        codec: str = "h264",
        b_frames: int = 0,
        host: str = HOST,
        port: int = 0,
    ) -> None:
        self._server = server
        self._host = host
        self._scheme = scheme
        self._login = login
        self._frame_rate = frame_rate
        self._how = {"keyframe_seconds": keyframe_seconds, "b_frames": b_frames}
        self._codec = codec
        self._film = self._load(size)
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._filming = threading.Thread(target=self._run, name="test camera", daemon=True)
        self._waiting: deque[Shot] = deque()
        self._drawn: deque[Shot] = deque(maxlen=LONGEST_RUN)
        self._ledger: deque[Sent] = deque(maxlen=LONGEST_RUN)
        self._lag = timedelta(0)
        self._is_alive = self._is_stalled = self._is_silent = False
        self._rhythm = cycle((1,))
        self.port = port

    def __enter__(self) -> "FilmingCamera":
        cv2.setNumThreads(1)
        self.revive()
        self._filming.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        self._filming.join()
        self.kill()

    @property
    def address(self) -> str:
        """Where it answers, with the login in it."""
        return self.address_at(self.port)

    def address_at(self, port: int, *, password: str | None = None, host: str | None = None) -> str:
        """Return its address through another *port*, such as a relay's, with another password or host."""
        user, right = self._login
        login = f"{quote(user, safe='')}:{quote(right if password is None else password, safe='')}"
        return f"{self._scheme}://{login}@{host or self._host}:{port}{self.path}"

    @property
    def ledger(self) -> list[Sent]:
        """What was sent until now, in order."""
        with self._lock:
            return list(self._ledger)

    def counter_at(self, instant: datetime) -> int:
        """Return the counter of the newest picture drawn before *instant*; -1 where there is none."""
        with self._lock:
            return max((shot.counter for shot in self._drawn if shot.filmed_at < instant), default=-1)

    def delay(self, seconds: float) -> None:
        """Send every picture this long after it was filmed, from now on."""
        with self._lock:
            self._lag = timedelta(seconds=seconds)

    def stall(self) -> None:
        """Hold back what is filmed; the connection stays."""
        with self._lock:
            self._is_stalled = True

    def burst(self) -> None:
        """Send at once what was held back, and go on."""
        with self._lock:
            self._is_stalled = False

    def silence(self) -> None:
        """Film and send nothing; the connection stays."""
        with self._lock:
            self._is_silent = True

    def speak(self) -> None:
        """Film and send again."""
        with self._lock:
            self._is_silent = False

    def kill(self) -> None:
        """Cut every connection and answer none, as when the power goes. What waited is lost."""
        with self._lock:
            if self._is_alive:
                self._server.stop()
            self._is_alive = False
            self._waiting.clear()

    def revive(self) -> None:
        """Answer again, on the same port."""
        with self._lock:
            if not self._is_alive:
                self.port = self._server.start(self.port)
            self._is_alive = True

    def vary_rate(self) -> None:
        """Send pictures at uneven distances, from now on."""
        with self._lock:
            self._rhythm = cycle(UNEVEN)

    def resize(self, width: int, height: int) -> None:
        """Film in another size, on the same connection."""
        with self._lock:
            self._film = self._load((width, height), after=self._film)

    def _load(self, size: tuple[int, int], *, after: SceneFilm | None = None) -> SceneFilm:
        return SceneFilm(
            Scene(*size),
            frame_rate=self._frame_rate,
            codec=self._codec,
            first_counter=after.counter if after else 0,
            began=after.began if after else None,
            **self._how,
        )

    def _run(self) -> None:
        beats_left = 0
        for instant in beats(self._stopping, Fraction(1, self._frame_rate)):
            with self._lock:
                beats_left -= 1
                if beats_left <= 0 and self._is_alive and not self._is_silent:
                    beats_left = next(self._rhythm)
                    shots = self._film.shoot(instant)
                    self._waiting.extend(shots)
                    self._drawn.extend(shots)
                self._send_due()

    def _send_due(self) -> None:
        now = datetime.now(UTC)
        while self._waiting and not self._is_stalled and self._waiting[0].filmed_at + self._lag <= now:
            shot = self._waiting.popleft()
            self._server.send(shot)
            self._ledger.append(Sent(shot.counter, shot.filmed_at, now))


class PipCamera(FilmingCamera):
    """Behind the server of the ``rtsp`` package: H.264 over plain RTSP, any login is taken."""

    def __init__(
        self,
        *,
        login: tuple[str, str] = ("viewer", "playroom"),
        size: tuple[int, int] = (1280, 720),
        frame_rate: int = 12,
        keyframe_seconds: int = 1,
        b_frames: int = 0,
        host: str = HOST,
        port: int = 0,
    ) -> None:
        super().__init__(
            PipServer(host),
            login=login,
            size=size,
            frame_rate=frame_rate,
            keyframe_seconds=keyframe_seconds,
            b_frames=b_frames,
            host=host,
            port=port,
        )

    def __enter__(self) -> "PipCamera":
        super().__enter__()
        return self


class GstCamera(FilmingCamera):
    """Behind GStreamer's server: digest login, TLS, H.265, JPEG, and a sound track on offer.

    Args:
        path: the one that it answers to.
        login: asked for by digest.
        certificate: files of a certificate and its key; then it speaks TLS.
        sound: offers audio beside the video.
    """

    def __init__(
        self,
        *,
        login: tuple[str, str] = ("viewer", "playroom"),
        certificate: tuple[str, str] | None = None,
        codec: str = "h264",
        sound: bool = False,
        size: tuple[int, int] = (640, 360),
        frame_rate: int = 12,
        keyframe_seconds: int = 1,
        b_frames: int = 0,
        path: str = "/playroom",
        port: int = 0,
    ) -> None:
        files = certificate or ("", "")
        self.path = path
        settings = GstreamerSettings(self.path, codec, *login, *files, sound)
        super().__init__(
            GstreamerServer(settings),
            scheme="rtsps" if certificate else "rtsp",
            login=login,
            size=size,
            frame_rate=frame_rate,
            keyframe_seconds=keyframe_seconds,
            codec=codec,
            b_frames=b_frames,
            port=port,
        )

    def __enter__(self) -> "GstCamera":
        super().__enter__()
        return self
