"""The office's pages: curtains, who watches, families, calendar, letters, endings, and is all well."""

from flask import Blueprint

bp = Blueprint("office", __name__)

from app.office import (  # noqa: E402  # views register themselves on bp
    acts,
    calendar,
    calendar_forms,
    closing,
    explain,
    families,
    health,
    identity,
    letters,
    page,
)

__all__ = [
    "acts",
    "bp",
    "calendar",
    "calendar_forms",
    "closing",
    "explain",
    "families",
    "health",
    "identity",
    "letters",
    "page",
]
