"""Addresses of cameras: read strictly, refused without being repeated."""

import traceback

import pytest

from access.camera_address import checked_address
from access.errors import Refused


def test_a_whole_address_is_taken_apart() -> None:
    address = checked_address("rtsps://us%40er:p%2Fw@[fd00::7]:8554/a/b?channel=1", allow_loopback=False)

    assert (address.scheme, address.host, address.port) == ("rtsps", "fd00::7", 8554)
    assert (address.user, address.password, address.path) == ("us@er", "p/w", "/a/b?channel=1")
    assert address.text == "rtsps://us%40er:p%2Fw@[fd00::7]:8554/a/b?channel=1"
    assert repr(address) == "CameraAddress(…)"


@pytest.mark.parametrize(
    ("text", "port"), [("rtsp://cam.lan/", 554), ("RTSPS://10.0.0.9", 322), ("rtsp://192.168.1.5/x", 554)]
)
def test_the_port_goes_without_saying(text: str, port: int) -> None:
    assert checked_address(text, allow_loopback=False).port == port


CANARY = "canary"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "canary",
        "file:///canary",
        "http://canary/",
        "rtsp:///canary",
        "rtsp://canary:99999/",
        "rtsp://canary:0/",
        "rtsp://canary:/",
        "rtsp://[canary]/",
        "rtsp://[::1",
        "rtsp://canary:word@127.0.0.1/",
        "rtsp://canary:word@localhost/",
        "rtsp://canary:word@cam.localhost/",
        "rtsp://canary:word@127.1/",
        "rtsp://canary:word@2130706433/",
        "rtsp://canary:word@0x7f000001/",
        "rtsp://canary:word@0.0.0.0/",
        "rtsp://canary:word@0.1.2.3/",
        "rtsp://canary:word@169.254.1.1/",
        "rtsp://canary:word@224.0.0.1/",
        "rtsp://canary:word@255.255.255.255/",
        "rtsp://canary:word@[::1]/",
        "rtsp://canary:word@[::]/",
        "rtsp://canary:word@[fe80::1]/",
        "rtsp://canary:word@[fe80::1%25eth0]/",
        "rtsp://canary:word@[ff02::1]/",
        "rtsp://canary:word@[::ffff:127.0.0.1]/",
        "rtsp://canary:word@[::ffff:10.0.0.1]/",
        "rtsp://canary:word@[64:ff9b::7f00:1]/",
        "rtsp://canary:word@[2002:7f00:1::]/",
        "rtsp://10.0.0.1/user=canary&password=word",
        "rtsp://10.0.0.1/x?user=canary&pwd=word",
        "rtsp://10.0.0.1/x?p%61ssword=canary",
        "rtsp://canary:wo/rd@10.0.0.1/",
        "rtsp://canary:w@rd@10.0.0.1/",
        "rtsp://canary:w#rd@10.0.0.1/",
        "rtsp://canary:word@10.0.0.1/x#word",
        "rtsp://canary:w rd@10.0.0.1/",
        "rtsp://canary:w\\rd@10.0.0.1/",
        "rtsp://canary:w%0d%0ard@10.0.0.1/",
        "rtsp://canary\n@10.0.0.1/",
        "rtsp://canary。lan/",
        "rtsp://canary/" + "x" * 1000,
    ],
)
def test_what_is_no_camera_is_refused_without_being_repeated(text: str) -> None:
    with pytest.raises(Refused) as refused:
        checked_address(text, allow_loopback=False)

    assert refused.value.reason == "camera:address"
    assert CANARY not in "".join(traceback.format_exception_only(refused.value))
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__ or refused.value.__context__ is None


@pytest.mark.parametrize(
    "login", ["admin:12345", "admin:Admin", "root:", "admin:%38%38%38888", "viewer:PASSWORD"]
)
def test_a_password_that_came_from_the_maker_is_refused(login: str) -> None:
    with pytest.raises(Refused, match="its maker's") as refused:
        checked_address(f"rtsp://{login}@10.0.0.9/x", allow_loopback=False)

    assert refused.value.reason == "camera:address"
    assert login not in str(refused.value)


@pytest.mark.parametrize("login", ["admin:willow-drum-42@", "admin12345:drum@", ""])
def test_a_password_of_ones_own_is_taken(login: str) -> None:
    """Some cameras want no login; that is not for us to mend."""
    assert checked_address(f"rtsp://{login}10.0.0.9/x", allow_loopback=False).host == "10.0.0.9"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_the_machine_itself_is_a_camera_only_where_that_is_allowed(host: str) -> None:
    assert checked_address(f"rtsp://{host}:8554/demo", allow_loopback=True).port == 8554


def test_allowing_loopback_allows_nothing_else() -> None:
    with pytest.raises(Refused):
        checked_address("rtsp://169.254.1.1/", allow_loopback=True)
