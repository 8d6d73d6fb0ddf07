"""RTSP servers that are not ours, made to send what a film gives them.

One is the server inside the ``rtsp`` package (its class is private, so the version is
pinned): plain RTSP over TCP, any login is taken. The other is GStreamer's, where the
system has it: digest login, TLS, H.265, and a sound track on offer. Both listen on
127.0.0.1 only.
"""

import asyncio
import base64
import json
import re
import subprocess
import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

from rtsp.source import _RTSPServer

from demo.film import Shot

HOST = "127.0.0.1"
START_SECONDS = 15.0

_START_CODE = re.compile(rb"\x00\x00\x00\x01|\x00\x00\x01")
_SPS, _PPS = 7, 8

#: GStreamer's binding belongs to the system's Python, not to ours.
SYSTEM_PYTHON = Path("/usr/bin/python3")
GSTREAMER_PROGRAM = Path(__file__).with_name("gstreamer_server.py")
#: What brings it on Debian and Ubuntu; `portal` asks for the same.
GSTREAMER_PACKAGES = (
    "python3-gi gir1.2-gst-rtsp-server-1.0 gstreamer1.0-plugins-base gstreamer1.0-plugins-good "
    "gstreamer1.0-plugins-bad glib-networking"
)


class RtspServer(Protocol):
    """Sends what it is given to whoever is connected, and keeps nothing."""

    def start(self, port: int) -> int:
        """Listen on *port*, 0 for any that is free; return which."""
        ...

    def send(self, shot: Shot) -> None:
        """Send one picture to everybody who plays."""
        ...

    def stop(self) -> None:
        """Cut every connection and stop listening, as when the power goes."""
        ...


class PipServer:
    """The server of the ``rtsp`` package, at *host*, an address of this machine."""

    def __init__(self, host: str = HOST) -> None:
        self._host = host
        self._parameter_sets: list[bytes] = []
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self, port: int) -> int:
        """Listen on *port*; see :class:`RtspServer`."""
        self._loop = asyncio.new_event_loop()
        self._server: Any = _RTSPServer(self._host, port, self._description)
        self._thread = threading.Thread(target=self._loop.run_forever, name="rtsp", daemon=True)
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._server.start(), self._loop).result(START_SECONDS)
        listening: int = self._server._server.sockets[0].getsockname()[1]
        return listening

    def send(self, shot: Shot) -> None:
        """Send one picture of H.264."""
        units = [unit for unit in _START_CODE.split(shot.body) if unit]
        found = [unit for unit in units if unit[0] & 31 in (_SPS, _PPS)]
        self._parameter_sets = found or self._parameter_sets
        for unit in units:
            self._server.broadcast(unit, shot.ticks % (1 << 32), unit is units[-1])

    def stop(self) -> None:
        """Cut every connection; no picture may be sent afterwards."""
        if self._loop is None:
            return
        asyncio.run_coroutine_threadsafe(self._cut(), self._loop).result(START_SECONDS)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._loop = None

    async def _cut(self) -> None:
        for session in list(self._server._sessions):
            session._writer.transport.abort()  # what waits to be sent is lost, as with a real cut
        await self._server.stop()
        await asyncio.sleep(0)  # transports close in the loop's next round

    def _description(self) -> str:
        sets = ",".join(base64.b64encode(unit).decode() for unit in self._parameter_sets)
        lines = [
            "v=0",
            f"o=- 0 0 IN IP4 {HOST}",
            "s=playroom",
            "c=IN IP4 0.0.0.0",
            "t=0 0",
            "m=video 0 RTP/AVP 96",
            "a=rtpmap:96 H264/90000",
            "a=fmtp:96 packetization-mode=1" + (f";sprop-parameter-sets={sets}" if sets else ""),
            "a=control:trackID=0",
        ]
        return "".join(f"{line}\r\n" for line in lines)


@dataclass(frozen=True, slots=True)
class GstreamerSettings:
    """What GStreamer's server is told, over its standard input: a login is in no argument list."""

    path: str = "/playroom"
    codec: str = "h264"
    user: str = ""
    password: str = ""
    certificate: str = ""
    certificate_key: str = ""
    sound: bool = False


class GstreamerServer:
    """GStreamer's server, in a process of its own."""

    def __init__(self, settings: GstreamerSettings) -> None:
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, port: int) -> int:
        """Start the process and wait until it listens.

        Raises:
            OSError: it did not start; what it said is on the standard error.
        """
        self._process = subprocess.Popen(
            [str(SYSTEM_PYTHON), "-I", str(GSTREAMER_PROGRAM)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        stdin, stdout = _pipes(self._process)
        stdin.write(json.dumps({"port": port, **asdict(self._settings)}).encode() + b"\n")
        stdin.flush()
        said = stdout.readline()
        if not said:
            self.stop()
            raise OSError("GStreamer's RTSP server did not start")
        listening: int = json.loads(said)["port"]
        return listening

    def send(self, shot: Shot) -> None:
        """Hand one picture to the process."""
        if self._process is None:
            return
        stdin, _ = _pipes(self._process)
        stdin.write(len(shot.body).to_bytes(4) + shot.ticks.to_bytes(8) + shot.body)
        stdin.flush()

    def stop(self) -> None:
        """Kill the process."""
        if self._process is None:
            return
        self._process.kill()
        for pipe in _pipes(self._process):
            pipe.close()
        self._process.wait()
        self._process = None


def gstreamer_works() -> bool:
    """Say whether the system has GStreamer's RTSP server, with every part of it that is used here."""
    if not SYSTEM_PYTHON.exists():
        return False
    asked: Sequence[str] = [str(SYSTEM_PYTHON), "-I", str(GSTREAMER_PROGRAM), "--check"]
    return subprocess.run(asked, check=False, capture_output=True).returncode == 0


def _pipes(process: "subprocess.Popen[bytes]") -> Any:
    return process.stdin, process.stdout
