"""Which addresses a camera may have, read strictly, and never shown.

Pure: looks nothing up. A name is taken as it is; whoever connects asks
:func:`refused_host` again for the address it resolved to.
"""

import ipaddress
import re
from dataclasses import dataclass, field
from urllib.parse import SplitResult, unquote, urlsplit

from access.errors import Refused

#: Scheme and the port it has when none is said (RFC 7826, section 4.2).
PORTS = {"rtsp": 554, "rtsps": 322}
ADDRESS_LETTERS = 1_000

_PLAIN = re.compile(r"[!-~]+")
_NAME = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*", re.IGNORECASE)
#: What some resolvers take for a number: ``127.1``, ``0x7f000001``, ``2130706433``.
_NUMBER_LIKE = re.compile(r"(.*\.)?(0x[0-9a-f]*|[0-9]+)", re.IGNORECASE)
_SECRET_IN_PATH = re.compile(
    r"(?:^|[/?&;=,])(?:user|username|usr|login|password|passwd|pwd|psw|pass|token|auth|secret|key)=",
    re.IGNORECASE,
)


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


def refused_host(host: str, *, allow_loopback: bool) -> str | None:
    """Say why nothing may be connected at *host*, or None where it may.

    Args:
        host: a name, or an address without brackets.
    """
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return _refused_name(host, allow_loopback=allow_loopback)
    if address.is_loopback:
        return None if allow_loopback else "this machine itself is no camera"
    if isinstance(address, ipaddress.IPv6Address) and _carries_ipv4(address):
        return "an IPv4 address hidden in IPv6"
    if address.is_link_local or address.is_multicast or address.is_unspecified or address.is_reserved:
        return "link-local, multicast and reserved addresses are no cameras"
    if isinstance(address, ipaddress.IPv4Address) and address in ipaddress.IPv4Network("0.0.0.0/8"):
        return "link-local, multicast and reserved addresses are no cameras"
    return None


def _refused_name(name: str, *, allow_loopback: bool) -> str | None:
    if not _NAME.fullmatch(name):
        return "its host is neither a name nor an address"
    if _NUMBER_LIKE.fullmatch(name):
        return "its host is a number in an unusual spelling"
    if (name == "localhost" or name.endswith(".localhost")) and not allow_loopback:
        return "this machine itself is no camera"
    return None


def _carries_ipv4(address: ipaddress.IPv6Address) -> bool:
    embedded = (address.ipv4_mapped, address.sixtofour, address.teredo)
    nat64 = address in ipaddress.IPv6Network("64:ff9b::/96")
    compatible = address in ipaddress.IPv6Network("::/96")
    return any(embedded) or nat64 or compatible or address.scope_id is not None


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
    if "#" in text:
        raise _refused("a # is written %23")
    if _SECRET_IN_PATH.search(unquote(rest)):
        raise _refused("the login belongs before the host: rtsp://user:password@host/…")
    if re.search(r"[\x00-\x1f\x7f]", unquote(text)):
        raise _refused("control characters")


def _refused(why: str) -> Refused:
    return Refused("camera:address", why)
