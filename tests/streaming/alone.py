"""Cameras watched from a process of their own, with another environment or network than the tests'.

``python -m tests.streaming.alone``: one line of JSON on standard input (``address`` and
``ring``), one on standard output: the first state that tells something, after how many
seconds, and how many epochs were begun.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from streaming.camera_process import ROOT
from tests.streaming.supervised import Supervised

SECONDS = 20


def first_state(address: str, ring: Path, **environment: str) -> dict[str, Any]:
    """Return what becomes of the camera at *address* where the environment is like this."""
    ran = subprocess.run(
        [sys.executable, "-m", "tests.streaming.alone"],
        cwd=ROOT,
        env={**os.environ, **environment},
        input=json.dumps({"address": address, "ring": str(ring)}),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=60,
    )
    return dict(json.loads(ran.stdout))


def main() -> None:
    """Watch one camera until something can be said of it."""
    asked = json.loads(sys.stdin.readline())
    told = Supervised(Path(asked["ring"]))
    told.want(asked["address"])
    took = told.turns_until(lambda: told.state() not in {None, "camera:connecting"}, SECONDS)
    sys.stdout.write(json.dumps({"state": told.state(), "took": took, "begun": len(told.begun)}))
    told.supervisor.stop_all()


if __name__ == "__main__":
    main()
