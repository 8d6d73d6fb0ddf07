"""``./portal up`` with the school's own certificate: answers, renewal, and its end."""

import http.client
import shutil
import socket
import ssl
import time
from contextlib import closing, suppress
from datetime import timedelta
from pathlib import Path

import pytest

from tests.cli.running import certified, portal
from tests.e2e.waiting import until


def free_port(bind: str) -> int:
    family = socket.AF_INET6 if ":" in bind else socket.AF_INET
    with socket.create_server((bind, 0), family=family) as free:
        return int(free.getsockname()[1])


def front(host: str, port: int, trusted: str) -> http.client.HTTPSConnection:
    """Connect as a browser that believes the certificate in *trusted*, and in it alone."""
    return http.client.HTTPSConnection(
        host, port, timeout=10, context=ssl.create_default_context(cafile=trusted)
    )


def status(connection: http.client.HTTPConnection, path: str = "/") -> int:
    connection.request("GET", path)
    answer = connection.getresponse()
    answer.read()
    return answer.status


@pytest.mark.e2e
@pytest.mark.parametrize(
    ("bind", "host"),
    [
        pytest.param("127.0.0.1", "127.0.0.1", id="IPv4"),
        pytest.param("::1", "::1", id="IPv6"),
        pytest.param("127.0.0.1", "localhost", id="a name"),
    ],
)
def test_with_its_own_certificate_it_answers_over_tls_on_an_odd_port(
    tmp_path: Path, bind: str, host: str
) -> None:
    port = free_port(bind)
    origin = f"https://[{host}]:{port}" if ":" in host else f"https://{host}:{port}"
    own = certified(tmp_path / "tls", origin, host)
    with portal(tmp_path, PORTAL_BIND=bind, PORTAL_PORT=str(port), **own) as (_, said):
        until("it is open", lambda: "小窗 is open" in said.read_text(), 30)

        with closing(front(host, port, own["PORTAL_CERTIFICATE_FILE"])) as connection:
            assert status(connection) == 200
            connection.request("GET", "/", headers={"Host": "other.example"})
            assert connection.getresponse().status == 404
        with closing(socket.create_connection((host, port), 10)) as plain:
            plain.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            with suppress(ConnectionResetError):
                assert plain.recv(100) == b"", "plain http is told nothing"

    assert f"小窗 is open at {origin}" in said.read_text()


@pytest.mark.e2e
def test_a_renewed_certificate_is_taken_up_and_whoever_is_there_stays(tmp_path: Path) -> None:
    port = free_port("127.0.0.1")
    own = certified(tmp_path / "tls", f"https://127.0.0.1:{port}", "127.0.0.1")
    chain, key = Path(own["PORTAL_CERTIFICATE_FILE"]), Path(own["PORTAL_CERTIFICATE_KEY_FILE"])
    new = certified(tmp_path / "new", "", "127.0.0.1")["PORTAL_CERTIFICATE_FILE"]
    with portal(tmp_path, PORTAL_PORT=str(port), **own) as (_, said):
        until("it is open", lambda: "小窗 is open" in said.read_text(), 30)
        with closing(front("127.0.0.1", port, own["PORTAL_CERTIFICATE_FILE"])) as there:
            assert status(there) == 200
            held = there.sock

            chain.write_text("canary")
            until("the broken one is named", lambda: "the former one stays" in said.read_text(), 5)
            assert status(there) == 200
            chain.write_bytes(Path(new).read_bytes())
            key.write_bytes(Path(new).with_name("key.pem").read_bytes())

            def shows_the_new_one() -> bool:
                with closing(front("127.0.0.1", port, new)) as connection:
                    try:
                        return status(connection) == 200
                    except ssl.SSLCertVerificationError:
                        return False

            until("new connections see the new one", shows_the_new_one, 5)

            assert status(there) == 200
            assert there.sock is held, "it is the same connection"

    assert "canary" not in said.read_text()


@pytest.mark.e2e
def test_a_certificate_that_runs_out_closes_is_named_and_a_new_one_opens_again(tmp_path: Path) -> None:
    port = free_port("127.0.0.1")
    lasts = timedelta(seconds=20)
    own = certified(tmp_path / "tls", f"https://127.0.0.1:{port}", "127.0.0.1", lasts=lasts)
    ends = time.monotonic() + lasts.total_seconds()
    trusted = tmp_path / "trusted.pem"
    shutil.copy(own["PORTAL_CERTIFICATE_FILE"], trusted)
    with portal(tmp_path, PORTAL_PORT=str(port), **own) as (_, said):
        until("it is open", lambda: "小窗 is open" in said.read_text(), 15)
        with closing(front("127.0.0.1", port, str(trusted))) as connection:
            assert status(connection) == 200
        assert "ran out" not in said.read_text()

        until("its time is over", lambda: time.monotonic() > ends + 1, 25)
        refusal = "certificate has expired"
        with (
            closing(front("127.0.0.1", port, str(trusted))) as connection,
            pytest.raises(ssl.SSLCertVerificationError, match=refusal),
        ):
            status(connection)
        until("the log names it", lambda: "PORTAL_CERTIFICATE_FILE: the certificate" in said.read_text(), 3)
        assert "ran out on" in said.read_text()

        certified(tmp_path / "new", "", "127.0.0.1")
        for name in ("certificate.pem", "key.pem"):
            (tmp_path / "new" / name).replace(tmp_path / "tls" / name)
        until("the new one is taken up", lambda: "the new one is taken up" in said.read_text(), 5)
        with closing(front("127.0.0.1", port, own["PORTAL_CERTIFICATE_FILE"])) as connection:
            assert status(connection) == 200
