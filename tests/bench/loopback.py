"""A server on loopback that answers as it is told, and counts who came."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

#: What is done with one connection, request by request; gets its number, from 0.
Answer = Callable[[socket.socket, int], None]


@dataclass(slots=True)
class Loopback:
    """What the server saw."""

    port: int
    connections: list[socket.socket] = field(default_factory=list)
    requests: list[bytes] = field(default_factory=list)

    def path_of(self, number: int) -> str:
        """Return which path the request of that *number* asked for."""
        return self.requests[number].split()[1].decode()


def head(length: int, *more: str) -> bytes:
    """Return the head of an answer of 200 with a body of *length*."""
    return "\r\n".join(["HTTP/1.1 200 OK", f"Content-Length: {length}", *more, "", ""]).encode()


def reset(connection: socket.socket) -> None:
    """Close *connection* as the cutter does: by a reset."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


@contextmanager
def loopback(answer: Answer) -> Iterator[Loopback]:
    """Accept connections; call *answer* for each request until it closes the connection."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Loopback(listener.getsockname()[1])
        accepting = threading.Thread(target=_accept, args=(listener, server, answer), daemon=True)
        accepting.start()
        yield server
        listener.shutdown(socket.SHUT_RDWR)
        accepting.join(5)
        for connection in server.connections:
            connection.close()


def _accept(listener: socket.socket, server: Loopback, answer: Answer) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        server.connections.append(connection)
        threading.Thread(target=_serve, args=(connection, server, answer), daemon=True).start()


def _serve(connection: socket.socket, server: Loopback, answer: Answer) -> None:
    try:
        while request := connection.recv(4096):
            server.requests.append(request)
            answer(connection, len(server.requests) - 1)
    except OSError:
        return
