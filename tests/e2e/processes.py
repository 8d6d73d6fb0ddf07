"""The processes of a running portal, found from outside."""

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


def _runner(living: Living) -> int:
    if living.process is None:
        raise LookupError("the portal was not started")
    return living.process.pid
