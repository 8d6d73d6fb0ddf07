"""One segment and what it says of itself, as one file: both appear, or neither.

``LWSEG1``, four bytes of length, that many bytes of JSON, then the segment.
What is read back is a claim of the process that wrote it; :func:`unpack` says only
that it is well formed.
"""

import json
import re
import struct
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from streaming.errors import SegmentNotFound

MAGIC = b"LWSEG1"
LARGEST_FILE = 16 * 1024 * 1024
NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")

_LENGTH = struct.Struct(">I")


@dataclass(frozen=True, slots=True)
class StreamKey:
    """Which unbroken stretch of which camera, at which privacy level."""

    camera: str
    epoch: int
    level: str


@dataclass(frozen=True, slots=True)
class SegmentInfo:
    """What a segment says of itself.

    Args:
        init: number of the init section it needs: the ``k`` of the first segment that used it.
        filmed_from: aware, UTC; all of it was filmed in ``[filmed_from, filmed_until)``.
        filmed_until: aware, UTC.
        discontinuity: the picture before it had another size, so players must start again.
    """

    stream: StreamKey
    rendition: str
    variant: str
    k: int
    init: int
    filmed_from: datetime
    filmed_until: datetime
    duration_ticks: int
    discontinuity: bool


def pack(info: SegmentInfo, body: bytes) -> bytes:
    """Return the file that holds *info* and *body*."""
    claims = {
        "camera": info.stream.camera,
        "epoch": info.stream.epoch,
        "level": info.stream.level,
        "rendition": info.rendition,
        "variant": info.variant,
        "k": info.k,
        "init": info.init,
        "filmed_from": info.filmed_from.astimezone(UTC).isoformat(),
        "filmed_until": info.filmed_until.astimezone(UTC).isoformat(),
        "duration_ticks": info.duration_ticks,
        "discontinuity": info.discontinuity,
    }
    header = json.dumps(claims, separators=(",", ":")).encode()
    return MAGIC + _LENGTH.pack(len(header)) + header + body


def unpack(content: bytes) -> tuple[SegmentInfo, bytes]:
    """Return what :func:`pack` was given.

    Raises:
        SegmentNotFound: it is not such a file; there is no telling what it is.
    """
    start = len(MAGIC) + _LENGTH.size
    if len(content) < start or not content.startswith(MAGIC):
        raise SegmentNotFound("not a segment file")
    end = start + _LENGTH.unpack_from(content, len(MAGIC))[0]
    if end >= len(content):
        raise SegmentNotFound("a segment file cut short")
    try:
        return _info(json.loads(content[start:end])), content[end:]
    except (ValueError, TypeError, KeyError, RecursionError) as fault:
        raise SegmentNotFound("a segment file that makes no sense") from fault


def _info(claims: dict[str, Any]) -> SegmentInfo:
    info = SegmentInfo(
        stream=StreamKey(_name(claims["camera"]), _count(claims["epoch"]), _name(claims["level"])),
        rendition=_name(claims["rendition"]),
        variant=_name(claims["variant"]),
        k=_count(claims["k"]),
        init=_count(claims["init"]),
        filmed_from=_instant(claims["filmed_from"]),
        filmed_until=_instant(claims["filmed_until"]),
        duration_ticks=_count(claims["duration_ticks"]),
        discontinuity=claims["discontinuity"] is True,
    )
    if not (info.filmed_from < info.filmed_until and info.duration_ticks > 0 and info.init <= info.k):
        raise ValueError("a segment takes time, and its init section comes no later than it")
    return info


def _name(value: object) -> str:
    if not isinstance(value, str) or not NAME.fullmatch(value):
        raise ValueError("not a name")
    return value


def _count(value: object) -> int:
    if type(value) is not int or not 0 <= value < 2**63:
        raise ValueError("not a count")
    return value


def _instant(value: object) -> datetime:
    if not isinstance(value, str):
        raise TypeError("not an instant")
    instant = datetime.fromisoformat(value)
    if instant.tzinfo is None:
        raise ValueError("an instant without a zone")
    return instant.astimezone(UTC)
