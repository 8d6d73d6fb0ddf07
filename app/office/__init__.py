"""The office's pages: curtains, who watches, families, calendar, letters, endings, and is all well."""

from flask import Blueprint

bp = Blueprint("office", __name__)

from app.office import (  # noqa: E402  # views register themselves on bp
    acts,
    attendance,
    calendar,
    calendar_forms,
    changes,
    closing,
    custody,
    delegates,
    explain,
    families,
    health,
    hours,
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
    "changes",
    "closing",
    "custody",
    "delegates",
    "explain",
    "families",
    "health",
    "hours",
    "identity",
    "letters",
    "page",
    "places",
]
