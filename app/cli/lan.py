"""Where the demo listens, and what a phone on the same network is told."""

import socket
from ipaddress import ip_address

import click

from app.cli.qr import qr_for_terminal
from app.errors import SettingsError

THIS_MACHINE = "127.0.0.1"
USUAL_PORT = 8080

#: Of a network that exists in books only (RFC 5737): nothing is sent to it, the system only says which
#: of this machine's addresses it would use.
ELSEWHERE = ("192.0.2.1", 9)

FOR_PHONES = """
A phone on the same network opens it with this, or at {url}

手机会提示证书不受信任：它是演示刚刚自己做的，没有机构为它担保，所以手机不认识。选“高级”再继续即可。微信里可能打不开，
请用手机浏览器。
The phone will warn that it does not know who this is: the demo made its certificate itself, a moment
ago, and nobody vouches for it. Choose "Advanced" (iPhone: "Show Details") and go on. WeChat may refuse;
use the phone's own browser. A real school has a certificate for which no phone warns.

While it runs, everybody on this network can reach the sign-in page. Ctrl-C ends it.
"""


def lan_address() -> str:
    """Return this machine's address on its network.

    Raises:
        SettingsError: it has none.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asks:
        try:
            asks.connect(ELSEWHERE)
            found = str(asks.getsockname()[0])
        except OSError:
            found = THIS_MACHINE
    if ip_address(found).is_loopback:
        raise SettingsError("this machine is on no network that is known; name its address with --address")
    return found


def free_port_at(host: str, wanted: int | None) -> int:
    """Return a port of *host* that is free: the one asked for, the usual one, or any.

    Raises:
        SettingsError: the port is taken, or the address is not this machine's.
    """
    why = None
    for port in [wanted] if wanted is not None else [USUAL_PORT, 0]:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as fault:
                why = fault.strerror
                continue
            return int(probe.getsockname()[1])
    raise SettingsError(f"{host} port {wanted or 'any'} cannot be had ({why}); choose another with --port")


def tell_phones(url: str) -> None:
    """Print the code that a phone reads, and why it will warn; beside the answer, which may be JSON."""
    said = f"\n{qr_for_terminal(url)}\n{FOR_PHONES.format(url=url)}"
    click.echo(said, err=True, color=True)  # without its colours no phone reads it
