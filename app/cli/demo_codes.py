"""The codes of the demo's staff, as their phones would show them: printed, and anew on Enter."""

import os
import select
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime

from access.one_time_codes import STEP_SECONDS, code_at, step_at

#: How soon a listener notices that it is to end.
POLL_SECONDS = 0.25


def codes_now(seeds: Mapping[str, str]) -> str:
    """Return the code of each member of staff at this moment, a line each."""
    step = step_at(datetime.now(UTC))
    lines = [f"  {sign_in:<14} {spaced(code_at(seed, step))}" for sign_in, seed in seeds.items()]
    head = f"second step of staff (new every {STEP_SECONDS} seconds, each good once; Enter prints new ones):"
    return "\n".join([head, *lines, ""])


def spaced(code: str) -> str:
    """Return six digits as people read them."""
    return f"{code[:3]} {code[3:]}"


@contextmanager
def on_enter(say: Callable[[], None]) -> Iterator[None]:
    """Call *say* whenever Enter is pressed in the terminal; where there is none, never.

    It waits with ``select`` and reads without Python's buffer: a thread that sat in
    ``input`` would keep the process from ending.
    """
    if not sys.stdin.isatty():
        yield
        return
    over = threading.Event()
    listener = threading.Thread(target=_listen, args=(sys.stdin.fileno(), say, over), daemon=True)
    listener.start()
    try:
        yield
    finally:
        over.set()
        listener.join(4 * POLL_SECONDS)


def _listen(terminal: int, say: Callable[[], None], over: threading.Event) -> None:
    while not over.is_set():
        try:
            is_ours = os.tcgetpgrp(terminal) == os.getpgrp()  # in the background a read would stop us
            ready, _, _ = select.select([terminal] if is_ours else [], [], [], POLL_SECONDS)
            if ready and not os.read(terminal, 1024):
                return
        except OSError:  # the terminal is gone
            return
        if ready:
            say()
