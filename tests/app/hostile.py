"""What somebody hostile puts into every field, header and address of ours, drawn by Hypothesis."""

import ast
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import quote

from hypothesis import strategies as st

ROOT = Path(__file__).parents[2]
READ_BY = {"form", "args", "values", "files"}
NAMED = re.compile(r'<(?:input|select|textarea|button)[^>]*\bname="([a-z_]+)"')

#: Stands in everything hostile; as it is, it may be in no page.
MARK = "<zq'\"&>"

KNOWN = (
    "",
    " ",
    "0",
    "-1",
    "9" * 400,
    "1e999",
    "NaN",
    "null",
    "\x00",
    "\r\nSet-Cookie: a=b",
    "\u202e\u200b\ufeff",
    "\ud800",
    "İıſK",
    "👩‍👩‍👧‍👦" * 30,
    "a" * 70_000,
    "' OR '1'='1",
    "{{7*7}}{%x%}",
    "%(x)s%s%n",
    "../../etc/passwd",
    "0001-01-01",
    "9999-12-31",
    "2026-02-30",
    "zh_Hans_CN",
    "//evil.example",
    "javascript:alert(1)",
)
HEADERS = (
    "Accept-Language",
    "Accept-Encoding",
    "User-Agent",
    "Referer",
    "Origin",
    "If-None-Match",
    "If-Modified-Since",
    "Range",
    "X-Forwarded-For",
    "X-CSRFToken",
    "Content-Type",
    "Authorization",
    "Cookie",
)


@cache
def fields() -> tuple[str, ...]:
    """Return the name of every field that a view reads or a page has."""
    found = set()
    for path in (ROOT / "app").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            found |= set(_read(node))
    for path in (ROOT / "templates").rglob("*.html"):
        found |= set(NAMED.findall(path.read_text("utf-8")))
    return tuple(sorted(found - {"csrf_token"}))


def _read(node: ast.AST) -> list[str]:
    """Return the field that *node* reads: ``form.get("x")``, ``form["x"]`` or ``form.getlist("x")``."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
        source, name = node.func.value, node.args[0]
    elif isinstance(node, ast.Subscript):
        source, name = node.value, node.slice
    else:
        return []
    is_read = isinstance(source, ast.Attribute) and source.attr in READ_BY
    return [name.value] if is_read and isinstance(name, ast.Constant) and isinstance(name.value, str) else []


@dataclass(frozen=True, slots=True)
class Hostile:
    """Everything about one request but its place and who asks."""

    query: list[tuple[str, str]]
    form: list[tuple[str, str]]
    headers: list[tuple[str, str]]
    key: str
    number: int
    kind: str
    has_token: bool


text = st.one_of(st.sampled_from(KNOWN), st.text(max_size=40))
value = st.one_of(text, text.map(lambda drawn: drawn + MARK))
#: As a server hands a header on: bytes as letters, no line's end in it.
header = st.one_of(
    st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF, exclude_characters="\x7f"), max_size=60),
    st.sampled_from(["zh-CN,en;q=0.5", "*", ";q=", "bytes=0-,-5", 'W/"', "1970", f"http://localhost/{MARK}"]),
    st.just(f"__Host-language=xx; __Host-form={MARK}; __Host-known-device=.a.b; __Host-sign-in=\xff"),
)


@cache
def hostile() -> st.SearchStrategy[Hostile]:
    """Return requests with what somebody hostile would put there."""
    names = st.one_of(st.sampled_from(fields()), st.text(max_size=8))
    pairs = st.lists(st.tuples(names, value), max_size=6)
    return st.builds(
        Hostile,
        query=pairs,
        form=pairs,
        headers=st.lists(
            st.tuples(st.sampled_from(HEADERS), header), max_size=3, unique_by=lambda one: one[0]
        ),
        key=st.one_of(
            st.just(""), value.map(lambda drawn: quote(drawn[:300], safe="", errors="surrogatepass"))
        ),
        number=st.one_of(st.integers(-(2**70), 2**70), st.integers(0, 50)),
        kind=st.sampled_from(["form", "form", "multipart", "json", "bytes"]),
        has_token=st.integers(0, 9).map(bool),
    )
