"""What a camera process can no longer do, tried from inside one.

How much of it the kernel can hold depends on its Landlock; what it says of that is
compared with what really happens, so an older kernel proves less and hides nothing.
"""

import json
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from socket import create_server
from typing import Any

import pytest

from streaming.camera_process import ROOT
from streaming.confinement import HOLDS_PORTS, LARGEST_FILE, MOST_DESCRIPTORS, MOST_MEMORY
from streaming.orders import ConnectOrder, DesiredCamera
from tests.cameras import SilentPort
from tests.streaming.supervised import Supervised, camera_settings, program

REFUSED = "PermissionError"

PROGRAM = """
import ctypes, json, mmap, os, resource, socket, sys
from pathlib import Path
from streaming.confinement import confine, end_with_parent, leave_nothing_behind

own, other, port, elsewhere = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
end_with_parent()
leave_nothing_behind()
version = confine(writes=own, port=port)

def outcome(act):
    try:
        return act() or "done"
    except (OSError, MemoryError) as fault:
        return type(fault).__name__

def open_files():
    opened = [os.open(own, os.O_RDONLY)]
    try:
        while True:
            opened.append(os.open(own, os.O_RDONLY))
    except OSError:
        return opened[-1] + 1
    finally:
        for descriptor in opened:
            os.close(descriptor)

def write_much():
    with (own / "much").open("wb") as file:
        file.truncate(int(sys.argv[5]) + 1)

print(json.dumps({
    "landlock": version,
    "write in its ring": outcome(lambda: (own / "segment").write_text("x") and None),
    "read a secret": outcome(lambda: (other / "secret").read_text() and None),
    "write elsewhere": outcome(lambda: (other / "new").write_text("x") and None),
    "delete elsewhere": outcome((other / "secret").unlink),
    "its camera": outcome(lambda: socket.create_connection(("127.0.0.1", port), 2).close()),
    "another port": outcome(lambda: socket.create_connection(("127.0.0.1", elsewhere), 2).close()),
    "listen": outcome(lambda: socket.create_server(("127.0.0.1", 0)).close()),
    "files at once": open_files(),
    "memory": outcome(lambda: mmap.mmap(-1, int(sys.argv[6])).close()),
    "a large file": outcome(write_much),
    "core": resource.getrlimit(resource.RLIMIT_CORE),
    "dumpable": ctypes.CDLL(None).prctl(3, 0, 0, 0, 0),
}))
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return what a confined process says of itself, and what became of all that it tried."""
    home = tmp_path_factory.mktemp("confined")
    own, other = home / "own", home / "other"
    own.mkdir()
    other.mkdir()
    (other / "secret").write_text("key")
    with closing(create_server(("127.0.0.1", 0))) as camera, closing(create_server(("127.0.0.1", 0))) as web:
        ports = [str(listener.getsockname()[1]) for listener in (camera, web)]
        sizes = [str(LARGEST_FILE), str(MOST_MEMORY)]
        ran = subprocess.run(
            [sys.executable, "-c", PROGRAM, str(own), str(other), *ports, *sizes],
            cwd=ROOT,
            capture_output=True,
            check=True,
        )
    return dict(json.loads(ran.stdout))


def test_it_writes_its_ring_and_reaches_its_camera(found: dict[str, Any]) -> None:
    assert (found["write in its ring"], found["its camera"]) == ("done", "done")


@pytest.mark.parametrize(
    ("attempt", "since"),
    [
        ("read a secret", 1),
        ("write elsewhere", 1),
        ("delete elsewhere", 1),
        ("another port", HOLDS_PORTS),
        ("listen", HOLDS_PORTS),
    ],
)
def test_what_the_kernel_can_hold_is_held(found: dict[str, Any], attempt: str, since: int) -> None:
    assert found[attempt] == (REFUSED if found["landlock"] >= since else "done")


def test_it_has_no_more_files_and_memory_than_it_needs(found: dict[str, Any]) -> None:
    assert found["files at once"] == MOST_DESCRIPTORS
    assert found["memory"] in {"OSError", "MemoryError"}
    assert found["a large file"] == "OSError"


def test_it_leaves_no_core_behind(found: dict[str, Any]) -> None:
    assert found["core"] == [0, 0]
    assert found["dumpable"] == 0


def test_a_camera_process_says_what_holds_it_before_it_reads_a_camera(
    found: dict[str, Any], tmp_path: Path
) -> None:
    with SilentPort() as silent:
        camera = DesiredCamera("oak", silent.address, [], "clear", 2.0)
        order = ConnectOrder.of(camera, camera_settings(tmp_path), datetime.now(UTC)).told()
        with subprocess.Popen(
            [sys.executable, "-m", "streaming.camera"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
        ) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(json.dumps(order).encode() + b"\n")
            first = json.loads(process.stdout.readline())
            limits = Path(f"/proc/{process.pid}/limits").read_text("ascii")
            status = Path(f"/proc/{process.pid}/status").read_text("utf-8")
            process.kill()

    assert first == {"event": "confined", "landlock": found["landlock"]}
    assert ("NoNewPrivs:\t1" in status) == (found["landlock"] > 0)  # what being held begins with
    assert f"Max open files            {MOST_DESCRIPTORS}" in limits
    assert f"Max address space         {MOST_MEMORY}" in limits
    assert "Max core file size        0" in limits


@pytest.mark.parametrize(
    ("landlock", "warned"), [(0, True), (HOLDS_PORTS - 1, True), (HOLDS_PORTS, False), (7, False)]
)
def test_a_kernel_that_holds_no_ports_is_told_of_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, landlock: int, warned: bool
) -> None:
    said = program(*[{"event": "confined", "landlock": landlock}] * 2, then="time.sleep(60)")
    told = Supervised(tmp_path / "ring", spawn=[sys.executable, "-c", said])
    told.want("rtsp://127.0.0.1:9/")

    told.turns_until(lambda: told.supervisor.landlock is not None, 5)
    told.supervisor.stop_all()

    assert caplog.text.count("holds no ports") == int(warned)
