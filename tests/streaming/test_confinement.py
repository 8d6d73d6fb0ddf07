"""What a camera process can no longer do, tried from inside one."""

import json
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from socket import create_server

import pytest

from streaming.camera_process import ROOT

PROGRAM = """
import json, resource, socket, sys
from pathlib import Path
from streaming.confinement import confine, end_with_parent, leave_nothing_behind

own, other, port, elsewhere = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
end_with_parent()
leave_nothing_behind()
version = confine(writes=own, port=port)

def outcome(act):
    try:
        act()
    except OSError as fault:
        return type(fault).__name__
    return "done"

print(json.dumps({
    "version": version,
    "own": outcome(lambda: (own / "segment").write_text("x")),
    "read": outcome((other / "secret").read_text),
    "write": outcome(lambda: (other / "new").write_text("x")),
    "camera": outcome(lambda: socket.create_connection(("127.0.0.1", port), 2).close()),
    "elsewhere": outcome(lambda: socket.create_connection(("127.0.0.1", elsewhere), 2).close()),
    "core": resource.getrlimit(resource.RLIMIT_CORE)[0],
}))
"""


def test_a_camera_process_reaches_its_camera_and_its_ring_and_no_more(tmp_path: Path) -> None:
    own, other = tmp_path / "own", tmp_path / "other"
    own.mkdir()
    other.mkdir()
    (other / "secret").write_text("key")

    with closing(create_server(("127.0.0.1", 0))) as camera, closing(create_server(("127.0.0.1", 0))) as web:
        ports = [str(listener.getsockname()[1]) for listener in (camera, web)]
        ran = subprocess.run(
            [sys.executable, "-c", PROGRAM, str(own), str(other), *ports],
            cwd=ROOT,
            capture_output=True,
            check=True,
        )
    found = json.loads(ran.stdout)

    if found.pop("version") < 4:
        pytest.skip("this kernel's Landlock cannot hold ports; the process says so and goes on")
    assert found == {
        "own": "done",
        "read": "PermissionError",
        "write": "PermissionError",
        "camera": "done",
        "elsewhere": "PermissionError",
        "core": 0,
    }
