"""What is served is what is meant to be: no debugging, no listing, and each thing under its name."""

import pytest

from app import create_app
from tests.school import School

#: What others left lying about, and what frameworks bring along.
LEFT_LYING = [
    "/.git/config",
    "/.git/HEAD",
    "/.env",
    "/.venv/pyvenv.cfg",
    "/wsgi.py",
    "/portal.db",
    "/backup.zip",
    "/requirements.txt",
    "/README.md",
    "/docs/reference/asvs.md",
    "/console",
    "/debug",
    "/admin",
    "/api",
    "/openapi.json",
    "/swagger.json",
    "/metrics",
    "/server-status",
    "/sitemap.xml",
    "/crossdomain.xml",
    "/static/",
    "/static/css",
    "/static/css/",
    "/static/.stamp",
    "/static/vendor",
]


@pytest.mark.parametrize("path", LEFT_LYING)
def test_nothing_else_lies_about(standing: School, path: str) -> None:
    assert standing.visitor().get(path) == standing.not_found
    assert standing.administrator().get(path) == standing.not_found


def test_no_environment_turns_debugging_on(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLASK_DEBUG", "1")

    app = create_app(school.app.extensions["littlewindow"], secret_key=bytes(32))

    assert not app.debug
    assert not app.testing
    assert not app.jinja_env.auto_reload


def test_each_answer_says_truly_what_it_is_and_how_its_letters_are_written(school: School) -> None:
    guardian = school.guardian(of="Oak")
    camera = school.camera("Oak")
    init, segment = camera.films_segment(), camera.films_segment()
    watching = guardian.opens("Oak")
    live = f"/live/{watching.key}"
    said = {
        path: guardian.get(path).header("Content-Type")
        for path in (
            "/home",
            "/nothing",
            "/static/css/portal.css",
            "/static/js/watch.js",
            "/static/img/window.svg",
            "/static/vendor/hls/hls.light.min.mjs",
            "/robots.txt",
            "/.well-known/security.txt",
            f"{live}/status",
            f"{live}/main/index.m3u8",
            f"{live}/main/{segment}.m4s",
            f"{live}/main/{init}.init.mp4",
        )
    }

    assert list(said.values()) == [
        "text/html; charset=utf-8",
        "text/html; charset=utf-8",
        "text/css; charset=utf-8",
        "text/javascript; charset=utf-8",
        "image/svg+xml; charset=utf-8",
        "text/javascript; charset=utf-8",
        "text/plain; charset=utf-8",
        "text/plain; charset=utf-8",
        "application/json",
        "application/vnd.apple.mpegurl",
        "video/mp4",
        "video/mp4",
    ]


@pytest.mark.parametrize("origin", ["https://evil.example", "http://localhost", "null"])
def test_no_other_site_is_let_read_an_answer(school: School, origin: str) -> None:
    guardian = school.guardian(of="Oak")
    segment = school.camera("Oak").films_segment()
    watching = guardian.opens("Oak")
    paths = ["/", "/home", "/nothing", "/static/css/portal.css", f"/live/{watching.key}/main/{segment}.m4s"]

    headers = [name for path in paths for name, _ in guardian.get(path, Origin=origin).headers]

    assert headers
    assert [name for name in headers if name.lower().startswith("access-control-")] == []
