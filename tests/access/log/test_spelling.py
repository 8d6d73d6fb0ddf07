"""Base64 and decimals: one spelling for one value."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access.errors import Malformed
from access.log.spelling import LARGEST, from_base64, from_decimal, to_base64


@given(st.binary(max_size=100))
def test_bytes_read_back(data: bytes) -> None:
    assert from_base64(to_base64(data), "it") == data


@given(st.integers(0, LARGEST))
def test_numbers_read_back(number: int) -> None:
    assert from_decimal(str(number), "it") == number


@given(st.text("AB+/=-_ \n", max_size=8))
def test_whatever_is_read_as_base64_is_spelled_so(text: str) -> None:
    try:
        data = from_base64(text, "it")
    except Malformed:
        return
    assert to_base64(data) == text


@pytest.mark.parametrize("text", ["A", "AA", "AA=", "AA===", "AB==", "AA==\n", "A A=", "A-==", "ÄA=="])
def test_no_other_spelling_of_bytes_is_read(text: str) -> None:
    with pytest.raises(Malformed, match="it is not"):
        from_base64(text, "it")


@pytest.mark.parametrize(
    "text", ["", "00", "01", "+1", "-1", "1.0", "1 ", "1\n", "１", "1_0", str(LARGEST + 1)]
)
def test_no_other_spelling_of_a_number_is_read(text: str) -> None:
    with pytest.raises(Malformed, match="it is not"):
        from_decimal(text, "it")
