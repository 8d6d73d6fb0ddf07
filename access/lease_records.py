"""What is asked of the table in which leases lie: of viewings, or of the pictures of looks."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, case, select, update

from access.look_records import LookOpening
from access.viewing_records import Viewing

#: Why a viewing ended whose row is not there.
GONE = "viewing:unknown"


class LeaseTable:
    """One table with leases; its statements are built once."""

    def __init__(self, record: type[Viewing] | type[LookOpening]) -> None:
        these = record.id.in_(bindparam("viewing_ids", expanding=True))
        longer = case((record.lease_until < bindparam("until"), bindparam("until")), else_=record.lease_until)
        this = record.id == bindparam("viewing_id")
        is_open = record.closed_at.is_(None)
        self._renewing = update(record).where(these, is_open).values(lease_until=longer)
        self._among = select(record.id, record.why, record.closed_at).where(these)
        self._delivered = update(record).where(this, is_open).values(delivered=bindparam("so_far"))

    def renew(
        self, connection: Connection, viewing_ids: list[int], until: datetime, so_far: list[dict[str, Any]]
    ) -> dict[int, str]:
        """Renew leases and write what was delivered; one that was closed is not revived.

        Returns:
            those that were closed behind our back, each with its reason.
        """
        renewed = connection.execute(self._renewing, {"viewing_ids": viewing_ids, "until": until}).rowcount
        if so_far:
            connection.execute(self._delivered, so_far)
        if renewed == len(viewing_ids):
            return {}
        rows = {row.id: row for row in connection.execute(self._among, {"viewing_ids": viewing_ids})}
        return {
            viewing_id: rows[viewing_id].why if viewing_id in rows else GONE
            for viewing_id in viewing_ids
            if viewing_id not in rows or rows[viewing_id].closed_at is not None
        }
