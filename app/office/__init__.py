"""The office's pages: curtains, cameras, families, calendar, letters, endings, and is all well."""

from flask import Blueprint

bp = Blueprint("office", __name__)

from app.office import (  # noqa: E402  # views register themselves on bp
    acts,
    attendance,
    calendar,
    calendar_forms,
    cameras,
    changes,
    closing,
    custody,
    delegates,
    explain,
    families,
    health,
    identity,
    letters,
    page,
    places,
)

__all__ = [
    "acts",
    "attendance",
    "bp",
    "calendar",
    "calendar_forms",
    "cameras",
    "changes",
    "closing",
    "custody",
    "delegates",
    "explain",
    "families",
    "health",
    "identity",
    "letters",
    "page",
    "places",
]
