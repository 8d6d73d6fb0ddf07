"""Signed notes: a text and the signatures of those who stand behind it.

Pure. A note is read strictly, and its text is worth nothing before
:func:`verify` said who signed it. Signatures of keys that the reader does not know are
passed over: they are for other readers, such as one who knows a witness.

Source:
    C2SP signed-note v1.0.0; RFC 8032 for Ed25519.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from access.errors import Malformed, Unverified
from access.log.spelling import from_base64, to_base64

#: The byte that stands for plain Ed25519 in key ids and verifier keys.
ED25519 = 0x01
KEY_ID_BYTES = 4
PUBLIC_KEY_BYTES = 32
#: As many as Go reads; the specification wants at least 16.
MOST_SIGNATURES = 100
#: A hundred signatures of five kilobytes each, and as much text again.
MOST_BYTES = 1_000_000

_SIGNATURE_LINE = re.compile(r"— ([^ ]+) ([^ ]+)")
_VKEY = re.compile(r"([^+]+)\+([0-9a-f]{8})\+(.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: whose it says it is, and what they signed with."""

    name: str
    key_id: bytes
    payload: bytes

    def line(self) -> str:
        """Return the line that stands for it in a note, with its line end."""
        return f"— {self.name} {to_base64(self.key_id + self.payload)}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A text, which ends with a line end, and who says they signed it."""

    text: str
    signatures: tuple[Signature, ...]

    def encode(self) -> bytes:
        """Return the note as it is handed out, UTF-8.

        Raises:
            ValueError: no reader would take it: the text does not end with a line end or
                holds control characters, or nobody signed it.
        """
        data = f"{self.text}\n{''.join(one.line() for one in self.signatures)}"
        try:
            encoded = data.encode()
            same = parse_note(encoded) == self
        except (Malformed, UnicodeEncodeError) as fault:
            raise ValueError(f"not a note that could be read again: {fault}") from fault
        if not same:
            raise ValueError("not a note that could be read again: its text would end earlier")
        return encoded


class Verifier(Protocol):
    """Somebody's key, of any type: what its signatures are found by, and whether one holds."""

    @property
    def name(self) -> str:
        """Whose key it is."""

    @property
    def key_id(self) -> bytes:
        """4 bytes that tell keys of one name apart; they prove nothing."""

    def holds(self, text: str, payload: bytes) -> bool:
        """Say whether *payload* is this key's signature of *text*."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """The public half of an Ed25519 key, under the name of whoever has it."""

    name: str
    public: bytes
    #: Stands in the id and the text of the key: what it signs.
    KIND: ClassVar[int]

    def __post_init__(self) -> None:
        check_key(self.name, self.public)

    @property
    def key_id(self) -> bytes:
        """The key's id, 4 bytes; another for each type of key."""
        return key_id(self.name, self.KIND, self.public)

    @property
    def vkey(self) -> str:
        """The key as text for those who verify: ``name+id+base64``."""
        return vkey(self.name, self.KIND, self.public)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a verifier key.

        Raises:
            Malformed: it is none, of another type, or its id belongs to another key.
        """
        return cls(*parse_vkey(text, cls.KIND))


@dataclass(frozen=True, slots=True)
class NoteKey(PublicKey):
    """A key that signs notes."""

    KIND: ClassVar[int] = ED25519

    def holds(self, text: str, payload: bytes) -> bool:
        """Say whether *payload* is this key's signature of *text*."""
        return ed25519_holds(self.public, text.encode(), payload)


@dataclass(frozen=True, slots=True)
class NoteSigner:
    """An Ed25519 key that signs notes under a name."""

    name: str
    private: Ed25519PrivateKey

    @property
    def key(self) -> NoteKey:
        """The public half."""
        return NoteKey(self.name, self.private.public_key().public_bytes_raw())

    def sign(self, text: str) -> Signature:
        """Sign a note's text."""
        return Signature(self.name, self.key.key_id, self.private.sign(text.encode()))


def sign_note(text: str, signers: Iterable[NoteSigner]) -> bytes:
    """Return *text* with a signature of each of *signers*.

    Raises:
        ValueError: the text does not end with a line end or holds control characters, or nobody signs.
    """
    return Note(text, tuple(signer.sign(text) for signer in signers)).encode()


