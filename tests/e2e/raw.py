"""What comes back to bytes that no HTTP library would send."""

import socket
from dataclasses import dataclass

#: Told of the connection, not of what was asked.
OF_THE_CONNECTION = frozenset({"date", "connection"})


@dataclass(frozen=True, slots=True)
class Told:
    """Status, headers and body: two that are equal cannot be told apart."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


def said(port: int, sent: bytes, *, seconds: float = 10) -> bytes:
    """Send bytes, end our side, and return all that comes until the other side ends."""
    came = b""
    with socket.create_connection(("127.0.0.1", port), seconds) as connection:
        try:
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # answered and closed already
        try:
            while piece := connection.recv(65536):
                came += piece
        except ConnectionResetError:
            pass
    return came


def answers(came: bytes, *, head: bool = False) -> list[Told]:
    """Return the final answers in what came; interim ones ("100 Continue") are left out."""
    found = []
    while came:
        top, _, came = came.partition(b"\r\n\r\n")
        first, *lines = top.decode("latin-1").split("\r\n")
        status = int(first.split()[1])
        if status < 200:
            continue
        named = [(name, value) for name, _, value in (line.partition(": ") for line in lines)]
        length = 0 if head else int(dict(named).get("Content-Length", len(came)))
        body, came = came[:length], came[length:]
        kept = tuple(pair for pair in named if pair[0].lower() not in OF_THE_CONNECTION)
        found.append(Told(status, kept, body))
    return found
