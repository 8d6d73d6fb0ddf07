"""What the portal says, word for word, in a language: the oracle of sentences on pages."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from flask_babel import Babel, force_locale

ROOT = Path(__file__).parents[1]


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Answer a request in *language*, a name of a catalogue: ``en`` or ``zh_Hans_CN``."""
    app = Flask(__name__)
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(ROOT / "translations")
    Babel(app)
    with app.test_request_context(), force_locale(language):
        yield
