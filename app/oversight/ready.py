"""Ready views of the log: links that many ask for, and what somebody watched by month."""

from datetime import date, timedelta

from babel.dates import format_skeleton
from flask_babel import get_locale, gettext

from app.oversight.asked import Asked

#: Months that are offered once it is said of whom.
MONTHS = 3


def ready_views() -> list[tuple[str, str]]:
    """Return the views that are always there: what they are called, and their address."""
    return [
        (gettext("Refusals and why"), "/oversight/refusals"),
        (gettext("Consents taken back"), Asked("", {"kind": "withdrawn"}).address),
        (gettext("Camera off and on"), Asked("", {"kind": "outages"}).address),
    ]


def months_of(asked: Asked, today: date) -> list[tuple[str, str]]:
    """Return what was watched in the last months, where one person or child is asked for."""
    if asked.of or not (asked.value("person") or asked.value("child")):
        return []
    found, first = [], today.replace(day=1)
    after = (first + timedelta(days=32)).replace(day=1)
    kept = {name: value for name, value in asked.fields.items() if name in {"person", "child"}}
    for _ in range(MONTHS):
        span = {"kind": "watching", "from": f"{first}T00:00", "until": f"{after}T00:00"}
        name = gettext("Watched in %(month)s", month=format_skeleton("yMMMM", first, locale=get_locale()))
        found.append((name, Asked("", {**kept, **span}).address))
        after, first = first, (first - timedelta(days=1)).replace(day=1)
    return found
