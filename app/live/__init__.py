"""The hot path: playlist, init, segments and status of one viewing, and nothing else.

Every request is held against the records of its own instant. Whatever a person may not have
does not exist: there is one answer for all of it.
"""

from flask import Blueprint

bp = Blueprint("live", __name__)

from app.live import looks, media, viewings  # noqa: E402, F401  # they add their views to `bp`
