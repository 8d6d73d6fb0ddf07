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
    for path, segment in bodies.items():
        if path.endswith(".m4s"):
            viewing = path.rsplit("/", 1)[0]
            inits = [body for name, body in bodies.items() if name.startswith(viewing) and "init" in name]
            found |= {picture.counter for picture in read_all(inits[-1] + segment)}
    return found


@lru_cache(maxsize=512)
def read_all(film: bytes) -> tuple[Barcodes, ...]:
    """Return what every picture in *film* says of itself.

    Raises:
        ValueError: there is no picture, or one that cannot be read; nothing may go unasked.
    """
    with av.open(BytesIO(film), "r") as container:
        pictures = [
            read_barcodes(np.asarray(frame.to_ndarray(format="gray"), dtype=np.uint8))
            for frame in container.decode(video=0)
        ]
    read = tuple(picture for picture in pictures if picture is not None)
    if not read or len(read) < len(pictures):
        raise ValueError(f"of {len(pictures)} pictures {len(read)} could be read")
    return read
