"""How old the newest backup is: the newest file in ``backups`` of the data directory.

A copy that lies beside the database burns with it. Who backs up to elsewhere lets the
last line of the job touch a file there (docs/operations/back-up.md).
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask_babel import lazy_gettext

from app.health.finding import Finding, look, well

PLACE = "backups"
OLD = timedelta(days=7)

BACK_UP = lazy_gettext("Back up, and let the machine do it every night (docs/operations/back-up.md).")


def newest_backup(data_directory: Path) -> datetime | None:
    """Return when the newest backup was finished; None where there is none."""
    place = data_directory / PLACE
    times = [found.stat().st_mtime for found in place.rglob("*") if found.is_file()] if place.is_dir() else []
    return datetime.fromtimestamp(max(times), UTC) if times else None


def backup_findings(data_directory: Path, now: datetime) -> Iterator[Finding]:
    """Say how old the newest backup is."""
    newest = newest_backup(data_directory)
    if newest is None:
        yield look(lazy_gettext("No backup was found."), BACK_UP, detail=str(data_directory / PLACE))
        return
    told = {"day": newest.date().isoformat(), "days": max(0, (now - newest).days)}
    if now - newest > OLD:
        yield look(lazy_gettext("The newest backup is of %(day)s, %(days)s days ago.", **told), BACK_UP)
    else:
        yield well(lazy_gettext("The newest backup is of %(day)s, %(days)s days ago.", **told))
