"""What a guardian really got: every byte decoded, every picture asked for its counter."""

from functools import lru_cache
from io import BytesIO

import av
import numpy as np

from demo.scene import Barcodes, read_barcodes
from tests.e2e.reader import Reader


def counters(reader: Reader) -> set[int]:
    """Return the counter of every picture in everything that *reader* got."""
    found: set[int] = set()
    bodies = dict(reader.bodies)

    def with_init(path: str, segment: bytes) -> bytes:
        viewing = path.rsplit("/", 1)[0]
        inits = [body for name, body in bodies.items() if name.startswith(viewing) and "init" in name]
        return inits[-1] + segment

    for path, segment in bodies.items():
        if path.endswith(".m4s"):
            found |= {picture.counter for picture in read_all(with_init(path, segment))}
    for path, piece in list(reader.torn):
        if path.endswith(".m4s"):
            found |= {picture.counter for picture in read_torn(with_init(path, piece))}
    return found


def read_torn(film: bytes) -> tuple[Barcodes, ...]:
    """Return what the pictures of *film* say that came before it was cut off, if any did."""
    read = []
    try:
        with av.open(BytesIO(film), "r") as container:
            for frame in container.decode(video=0):
                read.append(_barcodes(frame))
    except av.FFmpegError:
        pass  # here it was cut off
    return tuple(picture for picture in read if picture is not None)


@lru_cache(maxsize=512)
def read_all(film: bytes) -> tuple[Barcodes, ...]:
    """Return what every picture in *film* says of itself.

    Raises:
        ValueError: there is no picture, or one that cannot be read; nothing may go unasked.
    """
    with av.open(BytesIO(film), "r") as container:
        pictures = [_barcodes(frame) for frame in container.decode(video=0)]
    read = tuple(picture for picture in pictures if picture is not None)
    if not read or len(read) < len(pictures):
        raise ValueError(f"of {len(pictures)} pictures {len(read)} could be read")
    return read


def _barcodes(frame: av.VideoFrame) -> Barcodes | None:
    return read_barcodes(np.asarray(frame.to_ndarray(format="gray"), dtype=np.uint8))
