"""School time as people write it, and instants as the records want them."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any, overload
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from access.errors import Refused
from access.people import School

FORMATS = ("%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M")


def zone_of(connection: Connection, school_id: int) -> ZoneInfo:
    """Return the school's zone."""
    return ZoneInfo(connection.execute(select(School.zone).where(School.id == school_id)).scalar_one())


def instant(words: str | None, zone: ZoneInfo) -> datetime | None:
    """Return the instant *words* mean in the school's zone; a bare day is its first minute.

    Raises:
        Refused: ``time:words``, when they mean none.
    """
    if words is None:
        return None
    for shape in FORMATS:
        try:
            local = datetime.strptime(words, shape).replace(tzinfo=zone)
        except ValueError:
            continue
        return local.astimezone(UTC)
    raise Refused("time:words", f"{words!r} is not like 2026-09-01 or '2026-09-01 08:30'")


def first_of(day: date, zone: ZoneInfo) -> datetime:
    """Return the first instant of a day at the school."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


@overload
def shown(moment: datetime, zone: ZoneInfo) -> str: ...
@overload
def shown(moment: datetime | None, zone: ZoneInfo) -> str | None: ...
def shown(moment: datetime | None, zone: ZoneInfo) -> str | None:
    """Return *moment* in the school's zone to the minute; None stays None."""
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M") if moment else None


def row(record: Mapping[Any, Any], zone: ZoneInfo) -> dict[str, Any]:
    """Return a record with every instant written in school time."""
    return {
        str(name): shown(value, zone) if isinstance(value, datetime) else value
        for name, value in record.items()
    }
