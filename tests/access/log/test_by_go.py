"""What the log hands out, checked by Go's own libraries: taken if it is true, refused if it is forged."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from access.errors import AccessError
from access.log.checkpoints import Checkpoint, open_checkpoint, sign_checkpoint
from access.log.cosignatures import WitnessKey, cosigned_at
from access.log.merkle import hash_leaf
from access.log.notes import Note, NoteKey, NoteSigner, parse_note, verify
from access.log.proof_files import ProofFile
from access.log.proofs import verify_consistency, verify_inclusion
from access.log.tiles import bundle_bytes, bundles_of, tile_bytes, tiles_of
from tests.access.log.conftest import LONG
from tests.access.log.outside import OK, Case, GoVerifier, consistency, inclusion, spelled
from tests.access.log.trees import GrownTree

SMALL = range(1, 301)
#: Around each power of two beyond the small ones, and one with all kinds of tiles.
LARGE = sorted({2**k + beside for k in range(9, 17) for beside in (-1, 1)} | {LONG})
PROOFS_EACH = 200
#: What Go says of a proof that does not lead to its root, or has another length than it should.
REFUSED = {"invalid transparency proof"}

LOG = NoteSigner("log.example/kita-log/1", Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
STRANGER = NoteSigner(LOG.name, Ed25519PrivateKey.from_private_bytes(bytes(32)))


def test_go_takes_every_inclusion_proof_of_every_small_tree(go: GoVerifier, long_tree: GrownTree) -> None:
    cases = [proven(long_tree, number, size) for size in SMALL for number in range(size)]

    assert len(cases) == 45_150
    assert set(go.answers(cases)) == {OK}


def test_go_takes_every_consistency_proof_of_every_small_tree(go: GoVerifier, long_tree: GrownTree) -> None:
    cases = [grown(long_tree, old, new) for new in SMALL for old in range(1, new + 1)]

    assert len(cases) == 45_150
    assert set(go.answers(cases)) == {OK}


def test_go_takes_proofs_of_large_trees(go: GoVerifier, long_tree: GrownTree) -> None:
    cases = [
        case
        for size in LARGE
        for number in some_numbers(size)
        for case in (proven(long_tree, number, size), grown(long_tree, number + 1, size))
    ]

    assert len(cases) == len(LARGE) * PROOFS_EACH * 2
    assert set(go.answers(cases)) == {OK}


def test_go_refuses_every_forged_proof(go: GoVerifier, long_tree: GrownTree) -> None:
    small = [(size - 1 - size // 3, size) for size in SMALL]
    large = [(number, size) for size in LARGE for number in some_numbers(size)[:60]]
    cases = [case for number, size in small + large for case in forged(long_tree, number, size)]

    assert len(cases) > 10_000
    assert set(go.answers(cases)) == REFUSED


def test_go_opens_every_checkpoint_and_no_forged_one(go: GoVerifier, long_tree: GrownTree) -> None:
    true, false = [], []
    for size in [*SMALL, *LARGE]:
        said = Checkpoint(LOG.name, size, long_tree.root(size))
        signed = sign_checkpoint(said, [LOG])
        [signature] = parse_note(signed).signatures
        longer = Note(Checkpoint(LOG.name, size + 1, said.root).text(), (signature,))
        other = Note(Checkpoint(LOG.name, size, bytes(32)).text(), (signature,))
        true.append(asked(signed, said))
        false.append(asked(longer.encode(), Checkpoint(LOG.name, size + 1, said.root)))
        false.append(asked(other.encode(), Checkpoint(LOG.name, size, bytes(32))))
        false.append(asked(sign_checkpoint(said, [STRANGER]), said))

    assert set(go.answers(true)) == {OK}
    assert {answer.split(" for ")[0].split(": ")[0] for answer in go.answers(false)} == {
        "invalid signature",
        "note has no verifiable signatures",
    }


def test_go_passes_over_the_signatures_of_others(go: GoVerifier, long_tree: GrownTree) -> None:
    said = Checkpoint(LOG.name, 300, long_tree.root(300))
    other = NoteSigner("somebody.example", Ed25519PrivateKey.from_private_bytes(bytes(32)))

    assert go.answers([asked(sign_checkpoint(said, [other, LOG, STRANGER]), said)]) == [OK]


@pytest.mark.parametrize("size", [1, 255, 256, 257, 65_536, LONG])
def test_go_reads_the_whole_log_out_of_our_tiles_and_bundles(
    go: GoVerifier, long_tree: GrownTree, tmp_path: Path, size: int
) -> None:
    publish(long_tree, size, tmp_path)
    of_log = {"Directory": str(tmp_path), "Size": size, "Root": spelled(long_tree.root(size))}

    cases = [
        of_log | {"Ask": "tiles", "Numbers": [0, size // 2, size - 1, *some_numbers(size)]},
        of_log | {"Ask": "bundles"},
    ]

    assert go.answers(cases) == [OK, OK]


@pytest.mark.parametrize(
    ("path", "ask"),
    [
        pytest.param("tile/0/137", "tiles", id="a leaf's hash"),
        pytest.param("tile/0/273.p/113", "tiles", id="the last leaf's hash"),
        pytest.param("tile/1/000", "tiles", id="a node"),
        pytest.param("tile/2/000.p/1", "tiles", id="the highest node"),
        pytest.param("tile/entries/137", "bundles", id="a leaf"),
    ],
)
def test_go_finds_one_changed_bit_in_a_tile(
    go: GoVerifier, long_tree: GrownTree, tmp_path: Path, path: str, ask: str
) -> None:
    publish(long_tree, LONG, tmp_path)
    data = bytearray((tmp_path / path).read_bytes())
    data[-1] ^= 1
    (tmp_path / path).write_bytes(data)

    case = {"Ask": ask, "Directory": str(tmp_path), "Size": LONG, "Root": spelled(long_tree.root(LONG))}
    [answer] = go.answers([case | {"Numbers": [137 * 256 + 255]}])

    assert answer != OK
    assert "no such file" not in answer


def test_go_verifies_a_proof_file_and_no_other_leaf(go: GoVerifier, long_tree: GrownTree) -> None:
    said = Checkpoint(LOG.name, LONG, long_tree.root(LONG))
    signed = sign_checkpoint(said, [LOG])
    true, false = [], []
    for number in [0, LONG - 1, *some_numbers(LONG)]:
        file = ProofFile(number, tuple(long_tree.inclusion(number, LONG)), signed, extra=b"salt and body")
        text = file.encode().decode()
        case = {"Ask": "proof file", "Text": text, "Vkey": LOG.key.vkey, "Name": LOG.name}
        true.append(case | {"Leaf": spelled(long_tree.leaves[number])})
        false.append(case | {"Leaf": spelled(long_tree.leaves[number - 1])})

    assert set(go.answers(true)) == {OK}
    assert set(go.answers(false)) == REFUSED


def test_go_takes_every_damaged_note_that_we_take(go: GoVerifier, long_tree: GrownTree) -> None:
    signed = sign_checkpoint(Checkpoint(LOG.name, 300, long_tree.root(300)), [LOG, STRANGER]).decode()
    notes = [damaged for at in range(len(signed)) for damaged in damages(signed, at)]

    answers = go.answers([{"Ask": "note", "Text": text, "Vkey": LOG.key.vkey} for text in notes])

    taken = {text for text in notes if we_take(text)}
    taken_by_go = {text for text, answer in zip(notes, answers, strict=True) if answer == OK}
    assert taken <= taken_by_go
    # Go minds neither unused bits of base64 nor a line end in it: two spellings of one signature.
    assert 0 < len(taken) < len(taken_by_go) < len(taken) + 20


def test_go_reads_our_key_and_no_damaged_one(go: GoVerifier, long_tree: GrownTree) -> None:
    signed = sign_checkpoint(Checkpoint(LOG.name, 300, long_tree.root(300)), [LOG]).decode()
    vkey = LOG.key.vkey
    keys = [vkey, *(damaged for at in range(len(vkey)) for damaged in damages(vkey, at))]

    answers = go.answers([{"Ask": "note", "Text": signed, "Vkey": key} for key in keys])

    assert [key for key in keys if we_read(key)] == [vkey]
    # Again Go minds no line end in base64.
    assert {key.replace("\n", "") for key, answer in zip(keys, answers, strict=True) if answer == OK} == {
        vkey
    }


def test_a_cosignature_that_go_made_is_taken(go: GoVerifier, long_tree: GrownTree) -> None:
    said = Checkpoint(LOG.name, 300, long_tree.root(300))
    signed = sign_checkpoint(said, [LOG])
    name, seconds = "witness.example/w1", 1_796_000_000
    case = {"Ask": "cosign", "Name": name, "Seed": spelled(bytes(range(32, 64))), "Time": seconds}

    [answer] = go.answers([case | {"Text": said.text()}])
    vkey, line = answer.split(" ", 1)

    checkpoint, note = open_checkpoint(signed + f"{line}\n".encode(), LOG.key)
    assert checkpoint == said
    assert cosigned_at(note, WitnessKey.parse(vkey)) == seconds
    assert go.answers([asked(note.encode(), said)]) == [OK]


def damages(text: str, at: int) -> Iterator[str]:
    """Yield *text* with something changed, missing, or too much at one place."""
    for other in ("B", "C", " ", "\n", "+", "\t"):
        if text[at] != other:
            yield text[:at] + other + text[at + 1 :]
    yield text[:at] + text[at + 1 :]
    yield text[:at] + "\n" + text[at:]


def we_take(text: str) -> bool:
    """Say whether a note is believed here."""
    try:
        verify(parse_note(text.encode()), [LOG.key])
    except AccessError:
        return False
    return True


def we_read(vkey: str) -> bool:
    """Say whether a verifier key is read here."""
    try:
        NoteKey.parse(vkey)
    except AccessError:
        return False
    return True


def proven(tree: GrownTree, number: int, size: int) -> Case:
    """Ask about a true inclusion proof, which our own check takes."""
    leaf_hash, root, proof = tree.leaf_hash(number), tree.root(size), tree.inclusion(number, size)
    verify_inclusion(proof, number=number, size=size, leaf_hash=leaf_hash, root_hash=root)
    return inclusion(number, size, leaf_hash, root, proof)


def grown(tree: GrownTree, old: int, new: int) -> Case:
    """Ask about a true consistency proof, which our own check takes."""
    roots, proof = (tree.root(old), tree.root(new)), tree.consistency(old, new)
    verify_consistency(proof, old=old, new=new, old_root=roots[0], new_root=roots[1])
    return consistency(old, new, *roots, proof)


def forged(tree: GrownTree, number: int, size: int) -> Iterator[Case]:
    """Ask about proofs that each lie in one thing."""
    leaf_hash, root, proof = tree.leaf_hash(number), tree.root(size), tree.inclusion(number, size)
    other = hash_leaf(b"forged")
    yield inclusion(number, size, other, root, proof)
    yield inclusion(number, size, leaf_hash, other, proof)
    yield inclusion(number, size, leaf_hash, root, [*proof, other])
    if proof:
        yield inclusion(number, size, leaf_hash, root, [*proof[:-1], flipped(proof[-1])])
        yield inclusion(number, size, leaf_hash, root, proof[:-1])
    old, grew = number + 1, tree.consistency(number + 1, size)
    yield consistency(old, size, other, root, grew)
    yield consistency(old, size, tree.root(old), other, grew)
    if grew:
        yield consistency(old, size, tree.root(old), root, [*grew[:-1], flipped(grew[-1])])
        yield consistency(old, size, tree.root(old), root, grew[:-1])


def flipped(data: bytes) -> bytes:
    """Return *data* with one bit changed."""
    return data[:-1] + bytes([data[-1] ^ 1])


def some_numbers(size: int) -> list[int]:
    """Return numbers of leaves, the same at each call."""
    chance = random.Random(size)  # noqa: S311  # chosen for a test, and the same each time
    return [chance.randrange(size) for _ in range(PROOFS_EACH)]


def asked(signed: bytes, said: Checkpoint) -> Case:
    """Ask whether a checkpoint opens, and says this."""
    return {
        "Ask": "checkpoint",
        "Text": signed.decode(),
        "Vkey": LOG.key.vkey,
        "Name": said.origin,
        "Size": said.size,
        "Root": spelled(said.root),
    }


def publish(tree: GrownTree, size: int, directory: Path) -> None:
    """Write every tile and every entry bundle to where it belongs."""

    def write(path: str, data: bytes) -> None:
        (directory / path).parent.mkdir(parents=True, exist_ok=True)
        (directory / path).write_bytes(data)

    for tile in tiles_of(size):
        write(tile.path, tile_bytes([tree.nodes[place] for place in tile.places]))
    for bundle in bundles_of(size):
        write(bundle.path, bundle_bytes([tree.leaves[position] for _, position in bundle.places]))
