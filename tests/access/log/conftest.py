"""The verifier that Go's libraries are asked through, and one long log for all who check one."""

import sys

import pytest

from access.log.leaves import parse_leaf
from tests.access.log.outside import GoVerifier, compile_verifier
from tests.access.log.trees import GrownTree, sha256

#: Three levels of tiles, each with a partial one.
LONG = 70_001


@pytest.fixture(scope="session")
def go(tmp_path_factory: pytest.TempPathFactory) -> GoVerifier:
    """Compile the program once."""
    if sys.platform != "linux":
        pytest.skip("Go's libraries come as packages of Debian")
    return compile_verifier(tmp_path_factory.mktemp("go"))


#: Written out: to make 70,001 the usual way takes longer than to hash them.
LEAF = '{"h":"%s","k":"viewing:opened","n":%d,"v":1}'


@pytest.fixture(scope="session")
def long_tree() -> GrownTree:
    """Grow the tree of a long log, leaf by leaf."""
    tree = GrownTree([(LEAF % (sha256(b"%d" % number).hex(), number)).encode() for number in range(LONG)])
    assert parse_leaf(tree.leaves[-1]).number == LONG - 1
    return tree
