"""Secrets on paper: long enough, and read however they are typed."""

import pytest

from access.codes import ALPHABET, folded_code, in_fives, new_secret, new_token, token_hash


def test_a_token_has_130_bits_and_a_secret_50() -> None:
    tokens, secrets = {new_token() for _ in range(200)}, {new_secret() for _ in range(200)}

    assert len(tokens) == len(secrets) == 200
    assert {len(token) for token in tokens} == {26}
    assert {len(secret) for secret in secrets} == {10}
    assert set("".join(tokens | secrets)) == set(ALPHABET)
    assert len(ALPHABET) == 2**5


@pytest.mark.parametrize(
    "typed",
    ["7k3x9-0b1cd", " 7K3X9 0B1CD ", "7k3x9obicd", "7K3X9OBLCD", "７ｋ３ｘ９－０ｂ１ｃｄ", "7k3x9—0b1cd"],
    ids=[
        "small letters",
        "spaces",
        "o and i",
        "O and L",
        "a Chinese keyboard's wide letters",
        "another dash",
    ],
)
def test_a_secret_is_read_however_it_is_typed(typed: str) -> None:
    assert folded_code(typed) == "7K3X90B1CD"
    assert token_hash(typed) == token_hash("7K3X90B1CD")


def test_a_secret_is_printed_in_fives() -> None:
    assert in_fives("7K3X90B1CD") == "7K3X9-0B1CD"


def test_what_is_too_long_is_not_read() -> None:
    assert folded_code("7" * 1_000_000) == "7" * 64
