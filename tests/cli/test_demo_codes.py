"""The codes that the demo prints for its staff, also on Enter, and without a terminal never."""

import os
import pty
import re
import select
import signal
import subprocess
import sys
from datetime import UTC, datetime

from access.one_time_codes import code_at, step_at
from app.cli.demo_codes import codes_now
from tests.readme import ROOT

SEED = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
LISTENS = f"""
import fcntl, sys, termios, time
if sys.stdin.isatty():
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
from app.cli.demo_codes import codes_now, on_enter
with on_enter(lambda: print(codes_now({{"office": {SEED!r}}}), flush=True)):
    print("ready", flush=True)
    time.sleep(60)
"""


def said(terminal: int, words: str) -> str:
    """Return what a terminal showed, until *words* are in it."""
    shown = ""
    while not re.search(words, shown):
        ready, _, _ = select.select([terminal], [], [], 20)
        assert ready, shown
        shown += os.read(terminal, 4096).decode()
    return shown


def listening(stdin: int, stdout: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", LISTENS],
        cwd=ROOT,
        stdin=stdin,
        stdout=stdout,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def test_each_code_is_the_one_of_now() -> None:
    before = step_at(datetime.now(UTC))
    shown = codes_now({"office": SEED})
    now = step_at(datetime.now(UTC))

    (code,) = re.findall(r"office +(\d{3} \d{3})", shown)
    assert code.replace(" ", "") in {code_at(SEED, step) for step in (before, now)}


def test_enter_prints_new_codes_and_ctrl_c_still_ends_it() -> None:
    ours, theirs = pty.openpty()
    process = listening(theirs, theirs)
    os.close(theirs)
    said(ours, "ready")

    for _ in range(2):
        os.write(ours, b"\n")
        said(ours, r"office +\d{3} \d{3}")
    os.write(ours, b"\x03")

    assert process.wait(10) == -signal.SIGINT
    os.close(ours)


def test_what_comes_through_a_pipe_is_left_alone() -> None:
    with listening(subprocess.PIPE, subprocess.PIPE) as process:
        assert process.stdin
        assert process.stdout
        assert process.stdout.readline() == b"ready\n"

        process.stdin.write(b"\n\n")
        process.stdin.flush()
        process.send_signal(signal.SIGINT)

        assert process.wait(10) == -signal.SIGINT
        assert process.stdout.read() == b""
