"""What stands in the tree for one entry: its number, its coarse kind, and its commitment.

Pure. A leaf tells nobody's business: whom and what the entry concerns lies behind the
commitment, and can be erased with its salt while every proof stays valid.
"""

import re
from dataclasses import dataclass

from access.errors import Malformed
from access.log.canonical import LARGEST

VERSION = 1
COMMITMENT_BYTES = 32
#: As in the table of entries.
KIND_LETTERS = 40
#: The longest there can be: a number of 16 digits and a kind of 40 letters.
MOST_BYTES = 200

_KIND = re.compile(r"[a-z0-9_]+:[a-z0-9_]+")
_LEAF = re.compile(rb'\{"h":"([0-9a-f]{64})","k":"([a-z0-9_:]+)","n":(0|[1-9][0-9]{0,15}),"v":1\}')


@dataclass(frozen=True, slots=True)
class Leaf:
    """What a leaf says of an entry."""

    number: int
    kind: str
    commitment: bytes


def leaf(number: int, kind: str, commitment: bytes) -> bytes:
    """Return the bytes of a leaf: canonical JSON with ``h``, ``k``, ``n`` and ``v``, at most 200 of them.

    Args:
        number: the entry's, from 0.
        kind: stable ``subject:what``, at most 40 letters.
        commitment: 32 bytes, SHA-256(salt ‖ body).

    Raises:
        ValueError: one of them is none.

    Source:
        docs/design/006-log.md, "Leaves"; RFC 8785 for the spelling.
    """
    if not 0 <= number <= LARGEST:
        raise ValueError(f"no entry has the number {number}")
    if not _KIND.fullmatch(kind) or len(kind) > KIND_LETTERS:
        raise ValueError(f"not a kind of entry: {kind!r}")
    if len(commitment) != COMMITMENT_BYTES:
        raise ValueError(f"a commitment has {COMMITMENT_BYTES} bytes, not {len(commitment)}")
    # Spelled out, because a log of a million entries has a million: none of this needs an escape.
    return f'{{"h":"{commitment.hex()}","k":"{kind}","n":{number:d},"v":{VERSION}}}'.encode("ascii")


def parse_leaf(data: bytes) -> Leaf:
    """Return what a leaf says.

    Raises:
        Malformed: these are not the bytes that :func:`leaf` makes of anything.
    """
    found = _LEAF.fullmatch(data)
    if not found:
        raise Malformed("not a leaf of an access log")
    said = Leaf(int(found[3]), found[2].decode("ascii"), bytes.fromhex(found[1].decode("ascii")))
    if said.number > LARGEST or not _KIND.fullmatch(said.kind) or len(said.kind) > KIND_LETTERS:
        raise Malformed("a leaf with a number or a kind that no entry has")
    return said
