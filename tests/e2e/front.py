"""The living portal as families reach it from outside: over TLS, its own or that of a shipped sample.

The samples of ``docs/operations`` are used as they are shipped, with this machine's places and ports.
"""

import getpass
import hashlib
import shutil
import subprocess
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from demo.certificate import make_certificate
from tests.e2e.portal import ROOT, Living, free_port
from tests.e2e.reader import Reader
from tests.e2e.waiting import until

OPERATIONS = ROOT / "docs" / "operations"
SAMPLE_NAME = "window.school.example"
NAME = "localhost"

#: Its workers are whoever runs the test: only if they can write to the disk, not writing means anything.
NGINX = """
daemon off; worker_processes 1; user {user}; pid {home}/nginx.pid; error_log {home}/error.log;
events {{ }}
http {{
  client_body_temp_path {home}/body; proxy_temp_path {home}/proxy; fastcgi_temp_path {home}/fastcgi;
  uwsgi_temp_path {home}/uwsgi; scgi_temp_path {home}/scgi;
  include {home}/littlewindow.conf;
}}
"""


class Doorway(Protocol):
    """What a proxy must know: the port behind it, its own, and where it keeps its things."""

    port: int
    outside_port: int

    @property
    def front(self) -> Path:
        """Return where what stands in front keeps its things."""
        ...


@dataclass
class Outside(Living):
    """A portal that answers to a name over TLS; plain http is between it and a proxy only."""

    outside_port: int = field(default_factory=free_port)

    @property
    def outer_port(self) -> int:
        """Return the port at which families come in."""
        return self.outside_port

    @property
    def outer_tls(self) -> bool:
        """Say that TLS is spoken there."""
        return True

    @property
    def front(self) -> Path:
        """Return where what stands in front keeps its things."""
        return self.home / "front"

    @property
    def key_print(self) -> str:
        """Return what a browser can be told to believe the key of its address by."""
        certificate = x509.load_pem_x509_certificate((self.front / "certificate.pem").read_bytes())
        key = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return b64encode(hashlib.sha256(key).digest()).decode()

    def environment(self) -> dict[str, str]:
        """Return the settings of a portal behind a proxy."""
        return super().environment() | {
            "PORTAL_ORIGIN": self.origin,
            "PORTAL_TRUSTED_PROXIES": "127.0.0.1",
        }


class Itself(Outside):
    """A portal with its own certificate."""

    def __post_init__(self) -> None:
        self.outside_port = self.port
        self.front.mkdir()
        self.files = make_certificate(self.front, NAME)
        super().__post_init__()

    def environment(self) -> dict[str, str]:
        """Return the settings of a portal that speaks TLS."""
        certificate, key = self.files
        kept = {name: value for name, value in super().environment().items() if "PROXIES" not in name}
        return kept | {"PORTAL_CERTIFICATE_FILE": certificate, "PORTAL_CERTIFICATE_KEY_FILE": key}

    def is_ready(self) -> bool:
        """Say whether the health page answers."""
        try:
            return Reader(self.port, "", tls=True).get("/healthz").status == 200
        except OSError:
            return False


def sample_of_here(sample: str, living: Doorway) -> str:
    """Return a shipped sample with this machine's name, places and ports; each must be found in it."""
    certificate, key = make_certificate(living.front, NAME)
    text = (OPERATIONS / sample).read_text("utf-8")
    nginx = sample == "nginx.conf"
    for theirs, ours in (
        (f"/etc/ssl/{SAMPLE_NAME}.pem", certificate),
        (f"/etc/ssl/private/{SAMPLE_NAME}.key", key),
        ("127.0.0.1:8080", f"127.0.0.1:{living.port}"),
        *([("listen 443", f"listen 127.0.0.1:{living.outside_port}")] if nginx else []),
        *([("listen [::]:443", f"listen [::1]:{living.outside_port}")] if nginx else []),
        *([("/var/log/nginx", str(living.front))] if nginx else []),
        *([] if nginx else [(f"{SAMPLE_NAME} {{", f"{NAME}:{living.outside_port} {{\n\tbind 127.0.0.1")]),
        (SAMPLE_NAME, NAME),
    ):
        assert theirs in text, f"{sample} no longer says {theirs}"
        text = text.replace(theirs, ours)
    return text


@contextmanager
def behind_nginx(living: Doorway) -> Iterator[None]:
    """Run Debian's nginx with the shipped sample."""
    home = living.front
    home.mkdir()
    (home / "littlewindow.conf").write_text(sample_of_here("nginx.conf", living))
    (home / "nginx.conf").write_text(NGINX.format(home=home, user=getpass.getuser()))
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    with _running(living, [program, "-c", str(home / "nginx.conf"), "-p", str(home)]):
        yield


@contextmanager
def behind_caddy(living: Doorway) -> Iterator[None]:
    """Run Debian's Caddy with the shipped sample."""
    home = living.front
    home.mkdir()
    settings = home / "Caddyfile"
    settings.write_text(sample_of_here("Caddyfile", living))
    with _running(living, ["caddy", "run", "--config", str(settings), "--adapter", "caddyfile"]):
        yield


@contextmanager
def _running(living: Doorway, command: list[str]) -> Iterator[None]:
    home = living.front
    own = {"HOME": str(home), "XDG_DATA_HOME": str(home / "data"), "XDG_CONFIG_HOME": str(home / "config")}
    with (home / "said").open("wb") as said:
        process = subprocess.Popen(command, env=own, stdin=subprocess.DEVNULL, stdout=said, stderr=said)
    try:
        until("the proxy answers", lambda: _answers(living), 15)
        yield
    finally:
        process.terminate()
        process.wait(10)


def _answers(living: Doorway) -> bool:
    try:
        return Reader(living.outside_port, "", tls=True).get("/").status in {200, 503}
    except OSError:
        return False
