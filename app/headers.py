"""The headers of every answer: what a browser may do with it, and with whom.

They are the same on every page, the one 404 included, but for one word: a page that runs
scripts names them by a random one of its own (a nonce, new for each answer), so that
nothing that anybody managed to write into a page runs.
"""

import ipaddress
import secrets
from urllib.parse import urlsplit

from flask import Flask, Response, g

from app.config import Settings

#: Where browsers report what they kept a page from doing; :mod:`app.reports` counts it.
REPORTS = "/reports"
NONCE_BYTES = 16
HTTPS_PORT = 443

#: Nothing runs; only a page with scripts of ours opens ``script-src``, for these.
POLICY = (
    "default-src 'none'; script-src {scripts}; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; media-src 'self' blob:; manifest-src 'self'; worker-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    f"require-trusted-types-for 'script'; trusted-types 'none'; report-uri {REPORTS}; report-to reports"
)

#: What our pages themselves do: play, keep the screen on, ask for a passkey.
OWN_FEATURES = (
    "autoplay",
    "media-playback-while-not-visible",  # the picture is covered for a moment when the page comes back
    "publickey-credentials-create",
    "publickey-credentials-get",
    "screen-wake-lock",
)
#: Everything else that Chromium has a name for; ``tests/e2e/test_headers.py`` finds newer ones.
#: What a browser tells in headers of its own (``ch-…``) is not here: nobody asks for it.
NO_FEATURES = (
    "accelerometer",
    "aria-notify",
    "browsing-topics",
    "camera",
    "captured-surface-control",
    "clipboard-read",
    "clipboard-write",
    "compute-pressure",
    "cross-origin-isolated",
    "deferred-fetch",
    "deferred-fetch-minimal",
    "digital-credentials-create",
    "digital-credentials-get",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "gamepad",
    "geolocation",
    "gyroscope",
    "hid",
    "identity-credentials-get",
    "idle-detection",
    "interest-cohort",
    "keyboard-map",
    "language-detector",
    "language-model",
    "local-fonts",
    "local-network",
    "local-network-access",
    "loopback-network",
    "magnetometer",
    "microphone",
    "midi",
    "on-device-speech-recognition",
    "otp-credentials",
    "payment",
    "picture-in-picture",
    "private-state-token-issuance",
    "private-state-token-redemption",
    "serial",
    "speaker-selection",
    "storage-access",
    "summarizer",
    "sync-xhr",
    "translator",
    "unload",
    "usb",
    "window-management",
    "xr-spatial-tracking",
)

#: Statuses of answers that have nothing to show.
WITHOUT_BODY = frozenset({204, 304})

YEARS_SECONDS = 2 * 365 * 24 * 3600

#: Headers that tell what serves; never passed on.
SERVER_HEADERS = frozenset({"server", "x-powered-by", "allow"})


#: What is no page runs nothing and shows nothing, whatever it is taken for.
NO_PAGE = "default-src 'none'; frame-ancestors 'none'; sandbox"


def headers(settings: Settings) -> dict[str, str]:
    """Return the headers that every answer has, pictures and styles too."""
    found = {
        "Cache-Control": "no-store, private",
        "Content-Security-Policy": NO_PAGE,
        "Cross-Origin-Resource-Policy": "same-origin",
        # Not no-referrer: a form would then say "Origin: null" and could not be told from a foreign one.
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "X-Robots-Tag": "noindex, nofollow, noarchive",
    }
    https_only = only_https(settings.origin)
    return found | ({"Strict-Transport-Security": https_only} if https_only else {})


def page_headers(settings: Settings) -> dict[str, str]:
    """Return the headers of a page on which no script runs.

    Only of pages: on a village line a picture a second cannot carry two kilobytes of
    words that no browser reads but of a page.
    """
    own = ", ".join(f"{name}=(self)" for name in OWN_FEATURES)
    closed = ", ".join(f"{name}=()" for name in NO_FEATURES)
    return headers(settings) | {
        "Content-Security-Policy": POLICY.format(scripts="'none'"),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": f"{own}, {closed}",
        "Reporting-Endpoints": f'reports="{REPORTS}"',
        "X-Frame-Options": "DENY",
    }


def only_https(origin: str) -> str:
    """Return what a browser is to remember of *origin*; empty where it is to remember nothing.

    Never where the portal is not reached by https, and not for an address in numbers
    (RFC 6797, sections 7.2 and 8.1.1). It binds the whole host, whatever the port: where
    the portal has an odd one, the host may be the school's for other things, and names
    below it are left alone.
    """
    parts = urlsplit(origin)
    if parts.scheme != "https" or is_number(parts.hostname or ""):
        return ""
    below = "; includeSubDomains" if parts.port in {None, HTTPS_PORT} else ""
    return f"max-age={YEARS_SECONDS}{below}"


def is_number(host: str) -> bool:
    """Say whether *host* is an IP address."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def nonce() -> str:
    """Return the word that this answer's scripts bear; asked for by a template."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(NONCE_BYTES)
    return str(g.nonce)


def init_app(app: Flask, settings: Settings) -> None:
    """Set the headers of every answer."""
    app.jinja_env.globals.update(nonce=nonce)
    everywhere, of_pages = headers(settings), page_headers(settings)

    @app.after_request
    def set_headers(answer: Response) -> Response:
        is_page = answer.mimetype == "text/html" and answer.status_code not in WITHOUT_BODY
        if is_page and "nonce" in g:
            answer.headers["Content-Security-Policy"] = POLICY.format(scripts=f"'nonce-{g.nonce}'")
        for name, value in (of_pages if is_page else everywhere).items():
            answer.headers.setdefault(name, value)
        return answer
