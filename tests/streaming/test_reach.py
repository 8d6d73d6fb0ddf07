"""Where a camera's name may lead: nobody is connected at an address that was not allowed."""

import time
from collections.abc import Callable
from contextlib import closing
from ipaddress import ip_address
from socket import create_connection, create_server

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access.camera_address import reachable, refused_host
from streaming.describe import describe
from streaming.errors import SourceLost, SourceRefused
from streaming.reach import connections, is_within, places
from tests.cameras import SilentPort
from tests.streaming.supervised import THIS_MACHINE

CAMERAS = reachable(allow_loopback=False)
NAME = "camera.school.example"

FORBIDDEN = [
    "127.0.0.1",
    "127.255.255.254",
    "0.0.0.0",  # noqa: S104  # nothing is bound to it
    "0.1.2.3",
    "169.254.1.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::a00:9",  # the number of 10.0.0.9
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "2001::1",
    "2002:7f00:1::",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
]
ALLOWED = ["10.0.0.9", "172.16.1.1", "192.168.1.64", "100.64.0.1", "203.0.113.9", "2001:db8::7", "fd00::7"]


def leading_to(*addresses: str) -> Callable[[str, int], list[str]]:
    return lambda _name, _port: list(addresses)


def state_of(name: str, port: int, look_up: Callable[[str, int], list[str]]) -> str:
    with pytest.raises((SourceLost, SourceRefused)) as fault:
        describe(f"rtsp://viewer:CANARY@{name}:{port}/playroom", CAMERAS, look_up=look_up)
    return str(fault.value)


@pytest.mark.parametrize("address", FORBIDDEN)
def test_a_name_that_leads_where_no_camera_may_be_is_refused(address: str) -> None:
    assert state_of(NAME, 554, leading_to(address)) == "camera:forbidden_address"


@pytest.mark.parametrize("address", ALLOWED)
def test_a_name_may_lead_to_where_cameras_are(address: str) -> None:
    assert places(NAME, 554, CAMERAS, look_up=leading_to(address), seconds=1) == [address]


@pytest.mark.parametrize("address", [*FORBIDDEN, *ALLOWED])
def test_what_people_type_and_what_a_name_leads_to_are_held_against_one_list(address: str) -> None:
    refused = refused_host(address, allow_loopback=False) is not None

    assert refused == (address in FORBIDDEN)
    assert is_within(address, CAMERAS) != refused


@given(st.ip_addresses().map(str), st.booleans())
def test_no_address_is_allowed_to_one_and_refused_to_the_other(address: str, allow_loopback: bool) -> None:
    typed = refused_host(address, allow_loopback=allow_loopback) is None

    assert is_within(address, reachable(allow_loopback=allow_loopback)) == typed
    if typed and not ip_address(address).is_loopback:
        kind = ip_address(address)
        assert not any((kind.is_link_local, kind.is_multicast, kind.is_unspecified, kind.is_reserved))


def test_of_several_addresses_only_those_that_are_allowed_are_tried() -> None:
    found = places(NAME, 554, CAMERAS, look_up=leading_to("127.0.0.1", "10.0.0.9", "fe80::1"), seconds=1)

    assert found == ["10.0.0.9"]


@pytest.mark.parametrize("name", ["localhost", "127.1", "2130706433", "0x7f000001"])
def test_this_machine_is_not_even_knocked_at_under_any_of_its_names(name: str) -> None:
    with SilentPort() as here, pytest.raises(SourceRefused, match="camera:forbidden_address"):
        describe(f"rtsp://{name}:{here.port}/", CAMERAS)

    assert here.accepted == 0


def test_where_nothing_is_said_of_addresses_none_is_allowed() -> None:
    with SilentPort() as here, pytest.raises(SourceRefused, match="camera:forbidden_address"):
        describe(here.address, ())

    assert here.accepted == 0


def test_a_name_is_looked_up_once() -> None:
    asked: list[str] = []

    def look_up(name: str, _port: int) -> list[str]:
        asked.append(name)
        return ["127.0.0.1"]

    with SilentPort() as camera, pytest.raises(SourceLost):
        describe(f"rtsp://{NAME}:{camera.port}/", THIS_MACHINE, look_up=look_up)

    assert asked == [NAME]


def test_a_name_that_nobody_knows_is_named() -> None:
    def unknown(_name: str, _port: int) -> list[str]:
        raise OSError(-2, "Name or service not known")

    assert state_of(NAME, 554, unknown) == "camera:no_route"


#: Descriptors that a process of many tests may have; a camera process is held to fewer.
MANY = 4096


@pytest.mark.e2e
def test_a_resolver_that_never_answers_is_named_in_time() -> None:
    def silent(_name: str, _port: int) -> list[str]:
        time.sleep(30)  # nobody waits for it
        return []

    began = time.monotonic()

    assert state_of(NAME, 554, silent) == "camera:no_route"
    assert time.monotonic() - began < 3


def test_the_other_end_of_every_connection_is_known() -> None:
    with closing(create_server(("127.0.0.1", 0))) as listener:
        before = connections(MANY)
        with create_connection(listener.getsockname()) as ours:
            both = connections(MANY) - before

            assert both == {(ours.getsockname(), listener.getsockname())}
        assert connections(MANY) == before
