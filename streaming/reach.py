"""Where a camera's name leads, and who is really at the other end of a connection.

Which addresses a camera may have is not known here: they come as ranges with the order
to connect (docs/decisions/006-where-a-camera-may-be.md). A name is looked up once, and
what is connected is an address that was compared with the ranges: a name that leads
elsewhere a moment later changes nothing.
"""

import queue
import socket
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import TypeAlias

from streaming.confinement import MOST_DESCRIPTORS
from streaming.errors import SourceLost, SourceRefused
from streaming.states import CameraState

#: Addresses from first to last.
Ranges: TypeAlias = Iterable[tuple[str, str]]

#: A name and a port in, the addresses it leads to out.
LookUp: TypeAlias = Callable[[str, int], Sequence[str]]

#: Our end and the other, each an address and a port.
Ends: TypeAlias = tuple[tuple[str, int], tuple[str, int]]


def look_up(name: str, port: int) -> list[str]:
    """Return the addresses of *name* as the system knows them."""
    return [str(found[4][0]) for found in socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)]


def places(name: str, port: int, reachable: Ranges, *, look_up: LookUp, seconds: float) -> list[str]:
    """Return the addresses of *name* that may be connected, in the order of the answer.

    Args:
        name: or an address, which leads to itself.
        seconds: how long the answer is waited for: the system's own patience is longer.

    Raises:
        SourceLost: the name is unknown, or nobody says in time.
        SourceRefused: it leads to no address that a camera may have.
    """
    found = _asked(lambda: look_up(name, port), seconds)
    if not found:
        raise SourceLost(CameraState.NO_ROUTE)
    allowed = [address for address in found if is_within(address, reachable)]
    if not allowed:
        raise SourceRefused(CameraState.FORBIDDEN_ADDRESS)
    return allowed


def is_within(address: str, ranges: Ranges) -> bool:
    """Say whether *address* lies in one of *ranges*; what is no address lies in none."""
    try:
        asked = _number(ip_address(address))
        return any(_number(ip_address(first)) <= asked <= _number(ip_address(last)) for first, last in ranges)
    except ValueError:
        return False


def connections(most_descriptors: int = MOST_DESCRIPTORS) -> set[Ends]:
    """Return the ends of every connection over a network that this process has."""
    found = set()
    for descriptor in range(most_descriptors):
        with suppress(OSError):  # not open, no socket, or not connected
            found.add(_ends(descriptor))
    return {ends for ends in found if ends is not None}


def _ends(descriptor: int) -> Ends | None:
    """Return both ends of an open socket, and leave it open; None where it is no network's."""
    end = socket.socket(fileno=descriptor)
    try:
        if end.family not in {socket.AF_INET, socket.AF_INET6}:
            return None
        return end.getsockname()[:2], end.getpeername()[:2]
    finally:
        end.detach()


def _number(address: IPv4Address | IPv6Address) -> tuple[int, int]:
    """Return *address* so that those of one kind can be compared and those of two never meet."""
    return address.version, int(address)


def _asked(ask: Callable[[], Sequence[str]], seconds: float) -> Sequence[str]:
    """Return the answer, or nothing where there is none in *seconds*: asking cannot be interrupted."""
    answers: queue.SimpleQueue[Sequence[str]] = queue.SimpleQueue()

    def run() -> None:
        found: Sequence[str] = ()
        with suppress(OSError, UnicodeError):  # no such name, or no name at all
            found = ask()
        answers.put(found)

    threading.Thread(target=run, name="look-up", daemon=True).start()
    try:
        return answers.get(timeout=seconds)
    except queue.Empty:
        return ()
