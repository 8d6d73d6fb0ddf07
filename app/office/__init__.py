"""The office's pages: curtains, who watches now, ending what no longer holds, and whether all is well."""

from flask import Blueprint

bp = Blueprint("office", __name__)

from app.office import acts, health, page  # noqa: E402  # views register themselves on bp

__all__ = ["acts", "bp", "health", "page"]
