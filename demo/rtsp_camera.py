"""The demo's camera: a process that films the playroom and serves it over RTSP.

::

    python -m demo.rtsp_camera --port 8554 --stdin-guard
    python -m demo.rtsp_camera --port 8555 --gstreamer - --tls cert.pem key.pem

The server is another project's, on 127.0.0.1 only (see :mod:`demo.rtsp_server`). Once it
listens, one line of JSON says its address, without the login.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import IO, cast
from zlib import crc32
from zoneinfo import ZoneInfo

import cv2

from demo.film import SceneFilm
from demo.rtsp_server import (
    GSTREAMER_PACKAGES,
    HOST,
    GstreamerServer,
    GstreamerSettings,
    PipServer,
    RtspServer,
)
from demo.scene import Scene


def beats(stopping: threading.Event, frame_time: Fraction) -> Iterator[datetime]:
    """Give the present instant once every *frame_time*, until *stopping* is set.

    Beats that come too late are left out, never caught up.
    """
    seconds = float(frame_time)
    following = time.monotonic()
    while not stopping.wait(max(0.0, following - time.monotonic())):
        yield datetime.now(UTC)
        following = max(following + seconds, time.monotonic())


def film(server: RtspServer, scene: Scene, frame_rate: int, stopping: threading.Event) -> None:
    """Film *scene* live and send it, until *stopping* is set."""
    cv2.setNumThreads(1)
    running = SceneFilm(scene, frame_rate=frame_rate)
    for instant in beats(stopping, running.frame_time):
        for shot in running.shoot(instant):
            server.send(shot)


@dataclass(frozen=True, slots=True)
class Secured:
    """How GStreamer's server keeps others out: a login, asked for by digest, and TLS.

    Args:
        user: letters that an address may hold as they are; so has the password.
        certificate: the file of a certificate for 127.0.0.1.
        certificate_key: the file of its key.
    """

    user: str
    password: str = field(repr=False)
    certificate: str
    certificate_key: str


@contextmanager
def filmed(*rooms: str, zone: str = "Asia/Shanghai", secured: Secured | None = None) -> Iterator[list[str]]:
    """Run a camera in each of *rooms*, in a process of its own; give their addresses, in this order.

    They start together, because each paints its room for a second first.

    Args:
        rooms: the same name is the same room again.
        zone: of the clock on its wall.
        secured: behind GStreamer's server, and the login is in the address; None is the pip one.

    Raises:
        OSError: one did not start; what it said is on the standard error.
    """
    with ExitStack() as stack:
        # At the end the input of each is closed, and it ends.
        cameras = [stack.enter_context(_started(room, zone, secured)) for room in rooms]
        yield [_address(camera, secured) for camera in cameras]


def _started(room: str, zone: str, secured: Secured | None) -> "subprocess.Popen[bytes]":
    which = [f"--path=/{room}", f"--seed={crc32(room.encode())}", f"--zone={zone}"]
    if secured:
        which += ["--gstreamer=-", "--tls", secured.certificate, secured.certificate_key]
    camera = subprocess.Popen(
        [sys.executable, "-m", "demo.rtsp_camera", "--stdin-guard", "--port=0", *which],
        cwd=Path(__file__).parent.parent,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,  # Ctrl-C is for whoever started it
    )
    if secured:
        stdin = cast("IO[bytes]", camera.stdin)
        stdin.write(f"{secured.user}:{secured.password}\n".encode())
        stdin.flush()
    return camera


def _address(camera: "subprocess.Popen[bytes]", secured: Secured | None) -> str:
    """Return the address of *camera* once it listens."""
    said = cast("IO[bytes]", camera.stdout).readline()
    if not said:
        raise OSError("the demo's camera did not start")
    address = str(json.loads(said)["url"])
    return address.replace("://", f"://{secured.user}:{secured.password}@") if secured else address


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the camera until a signal, or until standard input ends."""
    asked = _parser().parse_args(arguments)
    server = _server(asked)
    stopping = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stopping.set())
    width, height = (int(side) for side in asked.size.split("x"))
    scene = Scene(width, height, asked.seed, zone=ZoneInfo(asked.zone))
    try:
        port = server.start(asked.port)
    except OSError as fault:
        wants = f"; it wants: sudo apt-get install -y {GSTREAMER_PACKAGES}" if asked.gstreamer else ""
        sys.exit(f"{fault}{wants}")
    if asked.stdin_guard:
        threading.Thread(target=_end_with_input, args=(stopping,), daemon=True).start()
    scheme = "rtsps" if asked.tls else "rtsp"
    sys.stdout.write(json.dumps({"url": f"{scheme}://{HOST}:{port}{asked.path}"}) + "\n")
    sys.stdout.flush()
    try:
        film(server, scene, asked.rate, stopping)
    finally:
        server.stop()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m demo.rtsp_camera", description="Film a rendered playroom."
    )
    parser.add_argument("--port", type=int, default=8554, help="0 for any that is free")
    parser.add_argument("--path", default="/playroom")
    parser.add_argument("--seed", type=int, default=1, help="which room")
    parser.add_argument("--size", default="1280x720", metavar="WxH")
    parser.add_argument("--rate", type=int, default=12, help="pictures a second")
    parser.add_argument("--zone", default="UTC", help="of the clock on the wall, such as Asia/Shanghai")
    parser.add_argument("--stdin-guard", action="store_true", help="end when standard input does")
    parser.add_argument(
        "--gstreamer",
        metavar="USER:PASSWORD",
        help="serve by GStreamer, with digest login; - reads the login from the first line of input",
    )
    parser.add_argument("--tls", nargs=2, metavar=("CERTIFICATE", "KEY"), help="serve rtsps (GStreamer only)")
    return parser


def _server(asked: argparse.Namespace) -> RtspServer:
    if not asked.gstreamer:
        if asked.tls:
            sys.exit("--tls needs --gstreamer")
        return PipServer()
    login = _line_of_input() if asked.gstreamer == "-" else asked.gstreamer
    user, _, password = login.partition(":")
    certificate, key = asked.tls or ("", "")
    return GstreamerServer(
        GstreamerSettings(
            path=asked.path, user=user, password=password, certificate=certificate, certificate_key=key
        )
    )


def _line_of_input() -> str:
    """Read one line, unbuffered: what follows is the guard's."""
    line = b""
    while (byte := os.read(0, 1)) not in (b"", b"\n"):
        line += byte
    return line.decode()


def _end_with_input(stopping: threading.Event) -> None:
    while os.read(0, 4096):
        pass
    stopping.set()


if __name__ == "__main__":
    main()
