"""The display at a room's door: how many family members watch, its curtain, and when staff look."""

from flask import Blueprint

bp = Blueprint("door", __name__)

from app.door import views  # noqa: E402, F401  # it adds its views to `bp`
