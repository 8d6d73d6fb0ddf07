"""A plain nginx on a loopback port, as the yardstick for serving."""

import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.e2e.portal import free_port
from tests.e2e.waiting import until

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
            until("nginx listens", lambda: _listens(port), 10)
            yield process.pid, port
        finally:
            process.terminate()
            process.wait(10)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
