"""Which language a page speaks: the reader's choice, their record, their browser, the setting.

Every kind of Chinese is answered in Simplified Chinese: naive negotiation gives
Chinese phones, which ask for ``zh-CN`` or ``zh-Hans-CN``, English.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flask import Flask, request
from flask_babel import Babel
from flask_login import current_user
from werkzeug.wrappers import Response

from app.services import services

COOKIE = "__Host-language"
COOKIE_SECONDS = 365 * 24 * 3600

#: What is stored and asked for → the catalogue.
CATALOGUES = {"zh": "zh_Hans_CN", "en": "en"}


def chosen() -> str:
    """Return ``zh`` or ``en`` for this request."""
    cookie = request.cookies.get(COOKIE, "")
    if cookie in CATALOGUES:
        return cookie
    recorded: str = current_user.language if current_user.is_authenticated else ""
    if recorded in CATALOGUES:
        return recorded
    return asked_for([tag for tag, _ in request.accept_languages]) or services().settings.default_language


def asked_for(tags: list[str]) -> str | None:
    """Return the first of a browser's languages, best first, that we speak."""
    for tag in tags:
        spoken = tag.replace("_", "-").split("-")[0].lower()
        if spoken in CATALOGUES:
            return spoken
    return None


def remember(answer: Response, language: str) -> None:
    """Keep the reader's choice on their device."""
    answer.set_cookie(
        COOKIE, language, max_age=COOKIE_SECONDS, path="/", secure=True, httponly=True, samesite="Lax"
    )


def init_app(app: Flask) -> None:
    """Translate every page."""
    _speak(app, chosen)


@contextmanager
def spoken(language: str) -> Iterator[None]:
    """Have words translated where there is no page: in a command, into ``zh`` or ``en``."""
    app = Flask("app", static_folder=None)
    _speak(app, lambda: language)
    with app.app_context():
        yield


def _speak(app: Flask, language: Callable[[], str]) -> None:
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "../translations"
    app.config["BABEL_DEFAULT_LOCALE"] = "en"  # what the sentences in the code are written in
    Babel(app, locale_selector=lambda: CATALOGUES[language()])
