"""What is sealed opens with its key, for its record, unchanged; and shows nothing."""

from pathlib import Path

import pytest

from access.errors import SealBroken
from access.key_files import make_key_file
from access.vault import Vault

SECRET = "rtsp://canary-user:canary-word@192.0.2.7/"


def test_what_is_sealed_opens_again_and_twice_looks_different() -> None:
    vault = Vault(bytes(32))

    one, two = vault.seal(SECRET, "key-a"), vault.seal(SECRET, "key-a")

    assert vault.open(one, "key-a") == vault.open(two, "key-a") == SECRET
    assert one != two
    assert b"canary" not in one


@pytest.mark.parametrize("place", [0, 1, 13, -1], ids=["version", "nonce", "text", "tag"])
def test_changed_bytes_do_not_open(place: int) -> None:
    sealed = bytearray(Vault(bytes(32)).seal(SECRET, "key-a"))
    sealed[place] ^= 1

    with pytest.raises(SealBroken):
        Vault(bytes(32)).open(bytes(sealed), "key-a")


def test_neither_another_record_nor_another_key_opens() -> None:
    sealed = Vault(bytes(32)).seal(SECRET, "key-a")

    with pytest.raises(SealBroken):
        Vault(bytes(32)).open(sealed, "key-b")
    with pytest.raises(SealBroken):
        Vault(b"\1" * 32).open(sealed, "key-a")
    with pytest.raises(SealBroken):
        Vault(bytes(32)).open(b"", "key-a")


def test_a_key_file_is_made_once_and_for_its_owner(tmp_path: Path) -> None:
    path = tmp_path / "key"
    make_key_file(path)

    sealed = Vault.from_file(path).seal(SECRET, "a")

    assert path.stat().st_mode & 0o777 == 0o400
    assert Vault.from_file(path).open(sealed, "a") == SECRET
    with pytest.raises(FileExistsError):
        make_key_file(path)


def test_a_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "key"
    make_key_file(path)
    path.chmod(0o440)

    with pytest.raises(ValueError, match="owner only"):
        Vault.from_file(path)


def test_a_vault_shows_nothing_of_its_key() -> None:
    assert repr(Vault(b"canary-key-canary-key-canary-key")) == "Vault(…)"
    with pytest.raises(ValueError, match="not 6") as refused:
        Vault(b"canary")
    assert "canary" not in str(refused.value)
