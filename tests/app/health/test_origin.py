"""The public address, asked for as a phone would: real TLS on loopback, with the real portal behind it."""

import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from app.health.finding import State
from app.health.origin import Origin, address_finding, served_certificate_finding
from tests.app.health.made import certificate_file, served, trusting
from tests.cameras import closed_port
from tests.school import School

NOW = datetime.now(UTC)
DAY = timedelta(days=1)


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    return certificate_file(tmp_path, NOW - DAY, NOW + 60 * DAY)


def test_the_portal_is_recognised_behind_its_certificate(standing: School, certificate: Path) -> None:
    with served(standing.app, certificate) as origin:
        found = address_finding(Origin(origin, trusted=trusting(certificate)))

    assert found.state is State.WELL
    assert "asked from this machine" in str(found.sentence)
    assert found.remedy is None


def test_no_address_is_worth_a_look() -> None:
    assert address_finding(Origin("")).state is State.LOOK


def test_a_name_that_nobody_knows_is_wrong() -> None:
    found = address_finding(Origin("https://window.invalid"))

    assert (found.state, str(found.sentence)) == (State.WRONG, "The name window.invalid leads nowhere.")


def test_an_address_at_which_nobody_listens_is_wrong() -> None:
    found = address_finding(Origin(f"https://127.0.0.1:{closed_port()}"))

    assert found.state is State.WRONG
    assert "Nobody answers" in str(found.sentence)


def test_an_address_that_keeps_silent_may_be_only_the_routers_way() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]

        found = address_finding(Origin(f"https://127.0.0.1:{port}", seconds=0.2))

    assert found.state is State.LOOK
    assert "router" in str(found.remedy)


def test_somebody_else_at_the_address_is_wrong(certificate: Path) -> None:
    with served(Flask("another"), certificate) as origin:
        found = address_finding(Origin(origin, trusted=trusting(certificate)))

    assert found.state is State.WRONG
    assert "Something else" in str(found.sentence)


def test_a_proxy_that_does_not_pass_the_host_on_is_wrong(standing: School, certificate: Path) -> None:
    def proxy(environ, start_response):  # type: ignore[no-untyped-def]  # WSGI
        return standing.app({**environ, "HTTP_HOST": "upstream"}, start_response)

    with served(proxy, certificate) as origin:
        found = address_finding(Origin(origin, trusted=trusting(certificate)))

    assert found.state is State.WRONG
    assert "not under that name" in str(found.sentence)


@pytest.mark.parametrize(
    ("days", "name", "why"),
    [
        pytest.param((-30, -1), "localhost", "expired", id="expired"),
        pytest.param((1, 30), "localhost", "not yet valid", id="not valid yet"),
        pytest.param((-1, 30), "elsewhere.example", "Hostname mismatch", id="for another name"),
    ],
)
def test_a_certificate_that_phones_refuse_is_wrong(
    standing: School, tmp_path: Path, days: tuple[int, int], name: str, why: str
) -> None:
    first, last = (NOW + DAY * count for count in days)
    certificate = certificate_file(tmp_path, first, last, name=name)

    with served(standing.app, certificate) as origin:
        found = address_finding(Origin(origin, trusted=trusting(certificate)))

    assert found.state is State.WRONG
    assert "refuse the certificate" in str(found.sentence)
    assert why in found.detail


def test_a_certificate_that_nobody_vouches_for_is_wrong(standing: School, certificate: Path) -> None:
    with served(standing.app, certificate) as origin:
        found = address_finding(Origin(origin))

    assert found.state is State.WRONG


def test_until_when_the_shown_certificate_is_valid_is_told_of_an_expired_one_too(
    standing: School, tmp_path: Path
) -> None:
    certificate = certificate_file(tmp_path, NOW - 90 * DAY, NOW - DAY)

    with served(standing.app, certificate) as origin:
        found = served_certificate_finding(Origin(origin), NOW)

    assert found.state is State.WRONG
    assert f"expired on {(NOW - DAY).date()}" in str(found.sentence)


def test_where_no_certificate_is_shown_its_end_is_not_known() -> None:
    found = served_certificate_finding(Origin(f"https://127.0.0.1:{closed_port()}"), NOW)

    assert found.state is State.UNKNOWN


def test_plain_http_on_this_machine_needs_none(standing: School) -> None:
    with served(standing.app) as origin:
        assert address_finding(Origin(origin)).state is State.WELL
        assert served_certificate_finding(Origin(origin), NOW).state is State.WELL
