"""Many viewers at once, each asking as the watch page does, and what they cost whoever serves them.

A viewer asks once a second for the status on one connection, and for the playlist and
its newest segment on another; both stay open.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bench.kept_alive import KeptAlive, Tally
from tests.e2e.reader import SEGMENT as SEGMENT_NAME

SECONDS = 5.0
#: Until every connection is open and every lease renewed.
WARM_UP_SECONDS = 2.0

STATUS, PLAYLIST, SEGMENT = "status", "playlist", "segment"
EVERYTHING = (STATUS, PLAYLIST, SEGMENT)


@dataclass(frozen=True, slots=True)
class Viewer:
    """One phone.

    Args:
        port: where it asks, on loopback.
        cookie: the whole ``Cookie`` header.
        base: the path of its viewing; the status and the playlist lie below.
    """

    port: int
    cookie: str = ""
    base: str = ""

    async def watch(self, kinds: Sequence[str], tally: Tally, after: float, stopping: asyncio.Event) -> None:
        """Ask for *kinds* once a second until told to stop, the first time *after* seconds."""
        status, media = (KeptAlive(self.port, self.cookie, tally) for _ in range(2))
        await asyncio.sleep(after)
        while not stopping.is_set():
            began = time.monotonic()
            await asyncio.gather(self._ask_status(status, kinds), self._ask_media(media, kinds))
            await asyncio.sleep(max(0.0, began + 1 - time.monotonic()))
        status.close()
        media.close()

    async def _ask_status(self, connection: KeptAlive, kinds: Sequence[str]) -> None:
        if STATUS in kinds:
            await connection.get(f"{self.base}/status")

    async def _ask_media(self, connection: KeptAlive, kinds: Sequence[str]) -> None:
        if PLAYLIST in kinds:
            playlist = await connection.get(f"{self.base}/main/index.m3u8")
            names = SEGMENT_NAME.findall(playlist.decode())
            if names and SEGMENT in kinds:
                await connection.get(f"{self.base}/main/{names[-1]}.m4s")


@dataclass(frozen=True, slots=True)
class Cost:
    """What some viewers cost over ``SECONDS``.

    Args:
        viewers: how many.
        cpu_seconds: of the serving processes.
        tally: of all viewers together.
    """

    viewers: int
    cpu_seconds: float
    tally: Tally

    @property
    def served(self) -> int:
        """Answers of 200."""
        return self.tally.statuses[200]

    @property
    def refused(self) -> int:
        """Other answers, and none."""
        return self.tally.statuses.total() - self.served

    @property
    def ms_per_request(self) -> float:
        """CPU of one answer, in milliseconds."""
        return self.cpu_seconds * 1000 / self.served

    @property
    def ms_per_viewer_second(self) -> float:
        """CPU of one viewer for one second, in milliseconds."""
        return self.cpu_seconds * 1000 / self.viewers / SECONDS


def cost(viewers: Sequence[Viewer], kinds: Sequence[str], used: Callable[[], float]) -> Cost:
    """Let all *viewers* ask for *kinds*; *used* tells the CPU seconds of what serves them.

    Raises:
        RuntimeError: nobody was served.
    """
    found = asyncio.run(_cost(viewers, kinds, used))
    if not found.served:
        raise RuntimeError(f"nothing was served: {dict(found.tally.statuses)}")
    return found


async def _cost(viewers: Sequence[Viewer], kinds: Sequence[str], used: Callable[[], float]) -> Cost:
    stopping, tally = asyncio.Event(), Tally()
    # Spread over the second, as people are.
    asking = [
        asyncio.create_task(viewer.watch(kinds, tally, at / len(viewers), stopping))
        for at, viewer in enumerate(viewers)
    ]
    await asyncio.sleep(WARM_UP_SECONDS)
    tally.clear()
    before = used()
    await asyncio.sleep(SECONDS)
    found = Cost(len(viewers), used() - before, tally.copy())
    stopping.set()
    await asyncio.gather(*asking)
    return found
