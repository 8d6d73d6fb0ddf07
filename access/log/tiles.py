"""Tiles: the whole tree as files of at most 256 hashes, for whoever wants to check all of it.

Pure: which tiles a tree of some size has, where they lie, and what is in them. Tile *N* at
level *L* holds the nodes of the tree's level ``8 * L`` from position ``256 * N`` on; entry bundles
hold the leaves themselves in the same way.

Source:
    C2SP tlog-tiles.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from access.errors import Malformed
from access.log.merkle import HASH_BYTES, Place
from access.log.spelling import LARGEST

#: A tile is so many levels of the tree high, and 2**8 hashes wide.
HEIGHT = 8
WIDTH = 1 << HEIGHT
#: What the length before a leaf can say.
MOST_LEAF_BYTES = (1 << 16) - 1
MOST_LEVELS = 64

_LEVEL = r"(?P<level>entries|0|[1-9][0-9]?)"
_NUMBER = r"(?P<number>(?:x[0-9]{3}/)*[0-9]{3})"
_WIDTH = r"(?:\.p/(?P<width>[1-9][0-9]{0,2}))?"
_PATH = re.compile(f"tile/{_LEVEL}/{_NUMBER}{_WIDTH}")


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile, or an entry bundle where it has no level."""

    #: None of an entry bundle.
    level: int | None
    number: int
    #: 1 to 255 where it is partial.
    width: int = WIDTH

    def __post_init__(self) -> None:
        if self.level is not None and not 0 <= self.level < MOST_LEVELS:
            raise ValueError(f"no tile has the level {self.level}")
        if not 0 <= self.number <= LARGEST or not 1 <= self.width <= WIDTH:
            raise ValueError(f"no tile has the number {self.number} and the width {self.width}")

    @property
    def path(self) -> str:
        """Where it lies under the log's address, such as ``tile/0/x001/067.p/12``."""
        level = "entries" if self.level is None else str(self.level)
        suffix = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{level}/{_number_path(self.number)}{suffix}"

    @property
    def places(self) -> list[Place]:
        """Which nodes are in it, in order; of an entry bundle the leaves' hashes."""
        first = self.number * WIDTH
        return [Place(HEIGHT * (self.level or 0), first + column) for column in range(self.width)]

    def is_in(self, size: int) -> bool:
        """Say whether all of it is in a tree of *size* leaves."""
        return self.number * WIDTH + self.width <= _nodes(self.level or 0, size)


def parse_tile_path(path: str) -> Tile:
    """Return which tile lies at *path*.

    Raises:
        Malformed: no tile does, or it is not the one spelling of its path.
    """
    found = _PATH.fullmatch(path)
    if not found:
        raise Malformed("not the path of a tile")
    level = None if found["level"] == "entries" else int(found["level"])
    try:
        tile = Tile(level, int(re.sub("[x/]", "", found["number"])), int(found["width"] or WIDTH))
    except ValueError as fault:
        raise Malformed(str(fault)) from fault
    if tile.path != path:
        raise Malformed("not the one spelling of a tile's path")
    return tile


def tiles_of(size: int) -> Iterator[Tile]:
    """Yield every tile of a tree of *size* leaves, level by level; at most one of each level is partial."""
    level = 0
    while nodes := _nodes(level, size):
        yield from _row(level, nodes)
        level += 1


def bundles_of(size: int) -> Iterator[Tile]:
    """Yield every entry bundle of a log of *size* leaves."""
    yield from _row(None, size)


def tile_bytes(hashes: Sequence[bytes]) -> bytes:
    """Return what is in a tile: its nodes' hashes, one after the other.

    Raises:
        ValueError: there are none or more than 256, or one is no hash.
    """
    if not 1 <= len(hashes) <= WIDTH or any(len(one) != HASH_BYTES for one in hashes):
        raise ValueError(f"a tile has 1 to {WIDTH} hashes of {HASH_BYTES} bytes")
    return b"".join(hashes)


def parse_tile(data: bytes, tile: Tile) -> list[bytes]:
    """Return the hashes in a tile.

    Raises:
        Malformed: it has another width.
    """
    if len(data) != HASH_BYTES * tile.width:
        raise Malformed(f"a tile with {len(data)} bytes, not {HASH_BYTES * tile.width}")
    return [data[start : start + HASH_BYTES] for start in range(0, len(data), HASH_BYTES)]


def bundle_bytes(leaves: Sequence[bytes]) -> bytes:
    """Return what is in an entry bundle: before each leaf its length, two bytes, big-endian.

    Raises:
        ValueError: there are none or more than 256, or one is too long.
    """
    if not 1 <= len(leaves) <= WIDTH or any(len(leaf) > MOST_LEAF_BYTES for leaf in leaves):
        raise ValueError(f"a bundle has 1 to {WIDTH} leaves of at most {MOST_LEAF_BYTES} bytes")
    return b"".join(len(leaf).to_bytes(2, "big") + leaf for leaf in leaves)


def parse_bundle(data: bytes, bundle: Tile) -> list[bytes]:
    """Return the leaves in an entry bundle.

    Raises:
        Malformed: it is cut off, or holds another number of leaves.
    """
    leaves: list[bytes] = []
    at = 0
    while at < len(data):
        start = at + 2
        at = start + int.from_bytes(data[at:start], "big")
        if at > len(data):
            raise Malformed("an entry bundle that is cut off")
        leaves.append(data[start:at])
    if len(leaves) != bundle.width:
        raise Malformed(f"an entry bundle with {len(leaves)} leaves, not {bundle.width}")
    return leaves


def _nodes(level: int, size: int) -> int:
    """Return how many hashes a level of tiles has in a tree of *size* leaves."""
    return size >> (HEIGHT * level)


def _row(level: int | None, nodes: int) -> Iterator[Tile]:
    for number in range(nodes // WIDTH):
        yield Tile(level, number)
    if nodes % WIDTH:
        yield Tile(level, nodes // WIDTH, nodes % WIDTH)


def _number_path(number: int) -> str:
    digits = str(number)
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[start : start + 3] for start in range(0, len(digits), 3)]
    return "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
