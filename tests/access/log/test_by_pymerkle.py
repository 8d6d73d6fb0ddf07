"""The roots of our trees, as another project's tree has them."""

from pymerkle import InmemoryTree

from tests.access.log.trees import GrownTree, leaves

SIZE = 1025


def test_every_root_is_pymerkles_too() -> None:
    ours = GrownTree(leaves(SIZE))
    theirs = InmemoryTree(algorithm="sha256")

    roots = [theirs.get_root()]
    for leaf in ours.leaves:
        theirs.append_entry(leaf)
        roots.append(theirs.get_root())

    assert [ours.root(size) for size in range(SIZE + 1)] == roots


def test_another_leaf_gives_pymerkle_another_root() -> None:
    theirs = InmemoryTree(algorithm="sha256")
    theirs.append_entries([*leaves(9), b"another"])

    assert theirs.get_root() != GrownTree(leaves(10)).root(10)
