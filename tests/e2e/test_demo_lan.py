"""``./portal demo --lan``: a phone on the same network opens the demo, over TLS, and is told why it warns."""

import ssl
import subprocess
from collections.abc import Iterator
from http.client import HTTPSConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.cli.test_qr import read
from tests.e2e.shown import Demo
from tests.e2e.waiting import until

#: Another address of this machine than the usual one, as one on a network would be.
ADDRESS = "127.0.0.2"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """Run the demo for phones."""
    with Demo(tmp_path_factory.mktemp("demo"), "--minutes", "5", "--lan", "--address", ADDRESS) as running:
        yield running


def listening(demo: Demo) -> set[str]:
    """Return the addresses at which the demo's processes listen."""
    demo.look()
    sockets = subprocess.run(["ss", "-Hltnp"], capture_output=True, text=True, check=True).stdout
    theirs = [line for line in sockets.splitlines() if any(f"pid={pid}," in line for pid in demo.processes)]
    return {line.split()[3].rpartition(":")[0] for line in theirs}


def test_the_page_answers_at_the_printed_address_with_a_certificate_for_it(demo: Demo) -> None:
    url = urlsplit(demo.told["url"])
    assert (url.scheme, url.hostname) == ("https", ADDRESS)
    trusted = ssl.create_default_context(cafile=str(demo.data / "tls" / "certificate.pem"))

    front = HTTPSConnection(ADDRESS, url.port or 443, timeout=10, context=trusted)
    front.request("GET", "/")

    assert front.getresponse().status == 200
    front.close()


def test_the_code_leads_to_it_and_the_words_say_why_the_phone_warns(demo: Demo) -> None:
    until("it is all said", lambda: "Ctrl-C ends it." in demo.said(), 5)

    said = demo.said()
    code = "\n".join(line for line in said.splitlines() if line.startswith("\N{ESCAPE}[30;107m"))

    assert read(code) == demo.told["url"]
    assert "手机会提示证书不受信任" in said
    assert "The phone will warn" in said


def test_only_its_pages_listen_on_the_network(demo: Demo) -> None:
    assert listening(demo) == {ADDRESS, "127.0.0.1"}
    web = demo.environment_of(demo.processes_running("wsgi:application")[0])
    assert web["PORTAL_BIND"] == ADDRESS


def test_its_key_is_for_nobody_else(demo: Demo) -> None:
    home = demo.data / "tls"

    assert home.stat().st_mode & 0o077 == 0
    assert (home / "key.pem").stat().st_mode & 0o077 == 0


def test_without_lan_nothing_listens_beyond_this_machine(tmp_path: Path) -> None:
    with Demo(tmp_path, "--minutes", "5", "--rtsp-server", "pip") as usual:
        assert usual.told["url"].startswith("http://127.0.0.1:")
        assert listening(usual) == {"127.0.0.1"}
