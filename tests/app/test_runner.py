"""The runner and its web process."""

import os
import socket
import subprocess
import sys
from pathlib import Path

from tests.bench.loopback import head, loopback
from tests.cameras import closed_port

ROOT = Path(__file__).parents[2]
ASKS = """
import sys
from pathlib import Path
from app.config import Settings
from app.runner import WebChild
print(WebChild(Settings(data_directory=Path(sys.argv[1]), port=int(sys.argv[2]))).ready())
"""


def test_whether_the_web_is_ready_is_asked_directly_whatever_proxy_the_environment_names(
    tmp_path: Path,
) -> None:
    def answer(connection: socket.socket, _: int) -> None:
        connection.sendall(head(6) + b"ready\n")

    kept = {name: value for name, value in os.environ.items() if name.lower() != "no_proxy"}
    with loopback(answer) as web:
        ran = subprocess.run(
            [sys.executable, "-c", ASKS, str(tmp_path), str(web.port)],
            cwd=ROOT,
            env=kept | {"http_proxy": f"http://127.0.0.1:{closed_port()}"},
            capture_output=True,
            text=True,
            check=True,
        )

    assert ran.stdout == "True\n"
    assert web.path_of(0) == "/healthz"
