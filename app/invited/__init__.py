"""The page that a letter opens: desk secret, sign-in name, passphrase."""

from flask import Blueprint

bp = Blueprint("invited", __name__)

from app.invited import views  # noqa: E402  # views register themselves on bp

__all__ = ["bp", "views"]
