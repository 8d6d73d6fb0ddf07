"""Signing in and out, and the choice of a language."""

from flask import Blueprint

bp = Blueprint("account", __name__)

from app.account import views  # noqa: E402, F401  # they add themselves to `bp`
