"""Proofs that a leaf is in a tree, and that a tree has only grown: made here, and checked here.

Pure. Both are a few hashes, at most as many as the tree is high and one more, and both are
put together from the tree's nodes, all of which are read at once. The checks
know nothing of how a proof was made: they are those of RFC 9162, and what is wrong
with a proof is an :class:`Unverified`, whoever made it.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import TypeAlias

from access.errors import Unverified
from access.log.merkle import EMPTY_ROOT, HASH_BYTES, Place, hash_node, places_over, root

#: Reads all the nodes at some places at once.
Read: TypeAlias = Callable[[Collection[Place]], Mapping[Place, bytes]]


def inclusion_places(number: int, size: int) -> list[Place]:
    """Return the nodes that an inclusion proof is made of, the leaf's sibling first.

    Raises:
        ValueError: a tree of *size* leaves has no leaf *number*.
    """
    return [place for part in _path(number, size) for place in places_over(*part)]


def inclusion_proof(number: int, size: int, read: Read) -> list[bytes]:
    """Return the proof that leaf *number* is in the tree of *size* leaves: its siblings, from the leaf up.

    Args:
        number: the leaf's, from 0.
        size: leaves in the tree.
        read: asked once, for :func:`inclusion_places`.

    Raises:
        ValueError: a tree of *size* leaves has no leaf *number*.

    Source:
        RFC 6962, section 2.1.1.
    """
    return _hashes(_path(number, size), read)


def consistency_places(old: int, new: int) -> list[Place]:
    """Return the nodes that a consistency proof is made of.

    Raises:
        ValueError: not ``0 <= old <= new``.
    """
    return [place for part in _growth(old, new) for place in places_over(*part)]


def consistency_proof(old: int, new: int, read: Read) -> list[bytes]:
    """Return the proof that the tree of *new* leaves begins with all the leaves of the tree of *old*.

    From no leaves and to the same size it is empty: there is nothing to prove.

    Args:
        old: leaves in the smaller tree.
        new: leaves in the larger one.
        read: asked once, for :func:`consistency_places`.

    Raises:
        ValueError: not ``0 <= old <= new``.

    Source:
        RFC 6962, section 2.1.2.
    """
    return _hashes(_growth(old, new), read)


def verify_inclusion(
    proof: Sequence[bytes], *, number: int, size: int, leaf_hash: bytes, root_hash: bytes
) -> None:
    """Check that the tree with this size and root has this leaf hash at *number*.

    Raises:
        Unverified: the proof does not show it, or makes no sense.

    Source:
        RFC 9162, section 2.1.3.2.
    """
    if not 0 <= number < size:
        raise Unverified(f"a tree of {size} leaves has no leaf {number}")
    _check_lengths(leaf_hash, root_hash, *proof)
    at, last, reached = number, size - 1, leaf_hash
    for sibling in proof:
        if last == 0:
            raise Unverified("the proof is too long")
        if at % 2 or at == last:
            reached = hash_node(sibling, reached)
            while at and not at % 2:
                at, last = at >> 1, last >> 1
        else:
            reached = hash_node(reached, sibling)
        at, last = at >> 1, last >> 1
    if last:
        raise Unverified("the proof is too short")
    if reached != root_hash:
        raise Unverified("the proof leads to another root")


def verify_consistency(
    proof: Sequence[bytes], *, old: int, new: int, old_root: bytes, new_root: bytes
) -> None:
    """Check that the tree of *new* leaves and root begins with the tree of *old* leaves and root.

    Raises:
        Unverified: the proof does not show it, or makes no sense.

    Source:
        RFC 9162, section 2.1.4.2.
    """
    if not 0 <= old <= new:
        raise Unverified(f"a tree does not shrink from {old} to {new} leaves")
    _check_lengths(old_root, new_root, *proof)
    if old in (0, new):
        if proof:
            raise Unverified("the proof is too long")
        if old_root != (EMPTY_ROOT if old == 0 else new_root):
            raise Unverified("two trees of one size have different roots")
        return
    if not proof:
        raise Unverified("the proof is too short")
    _climb(proof, old, new, old_root, new_root)


def _climb(proof: Sequence[bytes], old: int, new: int, old_root: bytes, new_root: bytes) -> None:
    whole = old & (old - 1) == 0  # a perfect subtree: its root is known and not in the proof
    first, *rest = [old_root, *proof] if whole else proof
    at, last = old - 1, new - 1
    while at % 2:
        at, last = at >> 1, last >> 1
    reached_old = reached_new = first
    for sibling in rest:
        if last == 0:
            raise Unverified("the proof is too long")
        if at % 2 or at == last:
            reached_old = hash_node(sibling, reached_old)
            reached_new = hash_node(sibling, reached_new)
            while at and not at % 2:
                at, last = at >> 1, last >> 1
        else:
            reached_new = hash_node(reached_new, sibling)
        at, last = at >> 1, last >> 1
    if last:
        raise Unverified("the proof is too short")
    if reached_old != old_root or reached_new != new_root:
        raise Unverified("the proof leads to another root")


def _check_lengths(*hashes: bytes) -> None:
    if any(len(one) != HASH_BYTES for one in hashes):
        raise Unverified(f"a hash has {HASH_BYTES} bytes")


def _hashes(parts: Iterable[tuple[int, int]], read: Read) -> list[bytes]:
    wanted = [places_over(*part) for part in parts]
    nodes = read([place for places in wanted for place in places])
    return [root([nodes[place] for place in places]) for places in wanted]


def _split(length: int) -> int:
    """Return the largest power of two below *length*, which is at least 2."""
    return 1 << ((length - 1).bit_length() - 1)


def _path(number: int, size: int) -> list[tuple[int, int]]:
    """Return which leaves each hash of an inclusion proof covers: PATH of RFC 6962, unrolled."""
    if not 0 <= number < size:
        raise ValueError(f"a tree of {size} leaves has no leaf {number}")
    start, end, parts = 0, size, []
    while end - start > 1:
        middle = start + _split(end - start)
        if number < middle:
            parts.append((middle, end))
            end = middle
        else:
            parts.append((start, middle))
            start = middle
    return parts[::-1]


def _growth(old: int, new: int) -> list[tuple[int, int]]:
    """Return which leaves each hash of a consistency proof covers: PROOF of RFC 6962, unrolled."""
    if not 0 <= old <= new:
        raise ValueError(f"a tree does not shrink from {old} to {new} leaves")
    if old in (0, new):
        return []
    start, end, parts = 0, new, []
    while end != old:
        middle = start + _split(end - start)
        if old <= middle:
            parts.append((middle, end))
            end = middle
        else:
            parts.append((start, middle))
            start = middle
    # What is left is the end of the old tree; where it is the whole of it, the reader has its root.
    return [*([(start, end)] if start else []), *parts[::-1]]
