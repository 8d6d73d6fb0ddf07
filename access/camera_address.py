"""Which addresses a camera may have, read strictly, and never shown.

Pure: looks nothing up. A name is taken as it is; whoever connects is given
:func:`reachable` and compares what the name leads to (docs/decisions/006).
"""

import ipaddress
import re
from dataclasses import dataclass, field
from urllib.parse import SplitResult, unquote, urlsplit

from access.errors import Refused

#: Scheme and the port it has when none is said (RFC 7826, section 4.2).
PORTS = {"rtsp": 554, "rtsps": 322}
ADDRESS_LETTERS = 1_000

#: Every address that a camera may have, each range from its first to its last. What lies between
#: is this network (0/8), this machine (127/8), link-local (169.254/16), multicast or reserved (224/4,
#: 240/4). Of IPv6 only what is global or unique local, without Teredo (2001::/32) and 6to4
#: (2002::/16), which hide an IPv4 address.
_CAMERAS = (
    ("1.0.0.0", "126.255.255.255"),
    ("128.0.0.0", "169.253.255.255"),
    ("169.255.0.0", "223.255.255.255"),
    ("2000::", "2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
    ("2001:1::", "2001:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
    ("2003::", "3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
    ("fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
)
_THIS_MACHINE = (("127.0.0.0", "127.255.255.255"), ("::1", "::1"))

_PLAIN = re.compile(r"[!-~]+")
_NAME = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*", re.IGNORECASE)
#: What some resolvers take for a number: ``127.1``, ``0x7f000001``, ``2130706433``.
_NUMBER_LIKE = re.compile(r"(.*\.)?(0x[0-9a-f]*|[0-9]+)", re.IGNORECASE)
_SECRET_IN_PATH = re.compile(
    r"(?:^|[/?&;=,])(?:user|username|usr|login|password|passwd|pwd|psw|pass|token|auth|secret|key)=",
    re.IGNORECASE,
)
#: What makers of cameras and recorders sell them with, and what is first tried by whoever looks for them.
_SOLD_WITH = (
    "000000 00000000 111111 1111 1234 12345 123456 1234567 12345678 123456789 4321 54321 654321 666666 6666 "
    "888888 8888 8888888 88888888 9999 999999 abc123 abcd1234 admin admin1 admin123 admin1234 admin12345 "
    "administrator camera default dvr guest hikvision ipcam nvr pass password password1 root service system "
    "supervisor toor user viewer"
)
_MAKERS_PASSWORDS = frozenset(_SOLD_WITH.split())


@dataclass(frozen=True, slots=True, repr=False)
class CameraAddress:
    """A whole address with its login; its ``repr`` shows nothing."""

    scheme: str
    host: str
    port: int
    user: str
    password: str
    #: With its query; ``/`` at least.
    path: str
    #: Everything, as it is connected to.
    text: str = field(compare=False)

    def __repr__(self) -> str:
        return "CameraAddress(…)"


def checked_address(text: str, *, allow_loopback: bool) -> CameraAddress:
    """Return the address written in *text*.

    Args:
        text: what somebody typed; anything at all.
        allow_loopback: let the machine itself be a camera; for the demo and the tests.

    Raises:
        Refused: ``camera:address``, with what is wrong and nothing of the address.
    """
    text = text.strip()
    if len(text) > ADDRESS_LETTERS:
        raise _refused("it is too long")
    if not _PLAIN.fullmatch(text) or "\\" in text:
        raise _refused("it has spaces, backslashes, control or foreign characters; percent-encode them")
    parts, port = _split(text)
    scheme = parts.scheme.lower()
    if scheme not in PORTS:
        raise _refused("only rtsp:// and rtsps:// are cameras")
    host = (parts.hostname or "").lower()
    _check_login(text, parts)
    why = refused_host(host, allow_loopback=allow_loopback)
    if why:
        raise _refused(why)
    return CameraAddress(
        scheme=scheme,
        host=host,
        port=PORTS[scheme] if port is None else port,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        path=(parts.path or "/") + (f"?{parts.query}" if parts.query else ""),
        text=text,
    )


def reachable(*, allow_loopback: bool) -> tuple[tuple[str, str], ...]:
    """Return the addresses that a camera may have, as ranges from first to last.

    The one list there is: addresses that people type are held against it, and so is, by
    whoever connects, what a name leads to.
    """
    return (*_CAMERAS, *(_THIS_MACHINE if allow_loopback else ()))


def refused_host(host: str, *, allow_loopback: bool) -> str | None:
    """Say why nothing may be connected at *host*, or None where it may.

    Args:
        host: a name, or an address without brackets.
    """
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return _refused_name(host, allow_loopback=allow_loopback)
    if _is_within(address, reachable(allow_loopback=allow_loopback)) and "%" not in host:
        return None
    if address.is_loopback:
        return "this machine itself is no camera"
    return (
        "link-local, multicast and reserved addresses are no cameras, nor are IPv4 addresses hidden in IPv6"
    )


def _is_within(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address, ranges: tuple[tuple[str, str], ...]
) -> bool:
    ends = [(ipaddress.ip_address(first), ipaddress.ip_address(last)) for first, last in ranges]
    return any(
        first.version == address.version and int(first) <= int(address) <= int(last) for first, last in ends
    )


def _refused_name(name: str, *, allow_loopback: bool) -> str | None:
    if not _NAME.fullmatch(name):
        return "its host is neither a name nor an address"
    if _NUMBER_LIKE.fullmatch(name):
        return "its host is a number in an unusual spelling"
    if (name == "localhost" or name.endswith(".localhost")) and not allow_loopback:
        return "this machine itself is no camera"
    return None


def _split(text: str) -> tuple[SplitResult, int | None]:
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:  # its message would repeat the address
        raise _refused("its host or port cannot be read") from None
    if port == 0 or parts.netloc.endswith(":"):
        raise _refused("its port cannot be read")
    return parts, port


def _check_login(text: str, parts: SplitResult) -> None:
    """Refuse a login anywhere but before the host: it could not be kept out of messages."""
    rest = f"{parts.path}?{parts.query}"
    if parts.netloc.count("@") > 1 or "@" in rest:
        raise _refused("an @ or / in a password is written %40 or %2F")
    if parts.password is not None and _is_a_makers(unquote(parts.password)):
        raise _refused(
            "its password is its maker's, which everybody knows: set another one in the camera first"
        )
    if "#" in text:
        raise _refused("a # is written %23")
    if _SECRET_IN_PATH.search(unquote(rest)):
        raise _refused("the login belongs before the host: rtsp://user:password@host/…")
    if re.search(r"[\x00-\x1f\x7f]", unquote(text)):
        raise _refused("control characters")


def _is_a_makers(password: str) -> bool:
    return not password or password.casefold() in _MAKERS_PASSWORDS


def _refused(why: str) -> Refused:
    return Refused("camera:address", why)
