"""The pages and the pictures over HTTP. Asks ``access``, fetches from ``streaming``, decides nothing.

Late imports: a command that needs one setting need not load the pages.
"""

import importlib
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from app.services import Services

ROOT = Path(__file__).resolve().parent.parent

#: Each has its blueprint as ``bp``.
AREAS = (
    *("account", "door", "factors", "family", "invited", "live"),
    *("office", "oversight", "public", "reports"),
)


def create_app(services: "Services", *, secret_key: bytes) -> "Flask":
    """Return the application that works with *services*.

    Args:
        secret_key: signs forms; nothing about who somebody is.
    """
    from flask import Flask

    from app import errors, guard, headers, language, pages, reports, security
    from app.account import cookie, limits
    from app.live import newest
    from app.public import static
    from app.services import EXTENSION

    app = Flask(__name__, static_folder=None, template_folder=str(ROOT / "templates"))
    app.debug = False  # whatever FLASK_DEBUG says: it would show our code to whoever meets a fault
    app.secret_key = secret_key
    app.extensions[EXTENSION] = services
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True

    errors.init_app(app)
    headers.init_app(app, services.settings)
    security.init_app(app, services.settings)
    cookie.init_app(app)
    guard.init_app(app, services.settings)
    security.check_tokens(app)
    limits.limiter.init_app(app)
    language.init_app(app)
    pages.init_app(app)
    newest.init_app(app)
    reports.init_app(app)

    app.add_url_rule("/static/<path:filename>", "static", static, methods=["GET"])
    for area in AREAS:
        app.register_blueprint(importlib.import_module(f"app.{area}").bp)
    return app
