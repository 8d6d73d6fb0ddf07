"""Requests that no browser sends, as bytes; what each is answered stands beside it."""

from collections.abc import Iterator

HOST = b"Host: 127.0.0.1"
FORM = b"Content-Type: application/x-www-form-urlencoded"
FROM_HERE = b"Sec-Fetch-Site: same-origin"
CHUNKED = b"Transfer-Encoding: chunked"

#: Languages that browsers, robots and nobody ask for.
LANGUAGES = (
    b"zh-CN,zh;q=0.9",
    b"zh-Hans-CN",
    b"en-GB",
    b"*",
    b"en;q=2, zh;q=-1",
    b"x" * 3000,
    b",,;;==",
    b"\xe4\xb8\xad\xe6\x96\x87",
    b"../../etc/passwd",
)
METHODS = (
    b"OPTIONS",
    b"TRACE",
    b"CONNECT",
    b"PUT",
    b"PATCH",
    b"DELETE",
    b"PROPFIND",
    b"get",
    b"G@T",
    b"A" * 30,
)


def request(line: bytes, *headers: bytes, body: bytes = b"", host: bytes | None = HOST) -> bytes:
    """Return a request as bytes."""
    lines = [line + b" HTTP/1.1", *([host] if host else []), *headers]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def form(line: bytes, body: bytes, *headers: bytes, length: bytes | None = None) -> bytes:
    """Return a form that comes from our own page, as far as it says."""
    said = b"Content-Length: " + (length if length is not None else str(len(body)).encode())
    return request(line, said, FORM, FROM_HERE, *headers, body=body)


def not_there() -> Iterator[tuple[str, bytes]]:
    """Yield what is due the one 404, on an address that is there."""
    for method in METHODS:
        yield f"method {method.decode()[:8]}", request(method + b" /")
    for target in (
        b"*",
        b"http://evil.example/",
        b"http://127.0.0.1/",
        b"https://127.0.0.1/robots.txt",
        b"127.0.0.1:80",
        b"//robots.txt",
        b"///",
        b"/robots.txt/",
        b"/static//css/plain.css",
        b"/static/../robots.txt",
        b"/./robots.txt",
        b"/static/%2e%2e/wsgi.py",
        b"/static%2fcss/plain.css",
        b"/static/css%5cplain.css",
        b"/robots.txt;a=b",
        b"/robots.txt%00",
        b"/\\robots.txt",
        b"/%c0%ae%c0%ae/wsgi.py",
        b"/%ff%fe",
        b"/%zz",
        b"/\xe6\x95\x99",
        b"/\x00",
        b"/a b",
        b"/" + b"a" * 9000,
        b"/robots.txt?" + b"a" * 9000,
    ):
        yield f"target {target.decode('latin-1')[:20]!a}", request(b"GET " + target)
    yield "asterisk", request(b"OPTIONS *")
    yield "authority", request(b"CONNECT 127.0.0.1:80")
    for host in (b"Host: evil.example", b"Host: a b", b"Host:", b"Host: [", b"Host: 127.0.0.1@evil", None):
        yield f"host {host!a}", request(b"GET /", host=host)
    yield "two hosts", request(b"GET /", HOST)
    for version in (b"", b" HTTP/0.9", b" HTTP/2.0", b" HTTP/3.0", b" HTTX/1.1"):
        yield f"version {version!a}", b"GET /" + version + b"\r\n" + HOST + b"\r\n\r\n"
    yield "prior knowledge of HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
    yield "an empty line", b"\r\n\r\n"
    yield "line feeds alone", b"GET / HTTP/1.1\nHost: 127.0.0.1\n\n"
    yield "a proxy's line", b"PROXY TCP4 192.0.2.1 192.0.2.1 1 2\r\n" + request(b"GET /")
    yield from _broken_headers()
    yield from _broken_bodies()


def _broken_headers() -> Iterator[tuple[str, bytes]]:
    for header in (
        b"Broken",
        b"Cookie : a=b",
        b": b",
        b"A: b\r\n c",
        b"A: b\x00c",
        b"A: b\rc",
        b"A\xe9: b",
        b"Expect: 200-ok",
        b"Cookie: a=" + b"a" * 10_000,
    ):
        yield f"header {header.decode('latin-1')[:20]!a}", request(b"GET /", header)
    yield "200 headers", request(b"GET /", *(b"X-%d: 1" % number for number in range(200)))
    yield "a megabyte of headers", request(b"GET /", *(b"X-%d: %s" % (n, b"a" * 8000) for n in range(120)))


