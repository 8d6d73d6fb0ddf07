"""The access log, for those who read it: never the picture."""

from flask import Blueprint

bp = Blueprint("oversight", __name__)

from app.oversight import (  # noqa: E402  # views register themselves on bp
    checkpoint,
    day,
    entry,
    refusals,
    register,
    retention,
    saved,
    times,
    unusual,
    views,
)

__all__ = [
    "bp",
    "checkpoint",
    "day",
    "entry",
    "refusals",
    "register",
    "retention",
    "saved",
    "times",
    "unusual",
    "views",
]
