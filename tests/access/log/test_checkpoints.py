"""Checkpoints and what witnesses add to them."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from access.errors import Malformed, Unverified
from access.log.checkpoints import Checkpoint, open_checkpoint, parse_checkpoint, sign_checkpoint
from access.log.cosignatures import WitnessKey, cosigned_at, cosigned_message, parse_cosignature
from access.log.merkle import EMPTY_ROOT
from access.log.notes import Note, NoteKey, NoteSigner, Signature, parse_note, vkey
from access.log.spelling import LARGEST

LOG = NoteSigner("log.example/1", Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
WITNESS = Ed25519PrivateKey.from_private_bytes(bytes(range(32, 64)))
KEY = WitnessKey("witness.example/w1", WITNESS.public_key().public_bytes_raw())
SAID = Checkpoint(LOG.name, 20_852, bytes(range(32)))
TEXT = "log.example/1\n20852\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"
SIGNED = sign_checkpoint(SAID, [LOG])
SECONDS = 1_796_000_000

LINES = st.text(st.characters(exclude_categories=["Cs"], min_codepoint=32), min_size=1, max_size=30)


def cosignature(text: str, seconds: int, *, said: int | None = None) -> Signature:
    """Cosign as a witness does; *said* is a time that it did not sign."""
    signature = WITNESS.sign(cosigned_message(text, seconds))
    return Signature(KEY.name, KEY.key_id, (seconds if said is None else said).to_bytes(8, "big") + signature)


def note_with(*signatures: Signature, text: str = TEXT) -> Note:
    """Return the log's checkpoint with more signatures."""
    return Note(text, (*parse_note(SIGNED).signatures, *signatures))


def test_a_checkpoint_is_three_lines() -> None:
    assert SAID.text() == TEXT
    assert Checkpoint("o", 0, EMPTY_ROOT, ("more",)).text() == (
        "o\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\nmore\n"
    )


@given(LINES, st.integers(0, LARGEST), st.binary(min_size=32, max_size=32), st.lists(LINES, max_size=3))
def test_it_reads_back_as_what_it_was(origin: str, size: int, root: bytes, extensions: list[str]) -> None:
    said = Checkpoint(origin, size, root, tuple(extensions))

    assert parse_checkpoint(said.text()) == said


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param(TEXT[:-1], id="the last line does not end"),
        pytest.param(TEXT.replace("log.example/1", ""), id="no origin"),
        pytest.param("log.example/1\n20852\n", id="no root"),
        pytest.param(TEXT + "more", id="an extension that does not end"),
        pytest.param(TEXT + "\n", id="an empty line"),
        pytest.param(TEXT + "more\n\nand more\n", id="an empty line between extensions"),
        pytest.param(TEXT.replace("20852", "020852"), id="a leading zero"),
        pytest.param(TEXT.replace("20852", "-1"), id="a negative size"),
        pytest.param(TEXT.replace("20852", "+1"), id="a sign"),
        pytest.param(TEXT.replace("20852", "２０"), id="other digits"),
        pytest.param(TEXT.replace("20852", str(2**63)), id="more than 63 bits"),
        pytest.param(TEXT.replace("20852", "9" * 5_000), id="very many digits"),
        pytest.param(TEXT.replace("Hh8=", "Hh8"), id="no padding"),
        pytest.param(TEXT.replace("Hh8=", "Hh9="), id="a second spelling of base64"),
        pytest.param(TEXT.replace("Hh8=", ""), id="a short root"),
        pytest.param(TEXT.replace("Hh8=", "Hh8é"), id="not ASCII"),
        pytest.param(TEXT.replace("log.", "l\tg."), id="a tab"),
    ],
)
def test_nothing_but_a_checkpoint_is_read_as_one(text: str) -> None:
    with pytest.raises(Malformed):
        parse_checkpoint(text)


