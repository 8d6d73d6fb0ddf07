"""Second factors: giving one, choosing which there are, and signing in with a passkey."""

from flask import Blueprint

bp = Blueprint("factors", __name__)

from app.factors import app_codes, own, passkeys, second, sheet  # noqa: E402, F401  # they add themselves to `bp`
