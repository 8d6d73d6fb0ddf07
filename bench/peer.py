"""The same camera by other people's means: ``ffmpeg`` writes HLS, nginx serves it, hls.js plays it."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.ffmpeg import into_segments
from bench.nginx import nginx
from tests.e2e.waiting import until

ROOT = Path(__file__).parent.parent
PAGES = Path(__file__).with_name("pages")
#: What the demo's camera films.
FRAMES_PER_SECOND = 12


@dataclass(slots=True)
class Peer:
    """nginx with a page, and an ``ffmpeg`` that can be started and stopped.

    Args:
        port: where nginx listens on loopback.
        live: where ``ffmpeg`` writes.
        camera_address: what it reads.
    """

    port: int
    live: Path
    camera_address: str
    ffmpeg: subprocess.Popen[bytes] | None = None

    def page(self, *, our_player: bool) -> str:
        """Return the address of the page: by our own player with its options, or hls.js as it comes."""
        return f"http://127.0.0.1:{self.port}/peer.html" + ("?ours" if our_player else "")

    def start(self, *, wait: bool = True) -> None:
        """Film; with *wait* until there are some segments."""
        self.live.mkdir(exist_ok=True)
        self.ffmpeg = subprocess.Popen(
            [
                "ffmpeg", "-v", "error", "-nostdin", "-y", "-rtsp_transport", "tcp", "-fflags", "nobuffer",
                "-threads", "1", "-i", self.camera_address, "-fps_mode", "passthrough",
                *into_segments(
                    self.live / "index.m3u8", preset="superfast", frames_per_second=FRAMES_PER_SECOND
                ),
            ],
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
        if wait:
            until("ffmpeg has written four segments", lambda: len(list(self.live.glob("*.m4s"))) > 3, 30)

    def stop(self) -> None:
        """End it, and leave nothing to play."""
        if self.ffmpeg is not None:
            self.ffmpeg.send_signal(signal.SIGTERM)
            self.ffmpeg.wait(10)
            self.ffmpeg = None
        shutil.rmtree(self.live, ignore_errors=True)


@contextmanager
def peer(camera_address: str) -> Iterator[Peer]:
    """Yield nginx with the page, in memory as our own ring is; ``ffmpeg`` is not started yet."""
    with tempfile.TemporaryDirectory(prefix="littlewindow-peer-", dir="/dev/shm") as home:
        root = Path(home)
        for name in ("peer.html", "peer.js"):
            shutil.copy(PAGES / name, root / name)
        for name in ("js", "vendor"):
            shutil.copytree(ROOT / "static" / name, root / name)
        _open_to_nginx(root)
        with nginx(root) as (_, port):
            running = Peer(port, root / "live", camera_address)
            try:
                yield running
            finally:
                running.stop()


def _open_to_nginx(root: Path) -> None:
    """Let nginx's own user read what we copied; started by root it is somebody else."""
    for folder, _, files in os.walk(root):
        Path(folder).chmod(0o755)
        for name in files:
            Path(folder, name).chmod(0o644)