@pytest.mark.parametrize(
    ("origin", "size", "root", "extensions"),
    [
        pytest.param("", 1, bytes(32), (), id="no origin"),
        pytest.param("two\nlines", 1, bytes(32), (), id="an origin of two lines"),
        pytest.param("o", -1, bytes(32), (), id="a negative size"),
        pytest.param("o", 2**63, bytes(32), (), id="more than 63 bits"),
        pytest.param("o", 1, bytes(31), (), id="a short root"),
        pytest.param("o", 1, bytes(32), ("",), id="an empty extension"),
    ],
)
def test_what_is_no_checkpoint_is_not_made(
    origin: str, size: int, root: bytes, extensions: tuple[str, ...]
) -> None:
    with pytest.raises(ValueError, match=r"no line|no tree|a root hash"):
        Checkpoint(origin, size, root, extensions)


def test_the_logs_own_key_opens_it() -> None:
    checkpoint, note = open_checkpoint(SIGNED, LOG.key)

    assert checkpoint == SAID
    assert note.encode() == SIGNED


def test_a_checkpoint_that_another_key_signed_is_not_the_logs() -> None:
    stranger = NoteSigner(LOG.name, WITNESS)

    with pytest.raises(Unverified, match="no known key"):
        open_checkpoint(sign_checkpoint(SAID, [stranger]), LOG.key)


def test_a_checkpoint_of_another_log_is_not_this_ones() -> None:
    other = Checkpoint("log.example/2", SAID.size, SAID.root)

    with pytest.raises(Unverified, match=r"log\.example/2, not of log\.example/1"):
        open_checkpoint(sign_checkpoint(other, [LOG]), LOG.key)


def test_a_signed_text_that_is_no_checkpoint_is_refused() -> None:
    signed = Note("a letter\n", (LOG.sign("a letter\n"),)).encode()

    with pytest.raises(Malformed, match="three lines"):
        open_checkpoint(signed, LOG.key)


def test_a_witness_says_when_it_saw_the_checkpoint() -> None:
    _, note = open_checkpoint(note_with(cosignature(TEXT, SECONDS)).encode(), LOG.key)

    assert cosigned_at(note, KEY) == SECONDS


def test_of_two_times_the_later_counts() -> None:
    note = note_with(cosignature(TEXT, SECONDS), cosignature(TEXT, SECONDS + 60), cosignature(TEXT, 0))

    assert cosigned_at(note, KEY) == SECONDS + 60


def test_the_signed_message_names_the_time_and_all_of_the_text() -> None:
    assert cosigned_message(TEXT + "more\n", 7) == f"cosignature/v1\ntime 7\n{TEXT}more\n".encode()


@pytest.mark.parametrize(
    "signature",
    [
        pytest.param(cosignature(TEXT, SECONDS, said=SECONDS + 1), id="another time"),
        pytest.param(cosignature(TEXT.replace("20852", "20853"), SECONDS), id="another checkpoint"),
        pytest.param(Signature(KEY.name, KEY.key_id, WITNESS.sign(TEXT.encode())), id="no time"),
        pytest.param(Signature(KEY.name, KEY.key_id, bytes(72)), id="no signature"),
        pytest.param(Signature(KEY.name, KEY.key_id, b"\xff" * 72), id="a time beyond all"),
    ],
)
def test_a_cosignature_that_does_not_hold_spoils_the_others(signature: Signature) -> None:
    with pytest.raises(Unverified, match="does not hold"):
        cosigned_at(note_with(cosignature(TEXT, SECONDS), signature), KEY)


def test_a_witness_that_did_not_cosign_is_not_taken_for_one_that_did() -> None:
    plain = NoteSigner(KEY.name, WITNESS).sign(TEXT)

    for note in (note_with(), note_with(plain)):
        with pytest.raises(Unverified, match="did not cosign"):
            cosigned_at(note, KEY)


@pytest.mark.parametrize("payload", [b"", bytes(71), bytes(73), b"\x80" + bytes(71)])
def test_nothing_but_a_cosignature_is_read_as_one(payload: bytes) -> None:
    with pytest.raises(Malformed):
        parse_cosignature(payload)


def test_a_witnesss_key_is_another_than_the_same_one_of_a_log() -> None:
    same = NoteKey(KEY.name, KEY.public)

    assert same.key_id != KEY.key_id
    assert WitnessKey.parse(KEY.vkey) == KEY
    with pytest.raises(Malformed, match="another type"):
        WitnessKey.parse(same.vkey)
    with pytest.raises(Malformed, match="32 bytes"):
        WitnessKey.parse(vkey(KEY.name, 4, bytes(33)))
