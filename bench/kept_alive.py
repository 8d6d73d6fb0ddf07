"""A browser's requests as a browser makes them: on connections that stay open."""

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field

#: What Chromium sends with every fetch of a page of ours; reading it is part of the work.
HEADERS = (
    "User-Agent: Mozilla/5.0 (Linux; Android 13; Pixel 7) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/140.0.0.0 Mobile Safari/537.36\r\n"
    "Accept: */*\r\nAccept-Language: zh-CN,zh;q=0.9\r\nAccept-Encoding: gzip, deflate, br, zstd\r\n"
    "Sec-Fetch-Site: same-origin\r\nSec-Fetch-Mode: cors\r\nSec-Fetch-Dest: empty\r\n"
)

PATIENCE_SECONDS = 10.0


@dataclass(slots=True)
class Tally:
    """What was answered, and how long each answer took until its last byte."""

    #: By status; 0 where no answer came.
    statuses: Counter[int] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)

    def note(self, status: int, seconds: float) -> None:
        """Count one answer."""
        self.statuses[status] += 1
        self.seconds.append(seconds)

    def clear(self) -> None:
        """Begin anew."""
        self.statuses.clear()
        self.seconds.clear()

    def copy(self) -> "Tally":
        """Return it as it stands."""
        return Tally(self.statuses.copy(), list(self.seconds))


class KeptAlive:
    """One connection to a loopback port; opened anew only where the other side closed it.

    Args:
        cookie: the whole ``Cookie`` header.
        tally: where every answer is noted.
    """

    def __init__(self, port: int, cookie: str, tally: Tally) -> None:
        self._port = port
        self._fixed = f"Host: 127.0.0.1:{port}\r\n{HEADERS}Cookie: {cookie}\r\n\r\n"
        self._tally = tally
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def get(self, path: str) -> bytes:
        """Return the body of *path*; empty where the answer is not 200."""
        began = time.monotonic()
        status, body = 0, b""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                status, body = await self._ask_on_a_living_connection(path)
        except (OSError, EOFError, TimeoutError):
            self.close()
        self._tally.note(status, time.monotonic() - began)
        return body if status == 200 else b""

    def close(self) -> None:
        """Let go of the connection."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None

    async def _ask_on_a_living_connection(self, path: str) -> tuple[int, bytes]:
        """Ask; once more on a new connection where the old one had been closed meanwhile."""
        was_open = self._streams is not None
        try:
            return await self._ask(path)
        except (OSError, EOFError):
            if not was_open:
                raise
            self.close()
            return await self._ask(path)

    async def _ask(self, path: str) -> tuple[int, bytes]:
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._streams
        writer.write(f"GET {path} HTTP/1.1\r\n{self._fixed}".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        status, length = status_and_length(head)
        body = await reader.readexactly(length)
        if b"connection: close" in head.lower():
            self.close()
        return status, body


def status_and_length(head: bytes) -> tuple[int, int]:
    """Return the status of an answer and how many bytes its body has, by its *head*."""
    text = head.decode("latin-1").lower()
    length = text.partition("content-length: ")[2].partition("\r\n")[0]
    return int(text.split(" ", 2)[1]), int(length or 0)
