"""Signed notes: read strictly, and believed only where a known key signed."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from access.errors import Malformed, Unverified
from access.log.cosignatures import WitnessKey
from access.log.notes import (
    ED25519,
    MOST_BYTES,
    MOST_SIGNATURES,
    Note,
    NoteKey,
    NoteSigner,
    Signature,
    parse_note,
    sign_note,
    verify,
    vkey,
)

ANN = NoteSigner("ann.example/log", Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
BEN = NoteSigner("ben.example", Ed25519PrivateKey.from_private_bytes(bytes(32)))
TEXT = "one line\n\nand another\n"
SIGNED = sign_note(TEXT, [ANN])
[LINE] = parse_note(SIGNED).signatures

#: The key with which Go's library for notes tests itself.
KNOWN_VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"

#: No control characters but line ends, and no half of a surrogate pair.
TEXTS = st.text(st.characters(exclude_categories=["Cs"], min_codepoint=32) | st.just("\n"), max_size=200)


@given(TEXTS.map(lambda text: f"{text}\n"))
def test_any_text_can_be_signed_and_read_back(text: str) -> None:
    signed = sign_note(text, [ANN, BEN])

    note = parse_note(signed)

    assert note.text == text
    assert note.encode() == signed
    assert verify(note, [BEN.key, ANN.key]) == [BEN.key, ANN.key]


def test_a_signature_is_a_line_with_a_dash_a_name_and_base64() -> None:
    assert SIGNED.decode() == TEXT + "\n" + LINE.line()
    assert LINE.line().startswith("— ann.example/log ")
    assert LINE.key_id == ANN.key.key_id


def test_the_key_is_told_by_name_id_and_base64() -> None:
    key = NoteKey.parse(KNOWN_VKEY)

    assert (key.name, key.key_id.hex(), key.vkey) == ("PeterNeumann", "c74f20a3", KNOWN_VKEY)
    assert NoteKey.parse(ANN.key.vkey) == ANN.key


def test_signatures_of_unknown_keys_are_passed_over() -> None:
    unknown = Signature(ANN.name, b"\x00\x01\x02\x03", b"a post-quantum signature" * 100)
    namesake = Signature("somebody.example", ANN.key.key_id, bytes(64))

    note = parse_note(Note(TEXT, (unknown, namesake, LINE)).encode())

    assert verify(note, [ANN.key, BEN.key]) == [ANN.key]


def test_a_note_that_no_known_key_signed_is_not_believed() -> None:
    with pytest.raises(Unverified, match="no known key"):
        verify(parse_note(SIGNED), [BEN.key])
    with pytest.raises(Unverified, match="no known key"):
        verify(parse_note(SIGNED), [])
    with pytest.raises(Unverified, match="no known key"):
        verify(parse_note(SIGNED), [NoteKey("another.example", ANN.key.public)])
    with pytest.raises(Unverified, match="no known key"):
        verify(parse_note(SIGNED), [WitnessKey(ANN.name, ANN.key.public)])


@pytest.mark.parametrize(
    ("text", "payload"),
    [
        pytest.param("another text\n", LINE.payload, id="another text"),
        pytest.param(TEXT, LINE.payload[:-1] + bytes([LINE.payload[-1] ^ 1]), id="another signature"),
        pytest.param(TEXT, LINE.payload[:-1], id="a short signature"),
        pytest.param(TEXT, LINE.payload + b"\x00", id="a long signature"),
    ],
)
def test_one_known_signature_that_does_not_hold_spoils_the_note(text: str, payload: bytes) -> None:
    note = Note(text, (BEN.sign(text), Signature(ANN.name, ANN.key.key_id, payload)))

    assert verify(note, [BEN.key]) == [BEN.key]
    with pytest.raises(Unverified, match=r"ann\.example/log does not hold"):
        verify(note, [BEN.key, ANN.key])


def test_two_keys_that_cannot_be_told_apart_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="one name and one id"):
        verify(parse_note(SIGNED), [ANN.key, ANN.key])


@pytest.mark.parametrize(
    ("data", "why"),
    [
        pytest.param(b"", "without signatures", id="nothing"),
        pytest.param(TEXT.encode(), "none", id="a text with another below it"),
        pytest.param(b"text\n", "without signatures", id="a text alone"),
        pytest.param(SIGNED[:-1], "without signatures", id="the last line does not end"),
        pytest.param(SIGNED + b"\n", "without signatures", id="an empty line at the end"),
        pytest.param(SIGNED + b"more\n", "none", id="something after the signatures"),
        pytest.param(
            SIGNED.replace(b"\n\n\xe2", b"\n\xe2"), "none", id="no empty line before the signatures"
        ),
        pytest.param(SIGNED.replace("— ".encode(), b"- "), "none", id="another dash"),
        pytest.param(SIGNED.replace(b"log ", b"log  "), "none", id="two spaces"),
        pytest.param(SIGNED.replace(b"ann.", b"an+."), "none", id="a plus sign in a name"),
        pytest.param(SIGNED.replace(b"ann.", "an\u3000.".encode()), "none", id="a wide space in a name"),
        pytest.param(SIGNED.replace(b"one", b"o\te"), "control", id="a tab"),
        pytest.param(SIGNED.replace(b"\n", b"\r\n"), "control", id="other line ends"),
        pytest.param(SIGNED.replace(b"one", b"o\xffe"), "UTF-8", id="not UTF-8"),
        pytest.param(SIGNED.replace(b"one", b"o\xed\xa0\x80e"), "UTF-8", id="half of a surrogate pair"),
        pytest.param(SIGNED[:-3] + b"!=\n", "base64", id="not base64"),
        pytest.param(SIGNED[:-3] + b"\n", "base64", id="base64 that is cut off"),
        pytest.param(
            Note(TEXT, (Signature("n", b"1234", b"1"),)).encode().replace(b"MTIzNDE=", b"MTIzNA=="),
            "nothing after",
            id="an id and no signature",
        ),
        pytest.param(b"x" * MOST_BYTES + SIGNED, "megabyte", id="too long"),
        pytest.param(
            SIGNED + LINE.line().encode() * MOST_SIGNATURES, "more than 100", id="too many signatures"
        ),
    ],
)
def test_nothing_but_a_note_is_read_as_one(data: bytes, why: str) -> None:
    with pytest.raises(Malformed, match=why):
        parse_note(data)


def test_a_second_spelling_of_a_signature_is_refused() -> None:
    spelled = SIGNED.decode()
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    last = spelled[-3]
    unused_bit_set = letters[letters.index(last) ^ 1]

    with pytest.raises(Malformed, match="one spelling"):
        parse_note(f"{spelled[:-3]}{unused_bit_set}=\n".encode())


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("no line end", id="no line end"),
        pytest.param("", id="nothing"),
        pytest.param(SIGNED.decode()[:-1], id="no line end, after what reads as a signature"),
        pytest.param("a\ttab\n", id="a tab"),
        pytest.param("half a pair \ud800\n", id="half of a surrogate pair"),
    ],
)
def test_what_could_not_be_read_is_not_signed(text: str) -> None:
    with pytest.raises(ValueError, match=r"read again|surrogates"):
        sign_note(text, [ANN])


def test_a_note_that_nobody_signs_is_none() -> None:
    with pytest.raises(ValueError, match="read again"):
        sign_note(TEXT, [])


def test_a_text_that_ends_in_signatures_is_one_of_its_own() -> None:
    signed = sign_note(SIGNED.decode(), [BEN])

    assert parse_note(signed).text == SIGNED.decode()


@pytest.mark.parametrize("name", ["", "two words", "a+b", "a\u00a0b", "line\nend", "\x01", "\ud800"])
def test_not_everything_names_a_key(name: str) -> None:
    with pytest.raises(ValueError, match="not a name"):
        NoteKey(name, bytes(32))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(KNOWN_VKEY[:-1], id="cut off"),
        pytest.param(KNOWN_VKEY.replace("c74f20a3", "c74f20a4"), id="another id"),
        pytest.param(KNOWN_VKEY.replace("c74f", "C74F"), id="an id in capitals"),
        pytest.param(KNOWN_VKEY.replace("Peter", "Paul"), id="another name"),
        pytest.param(KNOWN_VKEY + "\n", id="a line end"),
        pytest.param("PeterNeumann+c74f20a3", id="no key"),
        pytest.param(vkey("n", 4, bytes(32)), id="a witness's key"),
        pytest.param(vkey("n", ED25519, bytes(31)), id="a short key"),
        pytest.param(vkey("a b", ED25519, bytes(32)), id="no name for a key"),
        pytest.param("", id="nothing"),
    ],
)
def test_nothing_but_a_verifier_key_is_read_as_one(text: str) -> None:
    with pytest.raises(Malformed):
        NoteKey.parse(text)
