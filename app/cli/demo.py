"""``./portal demo``: a made-up school with rendered rooms, to look at; nothing of it stays."""

import json
import os
import secrets
import shutil
import signal
import socket
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NoReturn

import click

from access import schema
from access.key_files import make_key_file
from app.cli.demo_codes import codes_now, on_enter
from app.cli.desk import Desk, asked
from app.cli.lan import THIS_MACHINE, USUAL_PORT, free_port_at, lan_address, tell_phones
from app.config import at_port
from app.first_start import require_log_key
from app.ram import ram_complaint
from app.runner import Runner
from demo.certificate import make_certificate
from demo.rtsp_camera import Secured, filmed
from demo.rtsp_server import GSTREAMER_PACKAGES, gstreamer_works
from demo.school import CLASSES, PEOPLE, ROOMS, ZONE, Seed

#: What this needs of the system is not there (EX_UNAVAILABLE of sysexits.h).
LACKING = 69
SHARED_MEMORY = Path("/dev/shm")  # noqa: S108  # directories of our own are made in it, 0700
ENDINGS = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
WORDS = ("willow", "lantern", "drum", "kettle", "paper", "river", "button", "garden", "maple", "window")


@click.command("demo")
@click.option("--minutes", type=click.FloatRange(min=0), help="Stop by itself after so long.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    help=f"Where to listen; {USUAL_PORT} where it is free, and 0 is any that is.",
)
@click.option(
    "--lan",
    is_flag=True,
    help="Let phones on the same network open it: https with a certificate made for this once.",
)
@click.option(
    "--address",
    help="This machine's address on that network; found by itself where it has one.",
)
@click.option(
    "--rtsp-server",
    type=click.Choice(["gstreamer", "pip"]),
    help="What the cameras are: GStreamer's server where the system has it, else the pip one.",
)
@asked
def command(
    desk: Desk,
    minutes: float | None,
    port: int | None,
    *,
    lan: bool,
    address: str | None,
    rtsp_server: str | None,
) -> None:
    """Open a made-up school on this machine and say who can sign in; Ctrl-C ends it.

    The rooms are rendered and filmed over real RTSP. With --json the first line, once
    everything is ready, is the address, the people and the rooms.

    example: ./portal demo --lan --minutes 10
    """
    if address and not lan:
        raise click.UsageError("--address goes with --lan")
    host = (address or lan_address()) if lan else THIS_MACHINE
    passphrase = everybodys_passphrase()
    for name in (signal.SIGTERM, signal.SIGHUP):  # the runner takes over the first
        signal.signal(name, _end)
    with ExitStack() as stack:
        data, ram = stack.enter_context(_directories())
        os.environ |= _settings(data, ram, host, free_port_at(host, port))
        if lan:
            os.environ |= _certified(data, host, int(os.environ["PORTAL_PORT"]))
        _settle(desk)
        secured = _secured(data, rtsp_server)
        addresses = stack.enter_context(filmed(*ROOMS, zone=ZONE, secured=secured))
        schema.upgrade(desk.world.database)
        seed = Seed(desk.world, passphrase)
        seed.all(dict(zip(ROOMS, addresses, strict=True)))
        log_key = require_log_key(desk.settings, desk.world, made=lambda _told: None)
        runner = Runner(desk.settings, desk.world, log_key)
        stack.callback(runner.stop)
        runner.start()
        if not runner.wait_until_ready(cameras=len(ROOMS)):
            if not runner.is_stopping:
                _lack("the cameras or the web did not come up; what they said stands above")
            return
        _announce(desk, passphrase, seed.code_seeds)
        if lan:
            tell_phones(desk.settings.origin)
        if not desk.as_json:
            stack.enter_context(on_enter(lambda: click.echo(codes_now(seed.code_seeds))))
        runner.run(seconds=None if minutes is None else minutes * 60)


def everybodys_passphrase() -> str:
    """Return one that may be chosen: four different words, for the same one again and again may not."""
    return "-".join([*secrets.SystemRandom().sample(WORDS, 4), str(secrets.randbelow(9000) + 1000)])


def _end(number: int, _frame: object) -> NoReturn:
    """End as an exception does, so that nothing is left behind."""
    sys.exit(128 + number)


def _lack(what: str) -> NoReturn:
    """Say what is not there, and end."""
    click.echo(what, err=True)
    sys.exit(LACKING)


