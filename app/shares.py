"""Who gets how much of what there is little of, when many come from one network.

A network is one IPv4 address, or the 64 bits of an IPv6 address that one line is given. Behind
it may be one phone, a school, or all families of one carrier: so nobody is counted out by a
fixed number. A network gets one more while it holds less than twice what is free (dynamic
thresholds: Choudhury and Hahne, 1998, doi:10.1109/90.664262). Alone it can have two thirds,
two can have two fifths each, and something is left for whoever holds nothing yet.
"""

from collections import Counter
from functools import lru_cache
from ipaddress import IPv6Address, ip_address
from typing import Any

from app.security import plain_address

TIMES_FREE = 2
#: Of an IPv6 address: what lies behind is one line's own (RFC 6177).
LINE_BITS = 64


def network_of(client: Any, proxies: frozenset[str]) -> str | None:
    """Return what the connection of *client* is counted by; None is a proxy, behind which is everybody.

    Args:
        client: what ``accept`` said of the other side.
        proxies: the addresses of those that are believed. What they say of the viewer's address
            stands in a request, and comes too late for a connection.
    """
    address = plain_address(str(client[0])) if isinstance(client, tuple) and client else ""
    return None if address in proxies else _network(address)


@lru_cache(maxsize=4096)
def _network(address: str) -> str:
    try:
        number = ip_address(address)
    except ValueError:
        return address
    if isinstance(number, IPv6Address):
        return f"{int(number) >> LINE_BITS:x}/{LINE_BITS}"
    return str(number)


class Shares:
    """So many of something, and who holds them; for one thread only.

    Args:
        total: how many there are.
    """

    def __init__(self, total: int) -> None:
        self._free = total
        self._held: Counter[str | None] = Counter()

    def held(self, network: str | None) -> int:
        """Return how many *network* holds."""
        return self._held[network]

    def has_room(self, network: str | None) -> bool:
        """Say whether *network* may have one more; a proxy may while there is one."""
        return self._free > 0 and (network is None or self._held[network] < TIMES_FREE * self._free)

    def take(self, network: str | None) -> None:
        """Give one to *network*."""
        self._free -= 1
        self._held[network] += 1

    def give_back(self, network: str | None) -> None:
        """Take one back."""
        self._free += 1
        self._held[network] -= 1
        if not self._held[network]:
            del self._held[network]
