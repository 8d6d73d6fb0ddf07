"""The office's pages: curtains, cameras, families, calendar, letters, endings, and is all well."""

from flask import Blueprint

bp = Blueprint("office", __name__)

from app.office import (  # noqa: E402  # views register themselves on bp
    acts,
    attendance,
    budgets,
    calendar,
    calendar_forms,
    cameras,
    changes,
    closing,
    consents,
    custody,
    delegates,
    duties,
    explain,
    families,
    guests,
    health,
    hours,
    identity,
    letters,
    my_consent,
    page,
    places,
)

__all__ = [
    "acts",
    "attendance",
    "bp",
    "budgets",
    "calendar",
    "calendar_forms",
    "cameras",
    "changes",
    "closing",
    "consents",
    "custody",
    "delegates",
    "duties",
    "explain",
    "families",
    "guests",
    "health",
    "hours",
    "identity",
    "letters",
    "my_consent",
    "page",
    "places",
]