def _broken_bodies() -> Iterator[tuple[str, bytes]]:
    for length in (b"-1", b"+1", b"abc", b"1, 2", b"0x10"):
        yield f"length {length.decode()}", form(b"POST /sign-in", b"a=b", length=length)
    yield "two lengths", form(b"POST /sign-in", b"a=b", b"Content-Length: 4")
    yield "two types", form(b"POST /sign-in", b"a=b", b"Content-Type: application/json")
    yield "both framings", form(b"POST /sign-in", b"0\r\n\r\n", CHUNKED)
    for coding in (b"gzip", b"xchunked", b"chunked, chunked", b"identity, chunked"):
        coded = request(
            b"POST /sign-in", b"Transfer-Encoding: " + coding, FORM, FROM_HERE, body=b"zz\r\n0\r\n\r\n"
        )
        yield f"coding {coding.decode()}", coded
    for chunks in (
        b"zz\r\nab\r\n0\r\n\r\n",
        b"5\r\nab",
        b"F" * 17 + b"\r\nab",
        b"-1\r\n",
        b"2\r\nabcd\r\n0\r\n\r\n",
    ):
        yield f"chunks {chunks!a}", request(b"POST /sign-in", CHUNKED, FORM, FROM_HERE, body=chunks)
    yield "too large", form(b"POST /sign-in", b"a=" + b"a" * 100_000)
    yield "too large by its own word", form(b"POST /sign-in", b"a", length=b"99999999999")
    yield "too large for a report", form(b"POST /reports", b"a" * 20_000)


def odd_but_whole(target: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield whole requests for an address that is not there, with odd things about them."""
    get = b"GET " + target
    for language in LANGUAGES:
        yield f"language {language.decode('latin-1')[:10]!a}", request(get, b"Accept-Language: " + language)
    yield "8 kB of cookie", request(get, b"Cookie: a=" + b"a" * 8000)
    yield "two cookies of 7 kB", request(get, b"Cookie: a=" + b"a" * 7000, b"Cookie: b=" + b"b" * 7000)
    cookies = [b"c%d=%d" % (number, number) for number in range(100)]
    yield "100 cookies", request(get, b"Cookie: " + b"; ".join(cookies))
    yield "90 cookies, each in its header", request(get, *(b"Cookie: " + one for one in cookies[:90]))
    yield "the same cookie twice", request(get, b"Cookie: __Host-sign-in=a; __Host-sign-in=b; __Host-form=c")
    yield (
        "a broken cookie",
        request(get, b'Cookie: =;;="\xff; __Host-form=%%%; __Host-language=xx; $Version=1'),
    )
    yield "repeated parameters", request(get + b"?a=1&a=2&a[]=3&=&&%00=%ff")
    yield "repeated headers", request(get, *[b"Accept: text/html", b"X-A: b"] * 20)
    yield (
        "conditions",
        request(get, b"If-None-Match: *", b"Range: bytes=0-1", b"If-Modified-Since: yesterday"),
    )
    yield "an upgrade", request(get, b"Upgrade: websocket", b"Connection: Upgrade")
    yield (
        "an upgrade to HTTP/2",
        request(
            get,
            b"Upgrade: h2c",
            b"HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA",
            b"Connection: Upgrade, HTTP2-Settings",
        ),
    )
    yield (
        "a proxy's words",
        request(
            get, b"X-Forwarded-Proto: https", b"X-Forwarded-For: 192.0.2.1", b"X-Forwarded-Host: evil.example"
        ),
    )
    yield "another's script name", request(get, b"SCRIPT_NAME: /x", b"X-Original-URL: /office")
    yield "another method in a header", request(b"POST " + target, b"X-HTTP-Method-Override: GET")
    yield "HTTP/1.0", get + b" HTTP/1.0\r\n" + HOST + b"\r\n\r\n"
    yield "100-continue", form(b"POST " + target, b"a=b", b"Expect: 100-continue")
    for kind in (
        b"application/json",
        b"text/plain",
        b"multipart/form-data",
        b"multipart/form-data; boundary=x",
        b"\xff",
    ):
        typed = request(
            b"POST " + target, b"Content-Length: 5", b"Content-Type: " + kind, FROM_HERE, body=b"--a\r\n"
        )
        yield f"type {kind!a}", typed
    yield "chunks with words", request(b"POST " + target, CHUNKED, body=b"2;a=b\r\nab\r\n0\r\nX: y\r\n\r\n")
    yield "broken chunks", request(b"POST " + target, CHUNKED, body=b"zz\r\n")
