"""The access log, for those who read it: never the picture."""

from flask import Blueprint

bp = Blueprint("oversight", __name__)

from app.oversight import checkpoint, register, retention, views  # noqa: E402  # views register themselves on bp

__all__ = ["bp", "checkpoint", "register", "retention", "views"]
