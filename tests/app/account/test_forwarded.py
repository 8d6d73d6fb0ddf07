"""Whose tries are whose: only a named proxy's word about the viewer's address counts."""

import pytest

from app import create_app
from tests.app.account.trying import WRONG, tries
from tests.browser import Browser
from tests.school import School

PROXY = "192.0.2.10"


@pytest.fixture
def behind_a_proxy(school: School) -> School:
    """A school whose portal believes one proxy."""
    settings = school.settings.model_copy(update={"trusted_proxies": PROXY})
    school.app = create_app(school.services(settings), secret_key=bytes(32))
    return school


def statuses(school: School, comes_from: str, forwarded: list[str], name: str = "nobody") -> list[int]:
    """Try from one address with each of these headers; return how each try was answered."""
    answers = []
    for said in forwarded:
        visitor = Browser(school.app)
        visitor.address = comes_from
        answers.append(
            visitor.post("/sign-in", {"sign_in_name": name, "passphrase": WRONG}, X_Forwarded_For=said).status
        )
    return answers


def test_a_forged_header_moves_no_limit(school: School) -> None:
    forged = [f"203.0.113.{number}" for number in range(6)]

    assert statuses(school, "198.51.100.7", forged) == [400] * 5 + [429]


def test_nor_does_one_that_was_sent_through_the_proxy(behind_a_proxy: School) -> None:
    # The proxy adds the address it saw itself at the end; what stands before it, the viewer said.
    forged = [f"203.0.113.{number}, 198.51.100.7" for number in range(6)]

    assert statuses(behind_a_proxy, PROXY, forged) == [400] * 5 + [429]


def test_viewers_behind_the_proxy_have_tries_of_their_own(behind_a_proxy: School) -> None:
    viewers = [f"203.0.113.{number}" for number in range(6)]

    assert statuses(behind_a_proxy, PROXY, viewers) == [400] * 6


def test_without_a_header_the_address_is_the_proxys_own(behind_a_proxy: School) -> None:
    visitor = Browser(behind_a_proxy.app)
    visitor.address = PROXY

    assert [tries(visitor, "nobody", WRONG).status for _ in range(6)] == [400] * 5 + [429]


def test_a_proxy_is_believed_also_on_an_ipv6_socket(behind_a_proxy: School) -> None:
    viewers = [f"203.0.113.{number}" for number in range(6)]

    assert statuses(behind_a_proxy, f"::ffff:{PROXY}", viewers) == [400] * 6
