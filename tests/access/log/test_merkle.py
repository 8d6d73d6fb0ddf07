"""The tree: what RFC 6962 says of roots and proofs, grown leaf by leaf and proven from stored nodes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access.errors import Unverified
from access.log.merkle import EMPTY_ROOT, Place, added, frontier_places, hash_leaf, root
from access.log.proofs import (
    consistency_places,
    inclusion_places,
    inclusion_proof,
    verify_consistency,
    verify_inclusion,
)
from tests.access.log.trees import GrownTree, leaves, mth, path, proof

SIZES = st.integers(1, 90)
TREE = GrownTree(leaves(90))
DATA = tuple(TREE.leaves)

#: The leaves and roots with which logs of certificates have tested themselves since 2012.
KNOWN_LEAVES = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
]
KNOWN_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def test_the_empty_tree_has_the_hash_of_nothing() -> None:
    assert root([]) == EMPTY_ROOT == mth(())
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_known_leaves_have_the_known_roots() -> None:
    tree = GrownTree([bytes.fromhex(leaf) for leaf in KNOWN_LEAVES])

    assert [tree.root(size).hex() for size in range(1, 9)] == KNOWN_ROOTS


@given(st.lists(st.binary(max_size=40), max_size=70))
def test_a_tree_grown_leaf_by_leaf_has_the_root_of_the_definition(data: list[bytes]) -> None:
    tree = GrownTree(data)

    assert root(tree.frontier) == mth(tuple(data))


@given(SIZES)
def test_a_smaller_tree_is_read_from_the_nodes_of_a_larger(size: int) -> None:
    assert TREE.root(size) == mth(DATA[:size])


@given(SIZES)
def test_every_node_is_the_root_of_a_perfect_subtree_and_stored_once(size: int) -> None:
    tree = GrownTree(DATA[:size])

    assert len(tree.nodes) == 2 * size - size.bit_count()
    for (level, index), node in tree.nodes.items():
        assert node == mth(DATA[index << level : (index + 1) << level])


@pytest.mark.parametrize("count", [0, 2, 3])
def test_a_frontier_of_another_size_is_refused(count: int) -> None:
    with pytest.raises(ValueError, match="frontier"):
        added(4, [bytes(32)] * count, bytes(32))


@given(st.data())
def test_an_inclusion_proof_is_the_path_of_the_definition(data: st.DataObject) -> None:
    size = data.draw(SIZES)
    number = data.draw(st.integers(0, size - 1))

    made = TREE.inclusion(number, size)

    assert made == path(number, DATA[:size])
    verify_inclusion(
        made, number=number, size=size, leaf_hash=hash_leaf(DATA[number]), root_hash=TREE.root(size)
    )


@given(st.data())
def test_a_consistency_proof_is_that_of_the_definition(data: st.DataObject) -> None:
    new = data.draw(SIZES)
    old = data.draw(st.integers(1, new))

    made = TREE.consistency(old, new)

    assert made == (proof(old, DATA[:new]) if old < new else [])
    verify_consistency(made, old=old, new=new, old_root=TREE.root(old), new_root=TREE.root(new))


def test_every_leaf_of_every_small_tree_is_proven_and_verified() -> None:
    for size in range(1, 65):
        for number in range(size):
            verify_inclusion(
                TREE.inclusion(number, size),
                number=number,
                size=size,
                leaf_hash=TREE.leaf_hash(number),
                root_hash=TREE.root(size),
            )
        for old in range(size + 1):
            verify_consistency(
                TREE.consistency(old, size),
                old=old,
                new=size,
                old_root=TREE.root(old),
                new_root=TREE.root(size),
            )


@given(st.integers(1, 2**62), st.data())
def test_a_proof_reads_few_nodes_however_large_the_tree(size: int, data: st.DataObject) -> None:
    number = data.draw(st.integers(0, size - 1))

    for places in (inclusion_places(number, size), consistency_places(number, size)):
        assert len(places) <= 2 * size.bit_length()
        assert all((index + 1) << level <= size for level, index in places)
    assert len(frontier_places(size)) == size.bit_count()


def test_all_nodes_of_a_proof_are_asked_for_at_once() -> None:
    TREE.reads.clear()

    TREE.inclusion(5, 77)
    TREE.consistency(23, 77)

    assert TREE.reads == [len(inclusion_places(5, 77)), len(consistency_places(23, 77))]


@given(st.data())
def test_an_inclusion_proof_of_anything_else_is_refused(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, 90))
    number = data.draw(st.integers(0, size - 1))
    made = TREE.inclusion(number, size)
    true = {"number": number, "size": size, "leaf_hash": TREE.leaf_hash(number), "root_hash": TREE.root(size)}
    forged = data.draw(
        st.sampled_from(
            [
                (made, true | {"leaf_hash": hash_leaf(b"another")}),
                (made, true | {"leaf_hash": TREE.leaf_hash(number)[:31]}),
                (made, true | {"root_hash": TREE.root(size - 1)}),
                (made, true | {"number": (number + 1) % size}),
                (made, true | {"number": -1}),
                (made, true | {"number": size}),
                (made[:-1], true),
                ([*made, bytes(32)], true),
                ([made[0][:-1] + bytes([made[0][-1] ^ 1]), *made[1:]], true),
                ([made[0] + b"\x00", *made[1:]], true),
            ]
        )
    )

    with pytest.raises(Unverified):
        verify_inclusion(forged[0], **forged[1])  # type: ignore[arg-type]  # as drawn


@given(st.data())
def test_a_consistency_proof_of_anything_else_is_refused(data: st.DataObject) -> None:
    new = data.draw(st.integers(2, 90))
    old = data.draw(st.integers(1, new - 1))
    made = TREE.consistency(old, new)
    true = {"old": old, "new": new, "old_root": TREE.root(old), "new_root": TREE.root(new)}
    other = GrownTree([*DATA[: old - 1], b"rewritten"]).root(old)
    forged = data.draw(
        st.sampled_from(
            [
                (made, true | {"old_root": other}),
                (made, true | {"new_root": other}),
                (made, true | {"old_root": TREE.root(old)[:31]}),
                (made, true | {"old": new, "new": old}),
                (made, true | {"old": -1}),
                (made, true | {"old": 0}),
                (made, true | {"new": old}),
                (made[:-1], true),
                ([*made, bytes(32)], true),
                ([], true),
                ([*made[:-1], made[-1][:-1] + bytes([made[-1][-1] ^ 1])], true),
            ]
        )
    )

    with pytest.raises(Unverified):
        verify_consistency(forged[0], **forged[1])  # type: ignore[arg-type]  # as drawn


def shifted(left: bytes, right: bytes) -> tuple[bytes, bytes]:
    """Return what hashes to the same, cut at another place."""
    return left + right[:1], right[1:]


#: Of a tree of eight leaves: each leads to the true root, and shows what is not so.
TO_FIRST = TREE.inclusion(0, 8)
LEAF, SIBLING = shifted(TREE.leaf_hash(0), TO_FIRST[0])


@pytest.mark.parametrize(
    ("number", "size", "leaf_hash", "hashes"),
    [
        pytest.param(0, 8, TREE.nodes[Place(1, 0)], TO_FIRST[1:], id="an inner node as a leaf"),
        pytest.param(3, 4, TREE.leaf_hash(7), TREE.inclusion(7, 8), id="a larger tree as a small one"),
        pytest.param(-1, 8, TREE.leaf_hash(7), TREE.inclusion(7, 8), id="a number below none"),
        pytest.param(0, 8, LEAF, [SIBLING, *TO_FIRST[1:]], id="hashes cut at another place"),
    ],
)
def test_reaching_the_root_is_not_enough(
    number: int, size: int, leaf_hash: bytes, hashes: list[bytes]
) -> None:
    with pytest.raises(Unverified):
        verify_inclusion(hashes, number=number, size=size, leaf_hash=leaf_hash, root_hash=TREE.root(8))


#: From two leaves to four: one hash, of the third and the fourth.
[GREW] = TREE.consistency(2, 4)
OLD, ADDED = shifted(TREE.root(2), GREW)


@pytest.mark.parametrize(
    ("old", "new", "old_root", "new_root", "hashes"),
    [
        pytest.param(2, 8, TREE.root(2), TREE.root(4), [GREW], id="a small tree as a larger one"),
        pytest.param(
            3, 4, TREE.root(7), TREE.root(8), TREE.consistency(7, 8), id="a larger tree as a small one"
        ),
        pytest.param(2, 4, OLD, TREE.root(4), [ADDED], id="hashes cut at another place"),
    ],
)
def test_reaching_both_roots_is_not_enough(
    old: int, new: int, old_root: bytes, new_root: bytes, hashes: list[bytes]
) -> None:
    with pytest.raises(Unverified):
        verify_consistency(hashes, old=old, new=new, old_root=old_root, new_root=new_root)


@pytest.mark.parametrize(
    ("old", "old_root", "proof_hashes"),
    [
        pytest.param(5, bytes(32), [], id="another root of the same size"),
        pytest.param(0, bytes(32), [], id="no leaves, and another root than of none"),
        pytest.param(5, TREE.root(5), [bytes(32)], id="something to prove where there is nothing"),
    ],
)
def test_where_there_is_nothing_to_prove_roots_are_compared(
    old: int, old_root: bytes, proof_hashes: list[bytes]
) -> None:
    with pytest.raises(Unverified):
        verify_consistency(proof_hashes, old=old, new=5, old_root=old_root, new_root=TREE.root(5))


@pytest.mark.parametrize(("number", "size"), [(0, 0), (3, 3), (-1, 3)])
def test_a_leaf_that_is_not_there_is_not_proven(number: int, size: int) -> None:
    with pytest.raises(ValueError, match="no leaf"):
        inclusion_proof(number, size, TREE.read)


def test_a_tree_does_not_shrink() -> None:
    with pytest.raises(ValueError, match="shrink"):
        TREE.consistency(5, 4)
    with pytest.raises(ValueError, match="negative"):
        frontier_places(-1)


def test_places_are_those_of_the_bits_of_a_size() -> None:
    assert frontier_places(0b1011) == [Place(3, 0), Place(1, 4), Place(0, 10)]
