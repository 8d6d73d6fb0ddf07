"""The Merkle tree over a log's leaves: its nodes, how it grows, and its root.

Pure: hashes in, hashes out. What is kept of a tree are its *nodes*, the roots of
perfect subtrees: node ``(level, position)`` covers the ``2**level`` leaves from
``position * 2**level`` on, and level 0 holds the leaf hashes. A node never changes, so the
nodes of a tree serve every smaller tree as well. A leaf more makes at most the tree's
height of them.

The *frontier* of a tree are the nodes that together cover it, largest first: one for
each bit of its size.
"""

import hashlib
from collections.abc import Sequence
from functools import reduce
from typing import NamedTuple

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()


class Place(NamedTuple):
    """Where a node stands: it is the root over the leaves ``2**level * [position, position + 1)``."""

    level: int
    position: int


class Growth(NamedTuple):
    """What one leaf adds to a tree: new nodes, and the frontier of the tree with it."""

    nodes: list[tuple[Place, bytes]]
    frontier: list[bytes]


def hash_leaf(leaf: bytes) -> bytes:
    """Return the leaf hash: SHA-256(0x00 ‖ leaf) (RFC 6962, section 2.1)."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def hash_node(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node: SHA-256(0x01 ‖ left ‖ right) (RFC 6962, section 2.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def added(size: int, frontier: Sequence[bytes], leaf_hash: bytes) -> Growth:
    """Return what the next leaf adds to a tree of *size* leaves.

    Args:
        size: leaves so far; the new leaf's number.
        frontier: the tree's, largest first.
        leaf_hash: 32 bytes.

    Raises:
        ValueError: the frontier is not one of a tree of that size.
    """
    if size < 0 or len(frontier) != size.bit_count():
        raise ValueError(f"a tree of {size} leaves has another frontier than {len(frontier)} nodes")
    kept = list(frontier)
    level, position, node = 0, size, leaf_hash
    nodes = [(Place(level, position), node)]
    while position % 2:
        level, position, node = level + 1, position // 2, hash_node(kept.pop(), node)
        nodes.append((Place(level, position), node))
    kept.append(node)
    return Growth(nodes, kept)


def root(frontier: Sequence[bytes]) -> bytes:
    """Return the root hash of the tree with that frontier, 32 bytes; of an empty tree SHA-256 of nothing."""
    if not frontier:
        return EMPTY_ROOT
    return reduce(lambda right, left: hash_node(left, right), reversed(frontier))


def frontier_places(size: int) -> list[Place]:
    """Return where the frontier of a tree of *size* leaves stands, largest first.

    Raises:
        ValueError: *size* is negative.
    """
    if size < 0:
        raise ValueError("a tree has no negative size")
    return places_over(0, size)


def places_over(start: int, end: int) -> list[Place]:
    """Return the nodes that cover the leaves ``[start, end)``, largest first.

    *start* is a multiple of the largest power of two that fits, as it is wherever RFC 6962 splits.
    """
    places = []
    while start < end:
        level = (end - start).bit_length() - 1
        places.append(Place(level, start >> level))
        start += 1 << level
    return places
