"""What a camera process is told: where to connect and how to film, then when. Values only.

On their way they are lines of JSON. None of them shows the address of a camera.
"""

from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from pathlib import Path
from typing import Any

from streaming.steady_clock import SteadyClock


@dataclass(frozen=True, slots=True)
class RecorderLimit:
    """The recorder whose channel a camera is, and how many connections it bears."""

    key: str
    session_limit: int


@dataclass(frozen=True, slots=True)
class DesiredCamera:
    """A camera that is due, and how it is to be filmed."""

    key: str
    address: str = field(repr=False)
    masks: list[Any]
    level: str
    delay_allowance_seconds: float
    recorder: RecorderLimit | None = None
    #: Whatever else must stay as it is for the stream to go on: with another value it begins anew.
    unbroken: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class CameraSettings:
    """What all cameras of an installation have in common.

    Args:
        directory: where their rings lie.
        seats: where the places at each recorder are kept.
        reachable: the addresses that a camera may have, from first to last.
    """

    directory: Path
    seats: Path
    reachable: tuple[tuple[str, str], ...]
    preset: str
    ring_seconds: int


@dataclass(frozen=True, slots=True, repr=False)
class ConnectOrder:
    """The first thing a camera process is told; shows nothing of itself."""

    camera: str
    address: str
    reachable: list[tuple[str, str]]
    instant: str
    boot_seconds: float
    masks: list[Any]
    level: str
    delay_allowance_seconds: float
    directory: str
    preset: str
    ring_seconds: int

    @classmethod
    def of(cls, camera: DesiredCamera, settings: CameraSettings, now: datetime) -> "ConnectOrder":
        """Return the order to connect *camera*, at the instant *now*; aware."""
        clock = SteadyClock.at(now)
        return cls(
            camera=camera.key,
            address=camera.address,
            reachable=list(settings.reachable),
            instant=clock.instant.isoformat(),
            boot_seconds=clock.boot_seconds,
            masks=camera.masks,
            level=camera.level,
            delay_allowance_seconds=camera.delay_allowance_seconds,
            directory=str(settings.directory.resolve()),
            preset=settings.preset,
            ring_seconds=settings.ring_seconds,
        )

    @classmethod
    def read(cls, told: dict[str, Any]) -> "ConnectOrder":
        """Return the order that was told.

        Raises:
            KeyError: something is missing of it; without the addresses that are allowed, none is.
        """
        return cls(**{part.name: told[part.name] for part in fields(cls)})

    @property
    def clock(self) -> SteadyClock:
        """The clock of whoever gave the order, carried on."""
        return SteadyClock(datetime.fromisoformat(self.instant), self.boot_seconds)

    def told(self) -> dict[str, Any]:
        """Return the order as it is told."""
        return {"do": "connect", **{part.name: getattr(self, part.name) for part in fields(self)}}


@dataclass(frozen=True, slots=True)
class FilmOrder:
    """Film this epoch, its segments numbered from *first_k*, *count* of them at most."""

    epoch: int
    first_k: int
    count: int

    @classmethod
    def read(cls, told: dict[str, Any]) -> "FilmOrder":
        """Return the order that was told."""
        return cls(int(told["epoch"]), int(told["first_k"]), int(told["count"]))

    def told(self) -> dict[str, Any]:
        """Return the order as it is told."""
        return {"do": "film", **asdict(self)}
