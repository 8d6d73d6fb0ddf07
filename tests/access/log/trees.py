"""Trees for the tests: one grown leaf by leaf, as a log does, and RFC 6962 as it is written, slowly."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from functools import cache

from access.log.merkle import Place, added, frontier_places, hash_leaf, root
from access.log.proofs import consistency_proof, inclusion_proof


class GrownTree:
    """A tree that was grown leaf by leaf, with every node that was to be stored."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self.leaves = list(leaves)
        self.nodes: dict[Place, bytes] = {}
        self.reads: list[int] = []
        self._roots: dict[int, bytes] = {}
        frontier: list[bytes] = []
        for number, leaf in enumerate(self.leaves):
            nodes, frontier = added(number, frontier, hash_leaf(leaf))
            assert not self.nodes.keys() & dict(nodes).keys()
            self.nodes.update(nodes)
        self.frontier = frontier

    def read(self, places: Collection[Place]) -> Mapping[Place, bytes]:
        """Return the nodes at *places*; note how many were asked for."""
        self.reads.append(len(places))
        return {place: self.nodes[place] for place in places}

    def root(self, size: int) -> bytes:
        """Return the root the tree had at *size*."""
        if size not in self._roots:
            self._roots[size] = root([self.nodes[place] for place in frontier_places(size)])
        return self._roots[size]

    def inclusion(self, number: int, size: int) -> list[bytes]:
        """Prove that a leaf is in the tree of *size* leaves."""
        return inclusion_proof(number, size, self.read)

    def consistency(self, old: int, new: int) -> list[bytes]:
        """Prove that the tree of *new* leaves grew from the tree of *old*."""
        return consistency_proof(old, new, self.read)

    def leaf_hash(self, number: int) -> bytes:
        """Return a leaf's hash."""
        return self.nodes[Place(0, number)]


def leaves(count: int) -> list[bytes]:
    """Return leaves that differ."""
    return [b"leaf %d" % number for number in range(count)]


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def split(count: int) -> int:
    """The k of RFC 6962: the largest power of two smaller than n."""
    k = 1
    while k * 2 < count:
        k *= 2
    return k


@cache
def mth(data: tuple[bytes, ...]) -> bytes:
    """Merkle Tree Hash, RFC 6962 section 2.1."""
    if not data:
        return sha256(b"")
    if len(data) == 1:
        return sha256(b"\x00" + data[0])
    k = split(len(data))
    return sha256(b"\x01" + mth(data[:k]) + mth(data[k:]))


def path(m: int, data: tuple[bytes, ...]) -> list[bytes]:
    """PATH(m, D[n]), RFC 6962 section 2.1.1."""
    if len(data) == 1:
        return []
    k = split(len(data))
    if m < k:
        return [*path(m, data[:k]), mth(data[k:])]
    return [*path(m - k, data[k:]), mth(data[:k])]


def proof(m: int, data: tuple[bytes, ...]) -> list[bytes]:
    """PROOF(m, D[n]), RFC 6962 section 2.1.2, for 0 < m < n."""
    return subproof(m, data, b=True)


def subproof(m: int, data: tuple[bytes, ...], *, b: bool) -> list[bytes]:
    """SUBPROOF(m, D[n], b), RFC 6962 section 2.1.2."""
    if m == len(data):
        return [] if b else [mth(data)]
    k = split(len(data))
    if m <= k:
        return [*subproof(m, data[:k], b=b), mth(data[k:])]
    return [*subproof(m - k, data[k:], b=False), mth(data[:k])]
