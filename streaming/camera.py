"""The process of one camera: orders on stdin, events on stdout, JSON lines both.

::

    > {"do": "connect", …}                           :class:`streaming.orders.ConnectOrder`
    < {"event": "confined", "landlock": …}
    < {"event": "connected"}
    > {"do": "film", "epoch": …, "first_k": …, "count": …}
    < {"event": "segment", "k": …}
    < {"event": "health", …}                         every second
    < {"event": "lost", "state": "camera:…"}         the last one
    > {"do": "stop"}

It lives for one connection and ends with its parent, with its stdin, when stopped and
when killed; also in the middle of a read. The address comes on stdin only, and nothing
that it prints is other than what stands here.
"""

import json
import os
import queue
import sys
import threading
from pathlib import Path
from typing import IO, Any

from streaming.confinement import confine, end_with_parent, leave_nothing_behind
from streaming.errors import SourceLost, SourceRefused
from streaming.orders import ConnectOrder, FilmOrder
from streaming.rtsp_url import RtspUrl
from streaming.states import CameraState

LONGEST_LINE = 1024 * 1024


def main() -> None:
    """Do as the supervisor says, until the connection ends; does not return."""
    state: str = CameraState.KILLED
    try:
        end_with_parent()
        leave_nothing_behind()
        _film(sys.stdin.buffer)
    except (SourceLost, SourceRefused) as fault:
        state = fault.state
    except Exception as fault:  # whatever it is, its text could hold the address
        sys.stderr.write(f"camera: {type(fault).__name__}\n")
    tell({"event": "lost", "state": state})
    os._exit(0)  # the reader may wait for a camera for ever


def tell(event: dict[str, Any]) -> None:
    """Write one event; end when nobody listens any more."""
    try:
        os.write(1, json.dumps(event).encode() + b"\n")
    except OSError:
        os._exit(0)


def _film(stdin: IO[bytes]) -> None:
    told = _order(stdin.readline(LONGEST_LINE))
    if told.get("do") != "connect":
        os._exit(0)
    connection = ConnectOrder.read(told)
    url = RtspUrl.read(connection.address)
    # Late, because it takes a while; and before the confinement, which its threads then share.
    from streaming.filming import Filming

    own = Path(connection.directory) / connection.camera
    own.mkdir(mode=0o700, parents=True, exist_ok=True)
    orders: queue.SimpleQueue[FilmOrder] = queue.SimpleQueue()
    filming = Filming(connection, orders, tell)
    tell({"event": "confined", "landlock": confine(writes=own, port=url.port)})
    threading.Thread(target=_listen, args=(stdin, orders), name="orders", daemon=True).start()
    filming.run()


def _listen(stdin: IO[bytes], orders: "queue.SimpleQueue[FilmOrder]") -> None:
    """Pass on the order to film; at the order to stop, and when the supervisor is gone, end at once."""
    try:
        while line := stdin.readline(LONGEST_LINE):
            told = _order(line)
            if told.get("do") != "film":
                break
            orders.put(FilmOrder.read(told))
    finally:
        os._exit(0)


def _order(line: bytes) -> dict[str, Any]:
    told = json.loads(line) if line else {}
    return told if isinstance(told, dict) else {}


if __name__ == "__main__":
    main()
