"""From which network a request came: as much of an address as an entry says.

A whole address names a household, or a person's way through the day. Its network tells the
school's own from elsewhere, and one try from many, and is all that is kept: the first 24 bits
of IPv4 and the first 48 of IPv6, which is what a site is given (RFC 6177, section 2).
"""

import ipaddress
from contextvars import ContextVar

IPV4_BITS, IPV6_BITS = 24, 48

_here: ContextVar[str | None] = ContextVar("network", default=None)


def network_of(address: str) -> str | None:
    """Return the network of *address*, such as ``192.0.2.0/24``; None where it is no address."""
    try:
        plain = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return None
    if isinstance(plain, ipaddress.IPv6Address):
        plain = plain.ipv4_mapped or plain
    bits = IPV4_BITS if plain.version == 4 else IPV6_BITS
    return str(ipaddress.ip_network((plain, bits), strict=False))


def come_from(network: str | None) -> None:
    """Say from where the request came that this thread answers; None once it is answered."""
    _here.set(network)


def network_here() -> str | None:
    """Return from where the request came that this thread answers; None where it answers none."""
    return _here.get()
