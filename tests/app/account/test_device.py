"""A device is told in a few words, whatever the browser says of itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.account.device import device_words

CHROME = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/156.0 Mobile Safari/537.36"


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        pytest.param(CHROME, "Chrome, Android", id="Chrome on a phone"),
        pytest.param(f"{CHROME} MicroMessenger/8.0.50", "WeChat, Android", id="inside WeChat"),
        pytest.param("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1", "Safari, iPhone"),
        pytest.param("curl/8.0", "?", id="unknown"),
        pytest.param("", "?", id="silent"),
    ],
)
def test_a_device_has_words(user_agent: str, words: str) -> None:
    assert device_words(user_agent) == words


@given(st.text())
def test_words_are_few_and_never_what_was_sent(user_agent: str) -> None:
    assert len(device_words(user_agent)) <= 20
