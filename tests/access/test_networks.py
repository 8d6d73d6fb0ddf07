"""What is kept of an address is its network, and nothing that no address is."""

from contextvars import copy_context

import pytest

from access.ending import Actor, Ending
from access.networks import come_from, network_here, network_of
from access.world import World


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"),
        ("fe80::1%eth0", "fe80::/48"),
        ("", None),
        ("unknown", None),
        ("192.0.2.0/24", None),
        ("192.0.2.7, 198.51.100.1", None),
        ("<script>", None),
    ],
)
def test_of_an_address_its_network_is_kept(address: str, network: str | None) -> None:
    assert network_of(address) == network


def test_whoever_acts_while_a_request_is_answered_came_from_its_network() -> None:
    def answered() -> dict[str, object]:
        come_from("192.0.2.0/24")
        return Actor(1, "web", 2).as_json()

    assert copy_context().run(answered) == {"person": 1, "via": "web", "sign_in": 2, "from": "192.0.2.0/24"}
    assert network_here() is None
    assert Actor(None, "cli:root").as_json() == {"person": None, "via": "cli:root"}


def test_an_ending_that_waits_keeps_from_where_it_came(world: World) -> None:
    acting = Actor(1, "web", 2, "192.0.2.0/24")
    ending = Ending.now(world, "curtain:drawn", actor=acting, reason="nap", target={"room": 1})
    older = {name: said for name, said in ending.as_line().items() if name != "from"}

    assert Ending.from_line(ending.as_line()).actor == acting
    assert Ending.from_line(older).actor == Actor(1, "web", 2, None)
