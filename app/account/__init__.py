"""Signing in and out, what a device is asked once more, and what each reader chose for it."""

from flask import Blueprint

bp = Blueprint("account", __name__)

from app.account import devices, my_copy, name, passphrase, pins, schools, step_up, unlock, views  # noqa: E402, F401  # they add themselves
