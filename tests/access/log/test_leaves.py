"""Leaves: number, coarse kind and commitment, in one spelling."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access.errors import Malformed
from access.log.canonical import LARGEST, canonical
from access.log.leaves import MOST_BYTES, Leaf, leaf, parse_leaf

LOG_EVENTS = Path(__file__).parents[3] / "docs" / "reference" / "log-events.md"

KINDS = st.from_regex(r"[a-z_]{1,19}:[a-z_]{1,20}", fullmatch=True)
COMMITMENTS = st.binary(min_size=32, max_size=32)
COMMITMENT = bytes(range(32))
MADE = leaf(7, "viewing:opened", COMMITMENT)


def test_a_leaf_is_spelled_as_the_design_says() -> None:
    assert b'{"h":"%s","k":"viewing:opened","n":7,"v":1}' % COMMITMENT.hex().encode() == MADE


@given(st.integers(0, LARGEST), KINDS, COMMITMENTS)
def test_a_leaf_is_short_and_reads_back(number: int, kind: str, commitment: bytes) -> None:
    made = leaf(number, kind, commitment)

    assert len(made) <= MOST_BYTES
    assert parse_leaf(made) == Leaf(number, kind, commitment)
    assert made == canonical({"h": commitment.hex(), "k": kind, "n": number, "v": 1})


def test_every_kind_of_entry_can_stand_in_a_leaf() -> None:
    kinds = re.findall(r"^\| `([^`]+:[^`]+)` \|", LOG_EVENTS.read_text("utf-8"), re.MULTILINE)

    assert len(kinds) > 100
    assert [parse_leaf(leaf(0, kind, COMMITMENT)).kind for kind in kinds] == kinds


@pytest.mark.parametrize(
    ("number", "kind", "commitment"),
    [
        pytest.param(-1, "viewing:opened", COMMITMENT, id="a negative number"),
        pytest.param(LARGEST + 1, "viewing:opened", COMMITMENT, id="a number without canonical form"),
        pytest.param(0, "viewing", COMMITMENT, id="a kind without what"),
        pytest.param(0, "viewing:opened\n", COMMITMENT, id="a kind with a line end"),
        pytest.param(0, "viewing:opened:again", COMMITMENT, id="a kind of three words"),
        pytest.param(0, "v:" + "x" * 39, COMMITMENT, id="a kind that is too long"),
        pytest.param(0, "viewing:opened", COMMITMENT[:31], id="a short commitment"),
    ],
)
def test_what_is_no_entry_has_no_leaf(number: int, kind: str, commitment: bytes) -> None:
    with pytest.raises(ValueError, match=r"no entry|not a kind|commitment"):
        leaf(number, kind, commitment)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(MADE + b"\n", id="a line end"),
        pytest.param(MADE.replace(b",", b", "), id="white space"),
        pytest.param(MADE.replace(b'"n":7', b'"n":07'), id="a leading zero"),
        pytest.param(MADE.replace(b'"n":7', b'"n":7.0'), id="a fraction"),
        pytest.param(MADE.replace(b'"n":7', b'"n":%d' % (LARGEST + 1)), id="a number that is too large"),
        pytest.param(MADE.replace(b'"v":1', b'"v":2'), id="another version"),
        pytest.param(MADE.replace(b"0a", b"0A"), id="capitals"),
        pytest.param(MADE.replace(b"viewing:opened", b"viewing"), id="a kind without what"),
        pytest.param(MADE.replace(b"viewing:opened", b"v:" + b"x" * 39), id="a kind that is too long"),
        pytest.param(MADE.replace(b"}", b',"x":1}'), id="something more"),
        pytest.param(MADE[:-2], id="cut off"),
        pytest.param(MADE.replace(b"viewing", "viewíng".encode()), id="letters that no kind has"),
    ],
)
def test_nothing_but_a_leaf_is_read_as_one(data: bytes) -> None:
    with pytest.raises(Malformed):
        parse_leaf(data)
