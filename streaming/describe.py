"""Ask a camera what it offers, before anything of it is parsed: the state gets its name here.

FFmpeg follows a redirect by itself and tells most faults apart only in text that holds
the address. So we ask the same two questions first, on a connection of our own, and go
nowhere else: neither where the camera sends us, nor where its name must not lead.
"""

import errno
import socket
import ssl
import time
from collections.abc import Sequence
from contextlib import closing

from streaming.errors import SourceLost, SourceRefused
from streaming.reach import LookUp, Ranges, look_up, places
from streaming.rtsp_answers import Answer, check_offer, credentials, read_head
from streaming.rtsp_url import RtspUrl
from streaming.states import CameraState

#: For finding and reaching the camera, and then for hearing its answers: a fault has its name within 3 s.
REACH_SECONDS, PATIENCE_SECONDS = 2.0, 2.5

LONGEST_HEAD = 64 * 1024
LONGEST_BODY = 256 * 1024

_OK, _REDIRECTIONS, _UNAUTHORIZED = 200, range(300, 400), 401


def describe(address: str, reachable: Ranges, *, look_up: LookUp = look_up) -> RtspUrl:
    """Return where the camera at *address* is, if it offers us video that we decode.

    What is returned names the very address that answered, and is to be connected as it
    is: nobody looks the camera's name up again.

    Args:
        reachable: the addresses that a camera may have.
        look_up: finds the addresses of a name.

    Raises:
        SourceRefused: wrong password, redirected, not a camera, a codec we do not decode,
            or its name leads where no camera may be.
        SourceLost: not there, or it does not answer.
    """
    url = RtspUrl.read(address)
    deadline = time.monotonic() + REACH_SECONDS
    hosts = places(url.host, url.port, reachable, look_up=look_up, seconds=REACH_SECONDS)
    try:
        with closing(_secured(_reached(url, hosts, deadline), url)) as connection:
            url = url.at(connection.getpeername()[0])
            _Conversation(connection, url).describe()
    except ssl.SSLError:  # among others: a certificate that nobody we know vouches for
        raise SourceRefused(CameraState.REFUSED) from None
    except TimeoutError:
        raise SourceLost(CameraState.STALLED) from None
    except OSError:
        raise SourceLost(CameraState.ENDED) from None
    return url


def knock(address: str, reachable: Ranges, *, look_up: LookUp = look_up) -> str | None:
    """Connect to where the camera is and let go: nothing is asked of it, and no picture can come.

    Returns:
        None where somebody answers; else why nobody does.
    """
    try:
        url = RtspUrl.read(address)
        deadline = time.monotonic() + REACH_SECONDS
        hosts = places(url.host, url.port, reachable, look_up=look_up, seconds=REACH_SECONDS)
        _reached(url, hosts, deadline).close()
    except (SourceLost, SourceRefused) as lost:
        return lost.state
    return None


def _reached(url: RtspUrl, hosts: Sequence[str], deadline: float) -> socket.socket:
    """Return a connection to the first of *hosts* that answers; each gets its share of the time."""
    for number, host in enumerate(hosts, start=1):
        share = max(0.1, deadline - time.monotonic()) / (len(hosts) - number + 1)
        try:
            return socket.create_connection((host, url.port), timeout=share)
        except OSError as fault:
            state = _unreached(fault)
    raise SourceLost(state)


def _unreached(fault: OSError) -> CameraState:
    said_no = fault.errno in {errno.ECONNREFUSED, errno.EACCES, errno.EPERM}
    return CameraState.REFUSED if said_no else CameraState.NO_ROUTE


def _secured(connection: socket.socket, url: RtspUrl) -> socket.socket:
    """Return *connection*, in TLS where the address asks for it; its certificate is the name's."""
    if not url.secure:
        return connection
    connection.settimeout(PATIENCE_SECONDS)
    try:
        return ssl.create_default_context().wrap_socket(connection, server_hostname=url.name)
    except BaseException:
        connection.close()
        raise


class _Conversation:
    """Questions and answers on one connection, until the patience for all of them ends."""

    def __init__(self, connection: socket.socket, url: RtspUrl) -> None:
        self._connection = connection
        self._url = url
        self._deadline = time.monotonic() + PATIENCE_SECONDS
        self._received = b""
        self._asked = 0

    def describe(self) -> None:
        """Ask what there is, and check it."""
        self._ask("OPTIONS")
        answer, body = self._ask("DESCRIBE")
        if answer.status == _UNAUTHORIZED:
            proof = credentials(answer, "DESCRIBE", self._url) if self._url.user else None
            if proof is None:
                raise SourceRefused(CameraState.WRONG_PASSWORD)
            answer, body = self._ask("DESCRIBE", f"Authorization: {proof}\r\n")
        if answer.status == _UNAUTHORIZED:
            raise SourceRefused(CameraState.WRONG_PASSWORD)
        if answer.status != _OK:
            raise SourceRefused(CameraState.REFUSED)
        check_offer(body.decode("utf-8", errors="replace"))

    def _ask(self, method: str, more: str = "") -> tuple[Answer, bytes]:
        self._asked += 1
        accept = "Accept: application/sdp\r\n" if method == "DESCRIBE" else ""
        question = f"{method} {self._url.target} RTSP/1.0\r\nCSeq: {self._asked}\r\n{accept}{more}\r\n"
        self._wait_no_longer()
        self._connection.sendall(question.encode())
        answer = read_head(self._until_empty_line())
        if answer.status in _REDIRECTIONS:
            raise SourceRefused(CameraState.REDIRECTED)
        return answer, self._body(min(answer.body_bytes, LONGEST_BODY))

    def _until_empty_line(self) -> bytes:
        while b"\r\n\r\n" not in self._received:
            if len(self._received) > LONGEST_HEAD:
                raise SourceRefused(CameraState.NOT_VIDEO)
            self._receive()
        head, _, self._received = self._received.partition(b"\r\n\r\n")
        return head

    def _body(self, size: int) -> bytes:
        while len(self._received) < size:
            self._receive()
        body, self._received = self._received[:size], self._received[size:]
        return body

    def _receive(self) -> None:
        self._wait_no_longer()
        more = self._connection.recv(LONGEST_HEAD)
        if not more:
            raise SourceLost(CameraState.ENDED)
        self._received += more

    def _wait_no_longer(self) -> None:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("no patience left")
        self._connection.settimeout(left)
