"""A plain nginx on a loopback port, as the yardstick for serving."""

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CONFIGURATION = """
daemon off; worker_processes 1; pid {home}/nginx.pid; error_log {home}/error.log;
events {{ worker_connections 1024; }}
http {{
  access_log off; default_type video/mp4;
  types {{ text/html html; text/javascript js mjs; application/vnd.apple.mpegurl m3u8; }}
  client_body_temp_path {home}/body; proxy_temp_path {home}/proxy; fastcgi_temp_path {home}/fastcgi;
  uwsgi_temp_path {home}/uwsgi; scgi_temp_path {home}/scgi;
  server {{ listen 127.0.0.1:{port}; root {root}; keepalive_requests 1000000; }}
}}
"""


def free_port() -> int:
    """Return a port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def nginx(root: Path) -> Iterator[tuple[int, int]]:
    """Serve *root*; yield nginx's pid and port."""
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    port = free_port()
    with tempfile.TemporaryDirectory() as home:
        settings = Path(home, "nginx.conf")
        settings.write_text(CONFIGURATION.format(home=home, port=port, root=root))
        process = subprocess.Popen([program, "-c", str(settings), "-p", home], stderr=subprocess.DEVNULL)
        try:
            _wait(port)
            yield process.pid, port
        finally:
            process.terminate()
            process.wait(10)


def _wait(port: int) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.02)  # polled: nginx has no other way to say that it listens
        else:
            return
    raise TimeoutError("nginx did not start")
