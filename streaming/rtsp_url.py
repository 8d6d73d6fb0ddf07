"""The parts of a camera's address. Pure."""

from dataclasses import dataclass, replace
from urllib.parse import unquote, urlsplit

from streaming.errors import SourceRefused
from streaming.states import CameraState

PORTS = {"rtsp": 554, "rtsps": 322}


@dataclass(frozen=True, slots=True, repr=False)
class RtspUrl:
    """Where a camera answers, and who we are to it; shows nothing of itself.

    Args:
        name: what its certificate must be made out to.
        host: what is connected: the name itself, or an address that it leads to.
        login: name and password as they were written.
        path: with its query.
    """

    secure: bool
    name: str
    host: str
    port: int
    login: str
    path: str

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
        return cls(
            secure=parts.scheme == "rtsps",
            name=host,
            host=host,
            port=port,
            login=parts.netloc.rpartition("@")[0],
            path=parts.path + (f"?{parts.query}" if parts.query else ""),
        )

    def at(self, host: str) -> "RtspUrl":
        """Return the same camera, connected at *host*."""
        return replace(self, host=host)

    @property
    def user(self) -> str:
        """Who we are."""
        return unquote(self.login.partition(":")[0])

    @property
    def password(self) -> str:
        """How we prove it."""
        return unquote(self.login.partition(":")[2])

    @property
    def target(self) -> str:
        """The address as it is asked for, without name and password."""
        return self._written("")

    @property
    def text(self) -> str:
        """The whole address, with name and password."""
        return self._written(f"{self.login}@" if self.login else "")

    def _written(self, login: str) -> str:
        scheme = "rtsps" if self.secure else "rtsp"
        place = f"[{self.host}]" if ":" in self.host else self.host
        return f"{scheme}://{login}{place}:{self.port}{self.path}"


def _has_controls(address: str) -> bool:
    return any(character <= " " or character == "\x7f" for character in address)
