"""A camera to which no way leads, and then one does: in a network of its own.

``unshare --user --map-root-user --net python -m tests.streaming.no_route RING``: it may
change the routes there, and nobody else notices. One line of JSON says what happened.
"""

import json
import subprocess
import sys
import time
from pathlib import Path

from tests.cameras import PipCamera
from tests.streaming.supervised import Supervised, camera_settings

#: Addresses for documents (RFC 5737): nobody has them, here or anywhere.
HOST, PORT = "192.0.2.7", 8554
ANYWHERE = (("1.0.0.0", "223.255.255.255"),)


def ip(*words: str) -> None:
    """Change this network."""
    subprocess.run(["ip", *words], check=True)


def main() -> None:
    """Lose the camera in a black hole, then let it be there."""
    ip("link", "set", "lo", "up")
    ip("route", "add", "blackhole", "192.0.2.0/24")
    told = Supervised(Path(sys.argv[1]), settings=camera_settings(Path(sys.argv[1]), ANYWHERE))
    told.want(f"rtsp://viewer:playroom@{HOST}:{PORT}/playroom")
    named = told.turns_until(lambda: told.state() not in {None, "camera:connecting"}, 10)
    state = told.state()

    ip("address", "add", f"{HOST}/32", "dev", "lo")
    with PipCamera(host=HOST, port=PORT, size=(320, 180)):
        there = time.monotonic()
        told.turns_until(lambda: told.state() == "camera:live", 20)
        back = time.monotonic() - there
        told.supervisor.stop_all()
    sys.stdout.write(json.dumps({"state": state, "named": named, "back": back}))


if __name__ == "__main__":
    main()
