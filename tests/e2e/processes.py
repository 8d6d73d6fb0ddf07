"""The processes of a running portal, found from outside."""

import os
import shutil
import signal

from tests.descendants import command_line, descendants
from tests.e2e.portal import Living


def the_web(living: Living) -> list[int]:
    """Return the processes that serve."""
    return [pid for pid in descendants(_runner(living)) if "gunicorn" in command_line(pid)]


def the_cameras(living: Living) -> list[int]:
    """Return the processes that film."""
    return [pid for pid in descendants(_runner(living)) if "streaming.camera" in command_line(pid)]


def the_supervisor(living: Living) -> list[int]:
    """Return the one process that runs the others."""
    return [_runner(living)]


def everything(living: Living) -> list[int]:
    """Return all of them."""
    return [*the_supervisor(living), *the_web(living), *the_cameras(living)]


def power_cut(living: Living) -> None:
    """Kill all of it at once and empty the RAM directory, as when the machine restarts."""
    for pid in everything(living):
        os.kill(pid, signal.SIGKILL)
    assert living.process
    living.process.wait(5)
    living.close()
    for found in living.ram.iterdir():
        shutil.rmtree(found) if found.is_dir() else found.unlink()
    living.hold_records()


def _runner(living: Living) -> int:
    if living.process is None:
        raise LookupError("the portal was not started")
    return living.process.pid