def _secured(data: Path, asked_for: str | None) -> Secured | None:
    """Return how the cameras are secured, if GStreamer's server is there to do it; say which it is."""
    os.environ["GST_REGISTRY"] = str(data / "gstreamer-registry")  # else it would stay in the home
    works = asked_for != "pip" and gstreamer_works()
    if asked_for == "gstreamer" and not works:
        _lack(f"GStreamer's RTSP server is missing:\n  sudo apt-get install -y {GSTREAMER_PACKAGES}")
    if not works:
        reason = "" if asked_for else "; GStreamer's is not installed"
        click.echo(f"cameras: the pip RTSP server, without login and TLS{reason}", err=True)
        return None
    click.echo("cameras: GStreamer's RTSP server, with digest login and TLS", err=True)
    certificate, certificate_key = make_certificate(data)
    os.environ["SSL_CERT_FILE"] = certificate  # of all authorities, the camera processes know this one
    return Secured("viewer", secrets.token_urlsafe(16), certificate, certificate_key)


def _settings(data: Path, ram: Path, host: str, port: int) -> dict[str, str]:
    """Return the demo's settings, for this process and its children, in place of a real school's."""
    for name in [name for name in os.environ if name.startswith("PORTAL_")]:
        del os.environ[name]
    return {
        "PORTAL_DATA_DIRECTORY": str(data),
        "PORTAL_RAM_DIRECTORY": str(ram),
        "PORTAL_ALLOW_LOOPBACK_CAMERAS": "true",
        "PORTAL_BIND": host,
        "PORTAL_PORT": str(port),
    }


def _certified(data: Path, host: str, port: int) -> dict[str, str]:
    """Make a certificate for this machine; return the settings with which the portal speaks TLS."""
    home = data / "tls"
    home.mkdir(mode=0o700)
    certificate, key = make_certificate(home, host, socket.gethostname(), named="Littlewindow demo")
    return {
        "PORTAL_ORIGIN": f"https://{at_port(host, port)}",
        "PORTAL_CERTIFICATE_FILE": certificate,
        "PORTAL_CERTIFICATE_KEY_FILE": key,
    }


def _settle(desk: Desk) -> None:
    """Make what a school has from its set-up, and say what a real one would be refused for."""
    make_key_file(desk.settings.key_path)
    complaint = ram_complaint(desk.settings.ram_directory)
    if complaint:
        click.echo(f"note: {complaint}", err=True)


@contextmanager
def _directories() -> Iterator[tuple[Path, Path]]:
    """Make a data and a RAM directory for this demo, and leave neither behind."""
    made: list[Path] = []
    # A signal that came between the making of one and the taking note of it would leave it behind.
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDINGS)
    try:
        for place in (None, SHARED_MEMORY if SHARED_MEMORY.is_dir() else None):
            made.append(Path(tempfile.mkdtemp(prefix=f"littlewindow-demo-{os.getpid()}-", dir=place)))
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDINGS)
        yield made[0], made[1]
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDINGS)
        for directory in reversed(made):
            shutil.rmtree(directory, ignore_errors=True)


def _announce(desk: Desk, passphrase: str, code_seeds: Mapping[str, str]) -> None:
    """Say where, who, with what, and what each should see."""
    url = desk.settings.origin or desk.settings.own_url
    people = [
        {
            "name": somebody.name,
            "role": str(somebody.role),
            "sign_in": somebody.sign_in,
            "passphrase": passphrase,
            "expects": somebody.expects,
            **({"code_seed": code_seeds[somebody.sign_in]} if somebody.sign_in in code_seeds else {}),
        }
        for somebody in PEOPLE
    ]
    rooms = [{"name": ROOMS[name], "class": CLASSES[name]} for name in ROOMS]
    lines = [f"  {one['sign_in']:<14} {one['role']:<14} {one['expects']}" for one in people]
    text = "\n".join(
        [
            "",
            f"小窗 is open at {url}  (Ctrl-C ends it)",
            f"passphrase of everybody: {passphrase}",
            "",
            *lines,
            "",
            codes_now(code_seeds),
        ]
    )
    click.echo(
        json.dumps({"url": url, "people": people, "rooms": rooms}, ensure_ascii=False)
        if desk.as_json
        else text
    )
    sys.stdout.flush()
