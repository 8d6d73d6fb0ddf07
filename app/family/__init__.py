"""The guardian's pages: the rooms of their children, and the one they watch."""

from flask import Blueprint

from app import pages

bp = Blueprint("family", __name__)
bp.record_once(lambda state: pages.init_app(state.app))

from app.family import views  # noqa: E402  # views register themselves on bp

__all__ = ["bp", "views"]
