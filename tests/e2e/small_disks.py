"""Disks that are small enough to fill, for whoever runs the tests."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
#: Set where a story already runs in a namespace of its own.
INSIDE = "LITTLEWINDOW_TEST_MAY_MOUNT"
NEW_NAMESPACE = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-rUm"]
WHAT_ALLOWS_IT = (
    "mounting a small disk needs a namespace of its own; as root this allows it to everybody:"
    " sysctl -w user.max_user_namespaces=10000 kernel.unprivileged_userns_clone=1"
    " kernel.apparmor_restrict_unprivileged_userns=0"
)

Story = Callable[..., None]


def where_one_may_mount(story: Story) -> Story:
    """Run *story* in a mount namespace of its own: the same test, once more, in a process of its own.

    As root, or as the root of a user namespace. What is mounted there is gone with it.
    """

    @wraps(story)
    def run(request: pytest.FixtureRequest, **given: object) -> None:
        if INSIDE in os.environ:
            story(request, **given)
            return
        allowed = subprocess.run([*NEW_NAMESPACE, "true"], capture_output=True, check=False)
        assert allowed.returncode == 0, WHAT_ALLOWS_IT
        again = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", request.node.nodeid]
        told = subprocess.run(
            [*NEW_NAMESPACE, *again],
            cwd=ROOT,
            env=os.environ | {INSIDE: "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert told.returncode == 0, told.stdout + told.stderr

    return run


def small_disk(place: Path, *, megabytes: int) -> Path:
    """Mount an empty file system of that size and return where."""
    place.mkdir()
    options = f"size={megabytes}m,mode=0700"
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", place], check=True)
    return place


@contextmanager
def kept_full(place: Path) -> Iterator[None]:
    """Fill the disk, and whatever becomes free on it, until the end of the block."""
    stopping = threading.Event()
    filler = place / "filler"
    with filler.open("wb", buffering=0) as file:
        _fill(file.fileno())

        def go_on() -> None:
            while not stopping.wait(0.05):
                _fill(file.fileno())

        thread = threading.Thread(target=go_on, name="filler")
        thread.start()
        try:
            yield
        finally:
            stopping.set()
            thread.join()
    filler.unlink()


def _fill(descriptor: int) -> None:
    """Write until not even a byte finds room."""
    block = 65_536
    while block:
        try:
            os.write(descriptor, bytes(block))
        except OSError:
            block //= 2
