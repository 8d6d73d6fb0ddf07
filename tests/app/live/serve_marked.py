"""A web process with nothing but the cutter: one segment, while one mark is not set.

Run by gunicorn in :mod:`tests.app.live.test_cutting`, told by its environment where
the marks and the journal are.
"""

import os
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from access.clock import SystemClock
from access.journal import Journal
from access.stops import StopMarks
from app.live.cutter import Cutter
from app.live.slots import Slots
from app.nameless import leave_out_server_name
from tests.app.live.rights import RightsByMarks, leave_to, second_of_film

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

HOME = Path(os.environ["MARKED_HOME"])
SEGMENT = bytes(4_000_000)
#: Fits into the buffers of the kernel: it is written long before a slow reader has it.
SMALL_SEGMENT = bytes(40_000)

leave_out_server_name()
clock = SystemClock()
rights = RightsByMarks(StopMarks(HOME / "marks", Journal(HOME / "journal")))
cutter = Cutter(rights, clock, slots=Slots(100), ring_seconds=60)
stopping = threading.Event()


def application(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    """Answer ``/open`` with how many bodies are under way, and all else with a segment."""
    if not cutter_thread.is_alive():
        cutter_thread.start()
    if environ["PATH_INFO"] == "/open":
        answer = b"%d" % cutter.open_bodies()
        start_response("200 OK", [("Content-Length", str(len(answer)))])
        return [answer]
    now = clock.now()
    segment = SMALL_SEGMENT if environ["PATH_INFO"].startswith("/small") else SEGMENT
    start_response("200 OK", [("Content-Length", str(len(segment)))])
    return cutter.send(
        leave_to(environ["PATH_INFO"], now),
        second_of_film(1, now),
        segment,
        connection=environ["gunicorn.socket"],
        when_closed=lambda: None,
    )


cutter_thread = threading.Thread(target=cutter.run, args=(stopping,), daemon=True)
