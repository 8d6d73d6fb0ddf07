"""Proof files: a leaf, shown to be in a log with nothing but a text and the log's key."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from access.errors import Malformed, Unverified
from access.log.checkpoints import Checkpoint, sign_checkpoint
from access.log.notes import NoteSigner
from access.log.proof_files import MOST_EXTRA_BYTES, ProofFile, parse_proof_file
from tests.access.log.trees import GrownTree, leaves

LOG = NoteSigner("log.example/1", Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
TREE = GrownTree(leaves(11))
SAID = Checkpoint(LOG.name, 11, TREE.root(11))
SIGNED = sign_checkpoint(SAID, [LOG])
FILE = ProofFile(5, tuple(TREE.inclusion(5, 11)), SIGNED, extra=b"salt")
DATA = FILE.encode()


def test_a_proof_file_is_lines_and_the_checkpoint_as_it_was_signed() -> None:
    first, extra, index, *rest = DATA.decode().split("\n")

    assert (first, extra, index) == ("c2sp.org/tlog-proof@v1", "extra c2FsdA==", "index 5")
    assert [len(line) for line in rest[:5]] == [44, 44, 44, 44, 0]
    assert DATA.endswith(b"=\n\n" + SIGNED)


def test_it_shows_that_the_leaf_is_in_the_log() -> None:
    assert parse_proof_file(DATA) == FILE
    assert parse_proof_file(DATA).verify(TREE.leaves[5], LOG.key) == SAID


@given(
    st.integers(0, 2**63 - 1),
    st.lists(st.binary(min_size=32, max_size=32), max_size=63),
    st.none() | st.binary(min_size=1, max_size=90),
)
def test_every_proof_file_reads_back(number: int, hashes: list[bytes], extra: bytes | None) -> None:
    file = ProofFile(number, tuple(hashes), SIGNED, extra)

    assert parse_proof_file(file.encode()) == file


def test_a_log_of_one_leaf_needs_no_hashes() -> None:
    one = GrownTree([b"only"])
    signed = sign_checkpoint(Checkpoint(LOG.name, 1, one.root(1)), [LOG])

    file = parse_proof_file(ProofFile(0, (), signed).encode())

    assert file.encode() == b"c2sp.org/tlog-proof@v1\nindex 0\n\n" + signed
    assert file.verify(b"only", LOG.key).size == 1


@pytest.mark.parametrize(
    ("file", "leaf"),
    [
        pytest.param(FILE, TREE.leaves[6], id="another leaf"),
        pytest.param(ProofFile(6, FILE.hashes, SIGNED), TREE.leaves[5], id="another number"),
        pytest.param(ProofFile(11, FILE.hashes, SIGNED), TREE.leaves[5], id="a number beyond the log"),
        pytest.param(ProofFile(5, FILE.hashes[:-1], SIGNED), TREE.leaves[5], id="a proof that is too short"),
        pytest.param(
            ProofFile(5, FILE.hashes, sign_checkpoint(Checkpoint(LOG.name, 11, bytes(32)), [LOG])),
            TREE.leaves[5],
            id="another root",
        ),
        pytest.param(
            ProofFile(5, FILE.hashes, SIGNED.replace(b"\n11\n", b"\n12\n")),
            TREE.leaves[5],
            id="a size that was not signed",
        ),
        pytest.param(
            ProofFile(5, FILE.hashes, sign_checkpoint(Checkpoint("log.example/2", 11, SAID.root), [LOG])),
            TREE.leaves[5],
            id="another log",
        ),
    ],
)
def test_it_shows_nothing_else(file: ProofFile, leaf: bytes) -> None:
    with pytest.raises(Unverified):
        parse_proof_file(file.encode()).verify(leaf, LOG.key)


def test_a_checkpoint_that_is_none_shows_nothing() -> None:
    with pytest.raises(Malformed):
        ProofFile(5, FILE.hashes, b"trust me\n").verify(TREE.leaves[5], LOG.key)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(DATA.replace(b"@v1", b"@v2"), id="another version"),
        pytest.param(DATA.partition(b"\n\n")[0], id="no checkpoint"),
        pytest.param(DATA.replace(b"index 5\n", b""), id="no index"),
        pytest.param(DATA.replace(b"index 5", b"index 05"), id="a leading zero"),
        pytest.param(DATA.replace(b"index 5", b"index -5"), id="a negative index"),
        pytest.param(DATA.replace(b"index 5", b"index  5"), id="two spaces"),
        pytest.param(DATA.replace(b"index 5", b"Index 5"), id="a capital"),
        pytest.param(DATA.replace(b"extra c2FsdA==", b"extra c2FsdB=="), id="a second spelling of base64"),
        pytest.param(DATA.replace(b"extra c2FsdA==", b"extra "), id="no extra data after its name"),
        pytest.param(
            DATA.replace(b"extra c2FsdA==", b"extra c2FsdA==\nextra c2FsdA=="), id="extra data twice"
        ),
        pytest.param(DATA.replace(b"index 5", b"index 5\nAAAA"), id="a short hash"),
        pytest.param(DATA.replace(b"index 5", b"index 5" + (b"\n" + b"A" * 43 + b"=") * 60), id="too high"),
        pytest.param(DATA.replace(b"\n", b"\r\n"), id="other line ends"),
        pytest.param(DATA.replace(b"index", "índex".encode()), id="not ASCII"),
        pytest.param(DATA + bytes(2_000_000), id="too long"),
    ],
)
def test_nothing_but_a_proof_file_is_read_as_one(data: bytes) -> None:
    with pytest.raises(Malformed):
        parse_proof_file(data)


def test_an_empty_line_among_the_hashes_makes_the_rest_no_checkpoint() -> None:
    broken = DATA.replace(b"index 5\n", b"index 5\n\n")

    with pytest.raises(Unverified):
        parse_proof_file(broken).verify(TREE.leaves[5], LOG.key)


def test_what_is_no_proof_file_is_not_made() -> None:
    for number, hashes, extra in [
        (-1, (), None),
        (2**63, (), None),
        (0, (bytes(31),), None),
        (0, (bytes(32),) * 64, None),
        (0, (), b""),
        (0, (), bytes(MOST_EXTRA_BYTES + 1)),
    ]:
        with pytest.raises(ValueError, match=r"no leaf|a proof has|extra data"):
            ProofFile(number, hashes, SIGNED, extra)
