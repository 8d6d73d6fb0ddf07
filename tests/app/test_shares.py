"""A network has much while it is alone, and never all."""

from collections.abc import Iterable

import pytest

from app.shares import Shares, network_of

PROXY = frozenset({"192.0.2.1"})


def grab(shares: Shares, networks: Iterable[str | None]) -> None:
    """Let each take one in turn, until none of them gets any."""
    wanting = list(networks)
    while wanting:
        wanting = [one for one in wanting if shares.has_room(one)]
        for one in wanting:
            if shares.has_room(one):
                shares.take(one)


@pytest.mark.parametrize(("total", "alone"), [(160, 107), (1000, 667), (36, 24), (4, 3)])
def test_a_network_alone_can_have_two_thirds(total: int, alone: int) -> None:
    shares = Shares(total)

    grab(shares, ["a"])

    assert shares.held("a") == alone


def test_whoever_holds_nothing_gets_one_while_there_is_one() -> None:
    shares = Shares(160)
    grab(shares, [f"crowd {number}" for number in range(10)])

    assert shares.has_room("somebody else")


def test_what_comes_back_can_be_had_again() -> None:
    shares = Shares(4)
    grab(shares, ["a"])
    assert not shares.has_room("a")

    shares.give_back("a")

    assert shares.has_room("a")
    assert shares.held("a") == 2


def test_behind_a_proxy_is_everybody() -> None:
    shares = Shares(4)
    grab(shares, [None])

    assert shares.held(None) == 4
    assert not shares.has_room("a")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.7", "192.0.2.8", False),
        ("192.0.2.7", "::ffff:192.0.2.7", True),
        ("2001:db8:0:1::1", "2001:db8:0:1:ffff:ffff:ffff:ffff", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("fe80::1%eth0", "fe80::2", True),
    ],
)
def test_what_a_network_is(one: str, other: str, same: bool) -> None:
    assert (network_of((one, 1), PROXY) == network_of((other, 2, 0, 0), PROXY)) is same


@pytest.mark.parametrize("address", ["192.0.2.1", "::ffff:192.0.2.1"])
def test_a_proxy_that_is_believed_is_no_network(address: str) -> None:
    assert network_of((address, 1), PROXY) is None
    assert network_of((address, 1), frozenset()) == "192.0.2.1"