def parse_note(data: bytes) -> Note:
    """Read a note without believing it.

    Raises:
        Malformed: it is no signed note.
    """
    if len(data) > MOST_BYTES:
        raise Malformed("a note of more than a megabyte")
    try:
        whole = data.decode("utf-8")
    except UnicodeDecodeError as fault:
        raise Malformed("a note that is not UTF-8") from fault
    if any(letter < " " and letter != "\n" for letter in whole):
        raise Malformed("a note with a control character")
    before, gap, after = whole.rpartition("\n\n")
    if not gap or not after.endswith("\n"):
        raise Malformed("a note without signatures")
    lines = after.split("\n")[:-1]
    if len(lines) > MOST_SIGNATURES:
        raise Malformed(f"a note with more than {MOST_SIGNATURES} signatures")
    return Note(before + "\n", tuple(map(_signature, lines)))


def verify(note: Note, keys: Sequence[Verifier]) -> list[Verifier]:
    """Return which of *keys* signed *note*, at least one, in their order.

    Signatures of other keys are ignored.

    Raises:
        Unverified: a signature that names one of *keys* does not hold, or there is none.
        ValueError: two of *keys* have one name and one id.

    Source:
        C2SP signed-note, "Signatures".
    """
    known = {(key.name, key.key_id): key for key in keys}
    if len(known) < len(keys):
        raise ValueError("two keys with one name and one id")
    signed = set()
    for one in note.signatures:
        key = known.get((one.name, one.key_id))
        if key is None:
            continue
        if not key.holds(note.text, one.payload):
            raise Unverified(f"the signature of {one.name} does not hold")
        signed.add((key.name, key.key_id))
    if not signed:
        raise Unverified("no known key signed this note")
    return [key for place, key in known.items() if place in signed]


def key_id(name: str, kind: int, public: bytes) -> bytes:
    """Return the id of a key: the first 4 bytes of SHA-256(name ‖ line end ‖ type ‖ public key)."""
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:KEY_ID_BYTES]


def vkey(name: str, kind: int, public: bytes) -> str:
    """Return a public key as text: name, id in hexadecimal, and base64 of type and key, joined by ``+``."""
    return f"{name}+{key_id(name, kind, public).hex()}+{to_base64(bytes([kind]) + public)}"


def parse_vkey(text: str, kind: int) -> tuple[str, bytes]:
    """Return name and public key of a verifier key of type *kind*.

    Raises:
        Malformed: it is none, of another type, or its id belongs to another key.
    """
    found = _VKEY.fullmatch(text)
    if not found:
        raise Malformed("a verifier key is name+id+base64")
    name, said = found[1], from_base64(found[3], "a verifier key")
    if said[:1] != bytes([kind]):
        raise Malformed(f"a verifier key of another type than {kind}")
    try:
        check_key(name, said[1:])
    except ValueError as fault:
        raise Malformed(str(fault)) from fault
    if key_id(name, kind, said[1:]).hex() != found[2]:
        raise Malformed("a verifier key with the id of another")
    return name, said[1:]


def check_key(name: str, public: bytes) -> None:
    """Check that *name* can name a key and that *public* is as long as one of Ed25519.

    Raises:
        ValueError: the name is empty or has white space, a plus sign or control characters, or the
            key has another length.
    """
    if not _names_a_key(name):
        raise ValueError(f"not a name for a key: {name!r}")
    if len(public) != PUBLIC_KEY_BYTES:
        raise ValueError(f"an Ed25519 key has {PUBLIC_KEY_BYTES} bytes, not {len(public)}")


def ed25519_holds(public: bytes, message: bytes, signature: bytes) -> bool:
    """Say whether *signature* is the key's over *message*."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _signature(line: str) -> Signature:
    found = _SIGNATURE_LINE.fullmatch(line)
    if not found or not _names_a_key(found[1]):
        raise Malformed("a line among the signatures that is none")
    payload = from_base64(found[2], "a signature")
    if len(payload) <= KEY_ID_BYTES:
        raise Malformed("a signature with nothing after the key's id")
    return Signature(found[1], payload[:KEY_ID_BYTES], payload[KEY_ID_BYTES:])


def _names_a_key(name: str) -> bool:
    if not name or "+" in name or any(letter.isspace() or letter < " " for letter in name):
        return False
    return not any("\ud800" <= letter <= "\udfff" for letter in name)
