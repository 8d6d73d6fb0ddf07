"""An administrator at a real browser who counts what they do, and the application that answers it.

Counted is every press: of a link, a button or a number, and every field of a form that something is chosen
or typed into. Scrolling is not counted.
"""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from playwright.sync_api import Browser, Locator, Page
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.e2e.states import LANGUAGES

SIZES = {"phone": (390, 844), "desk": (1280, 800)}


class Quiet(WSGIRequestHandler):
    """Says nothing of what it was asked."""

    def log(self, type: str, message: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Serve an application in this process, and give its address."""
    server = make_server("localhost", 0, app, threaded=True, request_handler=Quiet, ssl_context="adhoc")
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"https://localhost:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


class Clicking:
    """An administrator on the page of the log."""

    def __init__(self, browser: Browser, origin: str, token: str, language: str, size: str) -> None:
        wide, high = SIZES[size]
        self.language, self.size = language, size
        self.context = browser.new_context(
            viewport={"width": wide, "height": high}, locale=LANGUAGES[language], ignore_https_errors=True
        )
        self.context.add_cookies(
            [{"name": "__Host-sign-in", "value": token, "url": origin, "secure": True, "httpOnly": True}]
        )
        self.page: Page = self.context.new_page()
        self.origin = origin
        self.clicks = 0
        self.page.goto(f"{origin}/oversight")

    def presses(self, what: Locator) -> None:
        """Press a link or a button, and wait for the page it leads to."""
        self.clicks += 1
        with self.page.expect_navigation():
            what.click()

    def follows(self, words: str) -> None:
        """Follow the link that says so."""
        self.presses(self.page.get_by_role("link", name=words, exact=True))

    def types(self, field: str, text: str) -> None:
        """Type into one field."""
        self.clicks += 1
        self.page.locator(f"[name={field}]").press_sequentially(text)

    def text(self) -> str:
        """Return what the page says."""
        return self.page.inner_text("main")

    def times(self) -> list[tuple[str, str]]:
        """Return from when until when each line of the page's list was watched."""
        found = self.page.locator(".entry-when").all_inner_texts()
        return [(one[:5], one[-5:]) for one in found if re.fullmatch(r"\d\d:\d\d–\d\d:\d\d", one)]

    def keeps(self, pictures: Path | None, name: str) -> None:
        """Keep a picture of what the page shows, if they are wanted."""
        if pictures:
            path = pictures / f"{name}-{self.language}-{self.size}.png"
            self.page.screenshot(path=path, full_page=True)
