"""What somebody outside may take of us: so long, and so much."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from ipaddress import ip_address

ANSWER_SECONDS = 20.0
#: From the first byte sent to the last that comes back.
WHOLE_SECONDS = 40.0
LOOPBACK = "localhost"


@contextmanager
def for_at_most(seconds: float, asked: socket.socket) -> Iterator[None]:
    """Cut a connection off that has taken so long in all: each piece alone may come in time for ever."""

    def cut_off() -> None:
        with suppress(OSError):
            asked.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, cut_off)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def is_here(host: str) -> bool:
    """Say whether *host* is this machine, by an address or a name that can be nothing else."""
    try:
        return host == LOOPBACK or ip_address(host).is_loopback
    except ValueError:
        return False
