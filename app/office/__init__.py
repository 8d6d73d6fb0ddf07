"""The office's pages: curtains, who watches now, and ending what no longer holds."""

from flask import Blueprint

bp = Blueprint("office", __name__)

from app.office import acts, page  # noqa: E402  # views register themselves on bp

__all__ = ["acts", "bp", "page"]
