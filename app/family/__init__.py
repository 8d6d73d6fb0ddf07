"""The guardian's pages: the rooms of their children, and the one they watch."""

from flask import Blueprint

bp = Blueprint("family", __name__)

from app.family import consent, delegates, log, viewings, views  # noqa: E402  # views register themselves on bp

__all__ = ["bp", "consent", "delegates", "log", "viewings", "views"]
