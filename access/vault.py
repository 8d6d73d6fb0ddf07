"""Seal what must not lie in the database in clear: the addresses of cameras.

AES-256-GCM with a key that is kept in a file of its own, outside the database
and its backups, so that a copy of the database alone opens nothing. What is
sealed is bound to the record it belongs to: moved to another row it no longer opens.
"""

import hashlib
import hmac
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from access.errors import SealBroken
from access.key_files import KEY_BYTES, read_key

NONCE_BYTES = 12  # NIST SP 800-38D: 96 random bits
#: Stands before the nonce, so that another way of sealing can follow one day.
VERSION = b"\x01"


class Vault:
    """Seals and opens short texts with one key.

    Args:
        key: 32 random bytes; shown by nothing, this object's ``repr`` included.
    """

    __slots__ = ("_cipher", "_pepper")

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise ValueError(f"a vault key has {KEY_BYTES} bytes, not {len(key)}")
        self._cipher = AESGCM(key)
        self._pepper = HKDF(hashes.SHA256(), KEY_BYTES, salt=None, info=b"pepper").derive(key)

    @classmethod
    def from_file(cls, path: Path) -> "Vault":
        """Return the vault whose key is the content of *path*.

        Raises:
            ValueError: others than the file's owner may read it, it is somebody else's, or it is no key.
        """
        return cls(read_key(path))

    def seal(self, text: str, about: str) -> bytes:
        """Return *text* sealed; it opens only with the same *about*.

        Args:
            text: the secret.
            about: public key of the record it is kept in.
        """
        nonce = secrets.token_bytes(NONCE_BYTES)
        return VERSION + nonce + self._cipher.encrypt(nonce, text.encode(), about.encode())

    def open(self, sealed: bytes, about: str) -> str:
        """Return the text that was sealed about *about*.

        Raises:
            SealBroken: another key, another record, or changed bytes.
        """
        nonce, body = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        if sealed[:1] != VERSION or len(nonce) != NONCE_BYTES:
            raise SealBroken("not sealed by this vault")
        try:
            return self._cipher.decrypt(nonce, body, about.encode()).decode()
        except InvalidTag:
            raise SealBroken("another key, another record, or changed bytes") from None

    def peppered(self, text: str, about: str) -> str:
        """Return what stands for *text* where it is hashed: without the key, nobody can try texts out.

        A short secret such as a PIN would be found from its hash alone within a day.

        Args:
            text: the secret.
            about: public key of the record it belongs to.

        Source:
            HKDF: RFC 5869; HMAC: RFC 2104.
        """
        return hmac.new(self._pepper, f"{about} {text}".encode(), hashlib.sha256).hexdigest()

    def __repr__(self) -> str:
        return "Vault(…)"
