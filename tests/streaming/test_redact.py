"""Secrets are found by their value, however they are spelt."""

import json
from html import escape
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.redact import HIDDEN, Redactor, secrets_of

PASSWORD = 'p@ss w/ö"rd\\%41'
ADDRESS = f"rtsp://office:{quote(PASSWORD, safe='')}@192.0.2.7:8554/playroom"


@pytest.mark.parametrize(
    "spelling",
    [
        pytest.param(PASSWORD, id="as it is"),
        pytest.param(quote(PASSWORD, safe=""), id="URL-encoded"),
        pytest.param(quote(PASSWORD, safe="/@").lower(), id="partly, in lower case"),
        pytest.param(quote_plus(PASSWORD), id="as in a form"),
        pytest.param(json.dumps(PASSWORD)[1:-1], id="as JSON in ASCII"),
        pytest.param(json.dumps(PASSWORD, ensure_ascii=False)[1:-1], id="as JSON"),
        pytest.param(ascii(PASSWORD)[1:-1], id="as Python in ASCII"),
        pytest.param(ADDRESS, id="within the address"),
    ],
)
def test_a_password_is_hidden(spelling: str) -> None:
    hide = Redactor(secrets_of(ADDRESS))

    assert hide(f"before {spelling} after") == f"before {HIDDEN} after"


@given(st.text(min_size=1, max_size=20))
def test_any_secret_is_hidden_as_json_and_in_a_url(secret: str) -> None:
    hide = Redactor([secret])

    assert hide(json.dumps(secret)[1:-1]) == HIDDEN
    if max(secret) < "\ud800" or min(secret) > "\udfff":
        assert HIDDEN in hide(quote(secret, safe=""))


def test_other_words_stay() -> None:
    assert Redactor(["", "rose"])(escape("a camera stalled")) == "a camera stalled"
