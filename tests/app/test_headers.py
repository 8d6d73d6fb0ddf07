"""What every answer tells the browser, whatever kind of answer it is."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from access.errors import LogUnavailable
from app.config import Settings
from app.headers import NO_FEATURES, OWN_FEATURES, only_https
from tests.app.account.trying import WRONG, tries
from tests.browser import Answer
from tests.school import School

EVERY_ANSWER = {
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}
EVERY_PAGE = EVERY_ANSWER | {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Reporting-Endpoints": 'reports="/reports"',
    "X-Frame-Options": "DENY",
}


def too_many(school: School) -> Answer:
    answers = [tries(school.visitor(), "nobody at all", WRONG) for _ in range(6)]
    return answers[-1]


def records_that_do_not_answer(school: School) -> Answer:
    def refuse() -> str:
        raise LogUnavailable("no space left")

    school.app.view_functions["public.robots"] = refuse
    refuse.audience = frozenset({"anyone"})  # type: ignore[attr-defined]  # as `app.guard` marks its views
    return school.visitor().get("/robots.txt")


def not_changed(school: School) -> Answer:
    tag = school.visitor().get("/static/css/plain.css").header("ETag") or ""
    return school.visitor().get("/static/css/plain.css", If_None_Match=tag)


def packed_script(school: School) -> Answer:
    return school.visitor().get("/static/js/watch.js", Accept_Encoding="gzip")


def of_a_viewing(what: str) -> Callable[[School], Answer]:
    def asked(school: School) -> Answer:
        camera = school.camera("Oak")
        watching = school.guardian(of="Oak").opens("Oak")
        init, k = camera.films_segment(), camera.films_segment()
        answers = {
            "opened": lambda: watching.browser.post(f"/rooms/{school.room_key('Oak')}/viewings"),
            "status": watching.status,
            "playlist": watching.playlist,
            "init": lambda: watching.init(init),
            "segment": lambda: watching.segment(k),
            "closed": watching.close,
        }
        return answers[what]()

    return asked


#: What is asked → status of the answer. Those of pages first.
PAGES: dict[str, tuple[int, Callable[[School], Answer]]] = {
    "front": (200, lambda school: school.visitor().get("/")),
    "home": (200, lambda school: school.guardian().get("/home")),
    "watch page": (200, lambda school: school.guardian().get(f"/rooms/{school.room_key('Oak')}")),
    "office": (200, lambda school: school.office().get("/office")),
    "oversight": (200, lambda school: school.administrator().get("/oversight")),
    "not found": (404, lambda school: school.visitor().get("/nothing")),
    "redirect": (303, lambda school: school.office().get("/")),
    "after a form": (303, lambda school: school.office().post("/sign-out")),
    "wrong passphrase": (400, lambda school: tries(school.visitor(), "nobody", WRONG)),
    "form without token": (
        400,
        lambda school: school.office().ask("POST", "/sign-out", Sec_Fetch_Site="same-origin"),
    ),
    "too many tries": (429, too_many),
    "records do not answer": (503, records_that_do_not_answer),
}
OTHERS: dict[str, tuple[int, Callable[[School], Answer]]] = {
    "style": (200, lambda school: school.visitor().get("/static/css/plain.css", Accept_Encoding="identity")),
    "packed script": (
        200,
        lambda school: school.visitor().get("/static/js/watch.js", Accept_Encoding="gzip"),
    ),
    "picture": (200, lambda school: school.visitor().get("/static/img/window.svg")),
    "not changed": (304, not_changed),
    "robots.txt": (200, lambda school: school.visitor().get("/robots.txt")),
    "health": (200, lambda school: school.visitor().get("/healthz")),
    "report": (204, lambda school: school.visitor().post("/reports")),
    "opened viewing": (201, of_a_viewing("opened")),
    "status": (200, of_a_viewing("status")),
    "playlist": (200, of_a_viewing("playlist")),
    "init section": (200, of_a_viewing("init")),
    "segment": (200, of_a_viewing("segment")),
    "closed viewing": (204, of_a_viewing("closed")),
}

THE_SAME_FOR_ALL = {"style", "packed script", "picture", "not changed"}


def missing(answer: Answer, wanted: dict[str, str]) -> dict[str, str | None]:
    """Return the headers that are not as they are to be; each may stand once."""
    names = [name.lower() for name, _ in answer.headers]
    assert [name for name in names if names.count(name) > 1 and name != "set-cookie"] == []
    return {name: answer.header(name) for name, value in wanted.items() if answer.header(name) != value}


@pytest.mark.parametrize("name", PAGES)
def test_every_page_has_its_headers(school: School, name: str) -> None:
    status, asked = PAGES[name]

    answer = asked(school)

    assert answer.status == status
    assert missing(answer, EVERY_PAGE) == {}
    assert answer.header("Cache-Control") == "no-store, private"
    policy = answer.header("Content-Security-Policy") or ""
    assert policy.startswith("default-src 'none'; script-src 'no")
    for rule in (
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
        "report-uri /reports",
        "report-to reports",
    ):
        assert rule in policy.split("; ")
    assert not re.search(r"unsafe|data:|https?:|\*", policy)
    features = answer.header("Permissions-Policy") or ""
    assert features.count("=()") == len(NO_FEATURES)
    assert features.count("=(self)") == len(OWN_FEATURES)


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_no_page_has_its_headers_and_runs_nothing(school: School, name: str) -> None:
    status, asked = OTHERS[name]

    answer = asked(school)

    assert answer.status == status
    assert missing(answer, EVERY_ANSWER) == {}
    assert answer.header("Content-Security-Policy") == "default-src 'none'; frame-ancestors 'none'; sandbox"
    kept = "public, no-cache" if name in THE_SAME_FOR_ALL else "no-store, private"
    assert answer.header("Cache-Control") == kept


@pytest.mark.parametrize("name", ["status", "segment"])
def test_what_comes_every_second_has_few_words_about_it(school: School, name: str) -> None:
    answer = OTHERS[name][1](school)

    assert sum(len(name) + len(value) + 4 for name, value in answer.headers) < 600


def test_each_page_names_its_scripts_by_a_word_of_its_own(school: School) -> None:
    director, words = school.director(), []

    for _ in range(3):
        answer = director.get("/office")
        found = re.search(r"script-src 'nonce-([^']+)'", answer.header("Content-Security-Policy") or "")
        assert found
        scripts = re.findall(r"<script[^>]*>|<link rel=\"modulepreload\"[^>]*>", answer.body.decode())
        assert scripts
        assert all(f'nonce="{found[1]}"' in script for script in scripts)
        words.append(found[1])

    assert len(set(words)) == 3
    assert min(len(word) for word in words) >= 22, "128 bits"


def test_a_page_without_scripts_runs_none(school: School) -> None:
    refused = school.visitor().post("/language", {"language": "xx"})
    policy = refused.header("Content-Security-Policy") or ""

    assert "script-src 'none'" in policy


def test_every_script_of_every_template_bears_the_word() -> None:
    templates = Path(__file__).parents[2] / "templates"
    marks = [
        mark
        for path in templates.rglob("*.html")
        for mark in re.findall(r"<script[^>]*>|<link rel=\"modulepreload\"[^>]*>", path.read_text("utf-8"))
    ]

    assert len(marks) >= 4
    assert [mark for mark in marks if 'nonce="{{ nonce() }}"' not in mark] == []


@pytest.mark.parametrize(
    ("origin", "told"),
    [
        ("", ""),
        ("http://127.0.0.1:8080", ""),
        ("https://192.0.2.7", ""),
        ("https://[2001:db8::1]:8443", ""),
        ("https://window.school.example", "max-age=63072000; includeSubDomains"),
        ("https://window.school.example:443", "max-age=63072000; includeSubDomains"),
        ("https://school.example:8443", "max-age=63072000"),
    ],
)
def test_a_browser_remembers_https_only_of_a_name_that_has_it(
    school: School, tmp_path: Path, origin: str, told: str
) -> None:
    assert only_https(Settings(data_directory=tmp_path, ram_directory=tmp_path, origin=origin).origin) == told


def test_static_files_are_the_same_for_every_cookie(school: School) -> None:
    for encoding in ("gzip", "identity"):
        answer = school.office().get("/static/js/watch.js", Accept_Encoding=encoding)

        assert answer.header("Vary") == "Accept-Encoding"
        assert answer.header("Set-Cookie") is None
