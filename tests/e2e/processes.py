"""The processes of a running portal, found from outside."""

from pathlib import Path

from tests.e2e.portal import Living


def the_web(living: Living) -> list[int]:
    """Return the processes that serve."""
    return [pid for pid, line in _below(_runner(living)).items() if "gunicorn" in line]


def the_cameras(living: Living) -> list[int]:
    """Return the processes that film."""
    return [pid for pid, line in _below(_runner(living)).items() if "streaming.camera" in line]


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


def _below(root: int) -> dict[int, str]:
    """Return the living descendants of *root* with their command lines."""
    found: dict[int, str] = {}
    for task in Path(f"/proc/{root}/task").glob("*/children"):
        for child in map(int, task.read_text().split()):
            try:
                found[child] = Path(f"/proc/{child}/cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue  # it ended while we looked
            found |= _below(child)
    return found
