"""One connection to one camera, from its first byte to its end: at most one epoch.

A thread reads, because a read that waits cannot be interrupted; the caller's thread
watches it, films, and names what is wrong.
"""

import queue
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import av

from streaming.errors import SourceLost, SourceRefused
from streaming.film_clock import FilmClock
from streaming.frames import RawFrame
from streaming.latest import Arrived, Latest
from streaming.orders import ConnectOrder, FilmOrder
from streaming.pipeline import Pipeline
from streaming.source import pictures
from streaming.states import CameraState
from streaming.store import RamDirectory, SegmentInfo, StreamKey
from streaming.ticks import TICKS_PER_SECOND
from streaming.watchdog import LATENESS_LIMIT, Watchdog

LOOK_SECONDS = 0.1
HEALTH_SECONDS = 1.0


class Filming:
    """Reads a camera and, once ordered to, films it.

    Args:
        connection: what to read and how to film it.
        orders: from where the one order to film comes.
        tell: given each event, to be told to the supervisor.
    """

    def __init__(
        self,
        connection: ConnectOrder,
        orders: "queue.SimpleQueue[FilmOrder]",
        tell: Callable[[dict[str, Any]], None],
    ) -> None:
        self._connection = connection
        self._orders = orders
        self._tell = tell
        self._now: Callable[[], datetime] = connection.clock.now
        self._latest = Latest()
        self._watchdog = Watchdog(self._now())
        self._film_clock = FilmClock(timedelta(seconds=connection.delay_allowance_seconds))
        self._writer = RamDirectory(Path(connection.directory), ring_seconds=connection.ring_seconds)
        self._pipeline: Pipeline | None = None
        self._order: FilmOrder | None = None
        self._connected = False
        self._taken = 0
        self._healthy_at = self._now()

    def run(self) -> None:
        """Film until something is wrong with the source.

        Raises:
            SourceLost, SourceRefused: what is wrong.
        """
        threading.Thread(target=self._read, name="reader", daemon=True).start()
        while True:
            self._watchdog.check(self._now())
            arrived = self._latest.take(LOOK_SECONDS)
            self._tell_health()
            if arrived is not None:
                self._take(arrived)

    def _read(self) -> None:
        """Read until the source ends; a thread of its own."""
        try:
            for frame in pictures(self._connection.address, self._connection.reachable):
                at = self._now()
                self._watchdog.saw_data(at)
                if frame is not None:
                    ticks = _ticks(frame)
                    self._watchdog.saw_picture(at, timedelta(seconds=ticks / TICKS_PER_SECOND))
                    self._latest.put(Arrived(RawFrame(frame, ticks), at))
        except (SourceLost, SourceRefused) as fault:
            self._latest.end(fault)
        except Exception:  # third-party code: its text may hold the address, so it goes no further
            self._latest.end(SourceLost(CameraState.KILLED))

    def _take(self, arrived: Arrived) -> None:
        self._taken += 1
        if self._film_clock.saw(arrived.frame.ticks, arrived.at) > LATENESS_LIMIT:
            raise SourceLost(CameraState.STALLED)
        if not self._connected:
            self._connected = True
            self._tell({"event": "connected"})
        if self._pipeline is not None:
            self._pipeline.push(arrived.frame)
        elif not self._orders.empty():
            self._begin(self._orders.get())

    def _begin(self, order: FilmOrder) -> None:
        """Film what comes from now on: what came before the order belongs to no epoch."""
        self._order = order
        self._latest.forget()
        self._pipeline = Pipeline(
            StreamKey(self._connection.camera, order.epoch, self._connection.level),
            self._writer,
            self._connection.masks,
            first_k=order.first_k,
            film_clock=self._film_clock,
            preset=self._connection.preset,
            on_segment=self._stored,
        )

    def _stored(self, info: SegmentInfo) -> None:
        self._tell({"event": "segment", "k": info.k})
        if self._order is not None and info.k >= self._order.first_k + self._order.count - 1:
            raise SourceLost(CameraState.ENDED)  # the numbers of this epoch are used up

    def _tell_health(self) -> None:
        if (self._now() - self._healthy_at).total_seconds() >= HEALTH_SECONDS:
            self._healthy_at = self._now()
            self._tell({"event": "health", "pictures": self._taken, "dropped": self._latest.dropped})


def _ticks(frame: av.VideoFrame) -> int:
    """Return the camera's time of *frame*; :mod:`streaming.source` lets none through without."""
    if frame.pts is None or frame.time_base is None:
        raise SourceLost(CameraState.NO_FRAMES)
    return int(frame.pts * frame.time_base * TICKS_PER_SECOND)
