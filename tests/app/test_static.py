"""Static files: packed for whoever can unpack them, and asked after rather than sent again."""

import gzip

import pytest

from app.public import STATIC
from tests.school import School

FILES = ["css/portal.css", "js/watch.js", "img/window.svg", "vendor/hls/hls.light.min.mjs"]


@pytest.mark.parametrize("name", FILES)
def test_a_file_comes_packed_and_is_the_same_unpacked(school: School, name: str) -> None:
    answer = school.visitor().get(f"/static/{name}", Accept_Encoding="gzip, br")

    assert answer.header("Content-Encoding") == "gzip"
    assert "Accept-Encoding" in (answer.header("Vary") or "")
    assert answer.header("Cache-Control") == "public, no-cache"
    assert gzip.decompress(answer.body) == (STATIC / name).read_bytes()
    assert len(answer.body) < 0.6 * (STATIC / name).stat().st_size


@pytest.mark.parametrize("name", FILES)
def test_who_cannot_unpack_gets_it_as_it_is(school: School, name: str) -> None:
    answer = school.visitor().get(f"/static/{name}", Accept_Encoding="identity")

    assert answer.header("Content-Encoding") is None
    assert "Accept-Encoding" in (answer.header("Vary") or "")
    assert answer.body == (STATIC / name).read_bytes()


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_what_has_not_changed_is_not_sent_again(school: School, encoding: str) -> None:
    first = school.visitor().get("/static/css/portal.css", Accept_Encoding=encoding)
    tag = first.header("ETag")
    assert tag

    again = school.visitor().get("/static/css/portal.css", Accept_Encoding=encoding, If_None_Match=tag)

    assert (again.status, again.body) == (304, b"")
