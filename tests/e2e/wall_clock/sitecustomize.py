"""Python's wall clock, set by as many seconds as a file says; loaded where ``PYTHONPATH`` has this folder.

The kernel then says that nobody keeps its clock right, whatever is true of this machine.
"""

import ctypes
import os
import time
from pathlib import Path
from typing import Any

_true_time = time.time
_set_by = Path(os.environ["WALL_CLOCK_SET_BY"])


def _time() -> float:
    return _true_time() + float(_set_by.read_text("ascii"))


time.time = _time


class _Library(ctypes.CDLL):
    def __getattr__(self, name: str) -> Any:
        return _nobody_keeps_it_right if name == "adjtimex" else super().__getattr__(name)


def _nobody_keeps_it_right(asked: Any) -> int:
    asked._obj.status = 0x0040  # STA_UNSYNC
    return 5  # TIME_ERROR


ctypes.CDLL = _Library  # type: ignore[misc]  # in place of the class itself
