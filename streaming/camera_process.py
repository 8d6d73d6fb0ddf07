"""One running camera process, seen from the supervisor: orders in, events out, never waiting."""

import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, cast

from streaming.orders import ConnectOrder, RecorderLimit
from streaming.recorders import Seats

logger = logging.getLogger(__name__)

CAMERA_PROCESS = (sys.executable, "-m", "streaming.camera")
ROOT = Path(__file__).resolve().parent.parent
LONGEST_LINE = 4096

#: All of our environment that a camera process gets: it needs no secret of ours.
PASSED_ON = ("PATH", "SSL_CERT_FILE", "SSL_CERT_DIR", "LD_LIBRARY_PATH")


class CameraProcess:
    """A child that reads one camera. Start it from the main thread: it ends with its thread.

    Args:
        seat: a descriptor that it holds for as long as it lives; the caller's copy may be closed.
    """

    def __init__(self, argv: Sequence[str], order: ConnectOrder, *, seat: int | None = None) -> None:
        environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        # Not waited for with "with": the supervisor looks at it from time to time.
        self._process = subprocess.Popen(
            argv,
            cwd=ROOT,
            env=environment | {"LANG": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            pass_fds=() if seat is None else (seat,),
            start_new_session=True,  # Ctrl-C is the supervisor's to hear
        )
        self._orders, self._events, self._words = (
            cast("IO[bytes]", pipe)
            for pipe in (self._process.stdin, self._process.stdout, self._process.stderr)
        )
        for pipe in (self._orders, self._events, self._words):
            os.set_blocking(pipe.fileno(), False)
        self._heard = b""
        self.tell(order.told())

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._process.pid

    def tell(self, order: Mapping[str, Any]) -> bool:
        """Send one order; False where the process cannot take all of it, and is killed."""
        line = json.dumps(order).encode() + b"\n"
        try:
            written = self._orders.write(line)
        except OSError:
            written = 0
        if written != len(line):
            self.kill()
        return written == len(line)

    def events(self) -> Iterator[dict[str, Any]]:
        """Yield what the process said since last asked; what is no event is passed over."""
        *lines, rest = (self._heard + _waiting(self._events)).split(b"\n")
        self._heard = rest[-LONGEST_LINE:]
        for line in lines:
            try:
                event = json.loads(line)
            except ValueError:
                continue
            if isinstance(event, dict):
                yield event

    def words(self) -> str:
        """Return what it wrote on its error output; may hold anything."""
        return _waiting(self._words).decode(errors="replace").strip()

    def kill(self) -> None:
        """End it at once, in the middle of whatever it does."""
        self._process.kill()

    def is_ended(self) -> bool:
        """Say whether it has ended; what it said last may still be asked for."""
        return self._process.poll() is not None

    def is_dead(self, patience_seconds: float = 0.0) -> bool:
        """Say whether it has ended; then nothing of it writes any more."""
        try:
            self._process.wait(patience_seconds)
        except subprocess.TimeoutExpired:
            return False
        for pipe in (self._orders, self._events, self._words):
            pipe.close()
        return True


def start(
    argv: Sequence[str], order: ConnectOrder, recorder: RecorderLimit | None, seats: Seats
) -> CameraProcess | None:
    """Start a process and tell it to connect; None where its camera's *recorder* bears no more.

    The seat is the process's: it is free again when the process is gone, and not before.
    """
    if recorder is None:
        return CameraProcess(argv, order)
    try:
        seat = seats.take(recorder)
    except OSError as fault:  # nobody can say who is connected, so nobody else is
        logger.warning("seats at a recorder: %s", fault.strerror)
        return None
    if seat is None:
        return None
    try:
        return CameraProcess(argv, order, seat=seat)
    finally:
        os.close(seat)


def _waiting(pipe: IO[bytes]) -> bytes:
    """Return what lies in *pipe*, at most 64 KiB at a time."""
    return (not pipe.closed and pipe.read(65_536)) or b""
