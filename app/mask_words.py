"""A mask as it is written: the corners of what is always hidden, in thousandths of the picture."""

import re
from collections.abc import Sequence

from access.errors import Refused

_WRITTEN = re.compile(r"\s*\d{1,4},\d{1,4}(\s+\d{1,4},\d{1,4})*\s*", re.ASCII)


def read_mask(words: str) -> list[list[int]]:
    """Return the corners that *words* name; whether they make a mask is for the act to say.

    Raises:
        Refused: ``camera:mask``.
    """
    if not _WRITTEN.fullmatch(words):
        raise Refused("camera:mask", f"{words!r} is not like '0,0 250,0 250,400 0,400'")
    return [[int(number) for number in corner.split(",")] for corner in words.split()]


def written(mask: Sequence[Sequence[int]]) -> str:
    """Return a mask as :func:`read_mask` reads it."""
    return " ".join(f"{x},{y}" for x, y in mask)
