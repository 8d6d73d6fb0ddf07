"""How old the newest backup is: the newest file in ``backups`` or ``copies`` of the data directory.

A copy that lies beside the database burns with it. Who backs up to elsewhere lets the
last line of the job touch a file there (docs/operations/back-up.md).
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask_babel import lazy_gettext

from app.health.finding import Finding, look, well

#: Where whoever backs up leaves one, and where an upgrade of the database does.
PLACES = ("backups", "copies")
OLD = timedelta(days=7)

BACK_UP = lazy_gettext("Back up, and let the machine do it every night (docs/operations/back-up.md).")


def newest_backup(data_directory: Path) -> datetime | None:
    """Return when the newest backup was finished; None where there is none."""
    times = [
        found.stat().st_mtime
        for place in PLACES
        for found in (data_directory / place).rglob("*")
        if found.is_file()
    ]
    return datetime.fromtimestamp(max(times), UTC) if times else None


def backup_findings(data_directory: Path, now: datetime) -> Iterator[Finding]:
    """Say how old the newest backup is."""
    newest = newest_backup(data_directory)
    if newest is None:
        yield look(lazy_gettext("No backup was found."), BACK_UP, detail=str(data_directory / PLACES[0]))
        return
    told = {"day": newest.date().isoformat(), "days": max(0, (now - newest).days)}
    if now - newest > OLD:
        yield look(lazy_gettext("The newest backup is of %(day)s, %(days)s days ago.", **told), BACK_UP)
    else:
        yield well(lazy_gettext("The newest backup is of %(day)s, %(days)s days ago.", **told))
