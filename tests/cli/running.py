"""``./portal up`` as a process, and what it needs to start."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from click.testing import CliRunner

from access.key_files import make_key_file
from app.cli import main
from demo.certificate import make_certificate
from tests.readme import ROOT


def settings(home: Path, **more: str) -> dict[str, str]:
    home.chmod(0o700)
    return {"PORTAL_DATA_DIRECTORY": str(home), "PORTAL_RAM_DIRECTORY": str(home / "ram"), **more}


def certified(
    home: Path, origin: str, *made_out_to: str, lasts: timedelta = timedelta(days=90)
) -> dict[str, str]:
    """Make a certificate; return the settings that name it."""
    home.mkdir(exist_ok=True)
    certificate, key = make_certificate(home, *made_out_to, lasts=lasts)
    return {
        "PORTAL_ORIGIN": origin,
        "PORTAL_CERTIFICATE_FILE": certificate,
        "PORTAL_CERTIFICATE_KEY_FILE": key,
    }


@contextmanager
def portal(home: Path, **more: str) -> Iterator[tuple["subprocess.Popen[bytes]", Path]]:
    """Run ``./portal up`` on a database that is as it should be; give what it prints as a file."""
    make_key_file(home / "key")
    with tempfile.TemporaryDirectory(prefix="littlewindow-test-", dir="/dev/shm") as ram:
        given = settings(home, PORTAL_RAM_DIRECTORY=ram, **more)
        assert CliRunner().invoke(main, ["db", "upgrade"], env=given).exit_code == 0
        with running(given, home / "said") as started:
            yield started


@contextmanager
def running(given: dict[str, str], said: Path) -> Iterator[tuple["subprocess.Popen[bytes]", Path]]:
    """Run ``./portal up`` with these settings; give what it prints as a file."""
    with said.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "app.cli", "up"],
            cwd=ROOT,
            env=os.environ | given,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
        try:
            yield process, said
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(20)
