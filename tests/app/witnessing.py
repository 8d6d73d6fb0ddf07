"""A witness of the tests: keeps the last checkpoint it saw and cosigns only what grew from there.

Real HTTP on this machine; what it keeps is its own and not the portal's.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from access.errors import Unverified
from access.log.checkpoints import Checkpoint, open_checkpoint
from access.log.cosignatures import WitnessKey, cosigned_message
from access.log.notes import NoteKey, Signature
from access.log.proofs import verify_consistency
from access.log.spelling import from_base64


@dataclass
class WitnessOutside:
    """What a witness knows, and what it answers."""

    logs: dict[str, NoteKey] = field(default_factory=dict)
    seen: dict[str, Checkpoint] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    #: Every body that was sent to it.
    bodies: list[bytes] = field(default_factory=list)
    private: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    name: str = "witness.example"
    port: int = 0

    @property
    def key(self) -> WitnessKey:
        """Its key, as it tells everybody."""
        return WitnessKey(self.name, self.private.public_key().public_bytes_raw())

    @property
    def line(self) -> str:
        """Return its line in the file of receivers."""
        return f"witness {self.key.vkey} http://127.0.0.1:{self.port}/here/"

    def answer(self, path: str, body: bytes) -> tuple[int, bytes]:
        """Answer as C2SP tlog-witness has it."""
        self.asked.append(path)
        self.bodies.append(body)
        head, _, note = body.partition(b"\n\n")
        first, *hashes = head.decode().split("\n")
        old, origin = int(first.removeprefix("old ")), note.split(b"\n")[0].decode()
        if origin not in self.logs:
            return 404, b""
        checkpoint, opened = open_checkpoint(note, self.logs[origin])
        known = self.seen.get(origin, Checkpoint(origin, 0, b"\0" * 32))
        if old != known.size:
            return 409, f"{known.size}\n".encode()
        if old:
            try:
                verify_consistency(
                    [from_base64(one, "a hash") for one in hashes],
                    old=old,
                    new=checkpoint.size,
                    old_root=known.root,
                    new_root=checkpoint.root,
                )
            except Unverified:
                return 422, b""
        self.seen[origin] = checkpoint
        now = int(time.time())
        signed = now.to_bytes(8, "big") + self.private.sign(cosigned_message(opened.text, now))
        return 200, Signature(self.name, self.key.key_id, signed).line().encode()


@contextmanager
def listening(witness: WitnessOutside) -> Iterator[WitnessOutside]:
    """Have *witness* answer on this machine, until the end of the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, answer = witness.answer(self.path, body)
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    witness.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield witness
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
