"""How connections are taken in, so that nobody who is slow or silent keeps others waiting.

gunicorn's own ``gthread`` gives a thread to whoever connects, for as long as the TLS
handshake and the request take to come: as many silent connections as there are threads,
and nobody else is answered. Here a connection has no thread until something has come; the
main thread's poller knows it, and it is closed when its time is over. Answers that nobody
takes end too, and no goodbye keeps any thread waiting.

Of connections and of threads each network has a share (:mod:`app.shares`). Whoever has
more connections loses the one that has been silent for longest, so that a family behind
a crowd's own address still gets in. Whoever has more threads waits for one of their own.
"""

import selectors
import socket
import ssl
import time
from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from functools import partial
from typing import Any

from gunicorn.workers.gthread import _DEFER, ThreadWorker

from app.connections import Connection, NotForUs
from app.gate import Gate
from app.shares import Shares, network_of

#: How long a connection that is to end is waited for.
LINGER_SECONDS = 1.0
#: Whoever says nothing for thirty is killed (:mod:`app.gunicorn_conf`).
NOTIFY_SECONDS = 1.0


class PatientWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn's threads, each for a whole request."""

    wsgi: Any
    #: For the handshake and the first request together, then for each request; 80 kbit/s is enough.
    request_seconds = 15.0
    #: For each piece of an answer that somebody takes, and of what little is read while it is made.
    stall_seconds = 20.0
    #: For a thread, while one's network holds its share; a page asks again after less.
    queue_seconds = 5.0
    #: Addresses behind which is everybody.
    proxies: frozenset[str] = frozenset()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._connections = Shares(self.worker_connections)
        self._threads = Shares(self.cfg.threads)
        self._queues: dict[str | None, deque[Connection]] = {}
        self._parting: deque[Connection] = deque()
        self.gate = Gate()
        self._notify_at = 0.0

    def accept(self, listener: socket.socket) -> None:
        """Take a connection in; it has no thread until it has said something."""
        try:
            client, address = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        network = network_of(address, self.proxies)
        if not self._connections.has_room(network) and not self._makes_room(network):
            client.close()
            return
        self._connections.take(network)
        connection = Connection(
            self.cfg,
            client,
            address,
            listener.getsockname(),
            network=network,
            request_seconds=self.request_seconds,
            when_closed=partial(self._connections.give_back, network),
        )
        connection.set_timeout()
        self.nr_conns += 1
        self.pending_conns.append(connection)
        readable = partial(self.on_pending_socket_readable, connection)
        self.poller.register(client, selectors.EVENT_READ, readable)

    def _makes_room(self, network: str | None) -> bool:
        """Close the network's own connection that has been silent for longest; say whether there was one."""
        if network is None:
            return False
        for silent in (self._parting, self.pending_conns, self.keepalived_conns):
            oldest = next((one for one in silent if one.network == network), None)
            if oldest:
                silent.remove(oldest)
                self._end(oldest)
                return True
        return False

    def _end(self, connection: Connection) -> None:
        with suppress(OSError, KeyError, ValueError):  # the poller may not know it
            self.poller.unregister(connection.sock)
        self.nr_conns -= 1
        connection.close()

    def enqueue_req(self, conn: Connection) -> None:
        """Give a connection a thread, or let it wait until its network may have one more."""
        if self._threads.has_room(conn.network):
            self._begin(conn)
        else:
            conn.timeout = time.monotonic() + self.queue_seconds
            self._queues.setdefault(conn.network, deque()).append(conn)

    def _begin(self, conn: Connection) -> None:
        self._threads.take(conn.network)
        super().enqueue_req(conn)

    def finish_request(self, conn: Connection, fs: Any) -> None:
        """Let go of a thread, and give it to whoever waits and holds least."""
        self._threads.give_back(conn.network)
        if conn.parts:
            self._part(conn)
        else:
            super().finish_request(conn, fs)
        for network in sorted(self._queues, key=self._threads.held):
            waiting = self._queues[network]
            while waiting and self._threads.has_room(network):
                self._begin(waiting.popleft())
            if not waiting:
                del self._queues[network]

    def _part(self, conn: Connection) -> None:
        """Let the other side read what it was answered; the poller waits for it."""
        if not conn.say_goodbye():
            self._end(conn)
            return
        conn.timeout = time.monotonic() + LINGER_SECONDS
        self._parting.append(conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._on_parting_readable, conn))

    def _on_parting_readable(self, conn: Connection, _: Any) -> None:
        if conn.is_over():
            self._parting.remove(conn)
            self._end(conn)

    def notify(self) -> None:
        """Tell the arbiter that this process lives: once a second, not with each event of the poller."""
        now = time.monotonic()
        if now >= self._notify_at:
            self._notify_at = now + NOTIFY_SECONDS
            super().notify()

    def murder_pending(self) -> None:
        """End what has waited for too long; gunicorn calls it once a second, and after whatever happened."""
        super().murder_pending()
        for late in self._late(self._parting):
            self._end(late)
        for waiting in self._queues.values():
            for late in self._late(waiting):
                if late.can_be_told:
                    self.send_away(late)
                self._part(late)

    @staticmethod
    def _late(waiting: deque[Connection]) -> Iterable[Connection]:
        now = time.monotonic()
        while waiting and waiting[0].timeout < now:
            yield waiting.popleft()

    def handle(self, conn: Connection) -> Any:
        """Answer a request that has come whole; of another one, take what there is."""
        try:
            if not conn.take():
                return _DEFER
            only_asks = conn.only_asks
            conn.hand_over()
        except NotForUs:
            self.refuse(conn)
            conn.parts = True
            return False
        except OSError:
            return False
        if only_asks:
            self.gate.enter()
        try:
            follows = super().handle(conn)
        finally:
            self.gate.leave()
        conn.parts = follows is False
        return follows

    def refuse(self, conn: Connection) -> None:
        """Say what is to be said to what is no request; nothing here."""

    def send_away(self, conn: Connection) -> None:
        """Say what is to be said to whom no thread can be given, without waiting; nothing here."""

    def handle_request(self, req: Any, conn: Connection) -> Any:
        """Answer; whoever takes nothing for too long is left."""
        conn.sock.settimeout(self.stall_seconds)
        try:
            return super().handle_request(req, conn)
        except (TimeoutError, ssl.SSLError):
            return False
