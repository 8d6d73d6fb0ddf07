"""When a request has come whole, so that a thread may be given to it; and what is none."""

import pytest

from app.connections import LARGEST_HEAD_BYTES, NotForUs, is_whole

HEAD = b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\n"


@pytest.mark.parametrize(
    ("came", "whole"),
    [
        pytest.param(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", True, id="no form"),
        pytest.param(HEAD, False, id="half a head"),
        pytest.param(HEAD + b"Content-Length: 3\r\n\r\nab", False, id="half a form"),
        pytest.param(HEAD + b"Content-Length: 3\r\n\r\nabc", True, id="a whole form"),
        pytest.param(HEAD + b"Content-Length: 100000\r\n\r\n", True, id="too large: refused unread"),
        pytest.param(HEAD + b"Content-Length: abc\r\n\r\n", True, id="no number: the parser refuses it"),
    ],
)
def test_a_thread_is_given_to_a_whole_request(came: bytes, whole: bool) -> None:
    assert is_whole(came) is whole


@pytest.mark.parametrize(
    "came",
    [
        pytest.param(HEAD + b"Content-Length: 00000000000060000\r\n\r\n", id="a padded length"),
        pytest.param(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", id="in chunks"),
        pytest.param(HEAD + b"Cookie: " + b"a" * LARGEST_HEAD_BYTES, id="a head without end"),
        pytest.param(HEAD + b"Cookie: " + b"a" * LARGEST_HEAD_BYTES + b"\r\n\r\n", id="too large a head"),
    ],
)
def test_what_could_be_waited_for_is_closed(came: bytes) -> None:
    with pytest.raises(NotForUs):
        is_whole(came)
