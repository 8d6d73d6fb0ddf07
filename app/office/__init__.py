"""The office's pages: curtains, who watches, families, letters, endings, and whether all is well."""

from flask import Blueprint

bp = Blueprint("office", __name__)

from app.office import (  # noqa: E402  # views register themselves on bp
    acts,
    custody,
    delegates,
    families,
    health,
    identity,
    letters,
    page,
)

__all__ = ["acts", "bp", "custody", "delegates", "families", "health", "identity", "letters", "page"]
