"""Python's wall clock, set by as many seconds as a file says; loaded where ``PYTHONPATH`` has this folder."""

import os
import time
from pathlib import Path

_true_time = time.time
_set_by = Path(os.environ["WALL_CLOCK_SET_BY"])


def _time() -> float:
    return _true_time() + float(_set_by.read_text("ascii"))


time.time = _time
