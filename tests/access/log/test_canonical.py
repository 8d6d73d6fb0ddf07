"""Canonical JSON: one spelling for one value (RFC 8785)."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access.log.canonical import LARGEST, Json, canonical

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-LARGEST, LARGEST) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=20,
)


@given(VALUES)
def test_it_reads_back_as_what_it_was(value: Json) -> None:
    assert json.loads(canonical(value)) == value


@given(st.dictionaries(TEXT, st.integers(0, 9), max_size=6), st.randoms())
def test_the_order_of_writing_does_not_matter(value: dict[str, int], chance: Any) -> None:
    names = list(value)
    chance.shuffle(names)

    assert canonical({name: value[name] for name in names}) == canonical(value)


def test_names_are_in_the_order_of_the_rfcs_own_example() -> None:
    value = {"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\u0080": 6, "\u00f6": 7}

    names = list(json.loads(canonical(value)))

    assert names == ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]


def test_text_is_escaped_only_where_it_must_be() -> None:
    assert canonical("€$\u000f\nA'B\"\\/") == '"€$\\u000f\\nA\'B\\"\\\\/"'.encode()
    assert canonical({"b": [True, None, -1], "a": ""}) == b'{"a":"","b":[true,null,-1]}'


@pytest.mark.parametrize(
    "value", [0.5, b"bytes", {1: 2}, {"set"}, object()], ids=lambda value: type(value).__name__
)
def test_what_an_entry_cannot_hold_is_refused(value: Any) -> None:
    with pytest.raises(TypeError):
        canonical(value)


@pytest.mark.parametrize("value", [2**53, -(2**53), "\ud800"], ids=["large", "small", "half a pair"])
def test_what_has_no_canonical_form_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match=r"canonical|surrogates"):
        canonical(value)
