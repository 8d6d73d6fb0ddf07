"""The one 404: nothing about a request changes a byte of it."""

import pytest

from access.clock import FrozenClock
from access.keys import new_key
from access.stops import EVERYTHING, Mark, Scope
from tests.browser import Answer
from tests.school import School

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"]


def test_the_one_answer_is_whole(standing: School) -> None:
    answer = standing.not_found

    assert answer.status == 404
    assert "没有这个页面".encode() in answer.body
    assert b"No such page" in answer.body
    assert b"://" not in answer.body
    assert answer.header("Cache-Control") == "no-store, private"
    assert answer.header("X-Robots-Tag") == "noindex, nofollow, noarchive"
    assert answer.header("Content-Length") == str(len(answer.body))
    for name in ("Set-Cookie", "Server", "Vary", "Allow", "Location"):
        assert answer.header(name) is None


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    "path", ["/nothing", "/home", "/office", "/live/x/status", "/static/none.css", f"/rooms/{'r' * 22}"]
)
def test_a_strangers_method_changes_nothing(standing: School, method: str, path: str) -> None:
    assert standing.visitor().ask(method, path) == standing.not_found


@pytest.mark.parametrize("path", ["/nothing", "/home", "/office/", "/live/x/status"])
def test_head_says_what_get_says_without_the_body(standing: School, path: str) -> None:
    answer = standing.visitor().ask("HEAD", path)

    assert (answer.status, answer.headers) == (404, standing.not_found.headers)
    assert answer.body == b""


@pytest.mark.parametrize(
    ("method", "path"),
    [
        pytest.param("POST", "/", id="wrong method on the front door"),
        pytest.param("OPTIONS", "/", id="options of the front door"),
        pytest.param("GET", "/sign-in", id="a form's address asked for as a page"),
        pytest.param("GET", "/robots.txt/", id="trailing slash"),
        pytest.param("GET", "//robots.txt", id="double slash"),
        pytest.param("GET", "/static//css/plain.css", id="double slash inside"),
        pytest.param("GET", "/static/../wsgi.py", id="out of the static files"),
        pytest.param("GET", "/static/%2e%2e/wsgi.py", id="out of them, escaped"),
        pytest.param("GET", "/%ff%fe", id="malformed escapes"),
        pytest.param("GET", "/%00", id="a zero byte"),
        pytest.param("GET", "/" + "a" * 5000, id="a very long address"),
    ],
)
def test_what_only_looks_like_an_address_is_none(standing: School, method: str, path: str) -> None:
    assert standing.visitor().ask(method, path) == standing.not_found


@pytest.mark.parametrize(
    "written",
    ["//robots.txt", "http://localhost/", "/static%2fcss/plain.css", "/static/css%5Cplain.css", "*"],
)
def test_an_address_is_written_in_one_way(standing: School, written: str) -> None:
    """As gunicorn hands it on; werkzeug's own client would tidy it up."""
    client = standing.app.test_client()
    path = "/robots.txt" if "robots" in written else "/static/css/plain.css" if "css" in written else "/"
    assert client.get(path, buffered=True).status_code == 200

    answer = client.get(path, environ_overrides={"RAW_URI": written}, buffered=True)

    assert (answer.status_code, answer.data) == (404, standing.not_found.body)


@pytest.mark.parametrize("path", ["/", "/robots.txt", "/nothing"])
@pytest.mark.parametrize("host", ["evil.example", "", "localhost.evil.example", "[", "a b", "127.0.0.1@evil"])
def test_a_foreign_host_is_answered_nothing_else(standing: School, path: str, host: str) -> None:
    assert standing.visitor().ask("GET", path, Host=host) == standing.not_found


@pytest.mark.parametrize("path", ["/", "/nothing", "/sign-in"])
def test_what_is_too_large_is_not_there(standing: School, path: str) -> None:
    too_large = {"passphrase": "a" * 100_000}

    answer = standing.visitor().ask("POST", path, form=too_large, Sec_Fetch_Site="same-origin")

    assert answer == standing.not_found


@pytest.mark.parametrize(
    "cookie",
    [
        pytest.param("__Host-sign-in=broken", id="a token nobody was given"),
        pytest.param("__Host-sign-in=" + "a" * 4000, id="a very long token"),
        pytest.param("__Host-sign-in=\u00e9\u00ff; __Host-form=%%%", id="bytes that are no text"),
        pytest.param("__Host-form=.eJw.broken", id="a forged form cookie"),
        pytest.param("=;;=;", id="no cookie at all"),
    ],
)
@pytest.mark.parametrize("path", ["/home", "/nothing", "/live/x/status"])
def test_a_broken_cookie_is_no_cookie(standing: School, path: str, cookie: str) -> None:
    assert standing.visitor().ask("GET", path, Cookie=cookie) == standing.not_found


def test_a_form_from_another_site_is_not_there(standing: School) -> None:
    guardian = standing.guardian()

    assert guardian.post("/sign-out", Sec_Fetch_Site="cross-site") == standing.not_found
    assert guardian.post("/sign-out", Sec_Fetch_Site="same-site") == standing.not_found
    assert guardian.get("/home").status == 200, "still signed in"


def test_an_old_browsers_origin_counts(standing: School) -> None:
    guardian = standing.guardian()

    def ends(origin: str) -> Answer:
        form = {"csrf_token": guardian.form_token()}
        return guardian.ask("POST", "/sign-out", form=form, Origin=origin)

    assert ends("https://evil.example") == standing.not_found
    assert ends("null") == standing.not_found
    assert ends("http://localhost").status == 303


def test_a_form_without_its_token_is_ones_own_mistake(standing: School) -> None:
    answer = standing.guardian().ask("POST", "/sign-out", Sec_Fetch_Site="same-origin")

    assert answer.status == 400
    assert "请再试一次".encode() in answer.body


def test_a_part_without_a_name_is_ones_own_mistake(standing: School) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="\n"\r\n\r\nvalue\r\n--x--'
    kind = {"Content-Type": "multipart/form-data; boundary=x", "Sec-Fetch-Site": "same-origin"}

    answer = standing.guardian().send("POST", "/language", data=body, headers=kind)

    assert answer.status == 400


@pytest.mark.parametrize("trouble", ["", "clock set", "school stopped", "everything stopped"])
def test_an_unknown_room_and_anothers_room_are_one(school: School, clock: FrozenClock, trouble: str) -> None:
    guardian = school.guardian(of="Oak")
    clock.is_believable = trouble != "clock set"
    stops = {"school stopped": Mark(Scope.SCHOOL, school.id), "everything stopped": EVERYTHING}
    school.world.stops.set([stops[trouble]] if trouble in stops else [])

    for key in (new_key(), school.room_key("Elm")):
        assert guardian.post(f"/rooms/{key}/viewings") == school.not_found


def test_the_health_page_is_for_this_machine(standing: School) -> None:
    visitor = standing.visitor()

    assert visitor.get("/healthz").status == 200
    assert visitor.get("/healthz", X_Forwarded_For="203.0.113.9") == standing.not_found
