"""The parts of a camera's address. Pure."""

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from streaming.errors import SourceRefused
from streaming.states import CameraState

PORTS = {"rtsp": 554, "rtsps": 322}


@dataclass(frozen=True, slots=True, repr=False)
class RtspUrl:
    """Where a camera answers, and who we are to it; shows nothing of itself.

    Args:
        target: the address as it is asked for, without name and password.
    """

    secure: bool
    host: str
    port: int
    user: str
    password: str
    target: str

    @classmethod
    def read(cls, address: str) -> "RtspUrl":
        """Return the parts of *address*.

        Raises:
            SourceRefused: it is not ``rtsp://`` or ``rtsps://`` with a host.
        """
        try:
            parts = urlsplit(address)
            port, host = parts.port or PORTS.get(parts.scheme, 0), parts.hostname
        except ValueError:
            raise SourceRefused(CameraState.REFUSED) from None  # its message holds the address
        if parts.scheme not in PORTS or not host or _has_controls(address):
            raise SourceRefused(CameraState.REFUSED)
        place = f"[{host}]" if ":" in host else host
        query = f"?{parts.query}" if parts.query else ""
        return cls(
            secure=parts.scheme == "rtsps",
            host=host,
            port=port,
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            target=f"{parts.scheme}://{place}:{port}{parts.path}{query}",
        )


def _has_controls(address: str) -> bool:
    return any(character <= " " or character == "\x7f" for character in address)
