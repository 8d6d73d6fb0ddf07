"""A copy that its person downloaded is kept a week, for a file lost on the way; then it goes by itself."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection, select, update

from access.closings import VIA_PORTAL
from access.database import reading, writing
from access.log import entry
from access.log.canonical import Json
from access.log.erasing import truncate
from access.overwriting import overwriting
from access.subject_records import SubjectExport
from access.world import World

KEPT_AFTER_DOWNLOAD = timedelta(days=7)
_ACTOR: Mapping[str, Json] = {"person": None, "via": VIA_PORTAL}


def let_go_downloaded(world: World) -> int:
    """Write that copies were handed over which were downloaded a week ago, and keep them no longer.

    Returns:
        how many.

    Raises:
        RecordsUnavailable, LogUnavailable: none of them went; it is tried again.
    """
    now = world.clock.now()
    if not world.clock.believable():
        return 0
    with reading(world.database) as connection:
        if not _due(connection, now):
            return 0
    with writing(world.database) as connection:
        due = _due(connection, now)
        for export_id, school_id, person_id, sha256 in due:
            this = (SubjectExport.id == export_id, SubjectExport.school_id == school_id)
            with overwriting(connection):
                connection.execute(update(SubjectExport).where(*this).values(handed_at=now, content=None))
            subject: dict[str, Json] = {"subject_export": export_id, "person": person_id, "sha256": sha256}
            body: dict[str, Json] = {
                "actor": dict(_ACTOR),
                "reason": "",
                "revision": None,
                "subject": subject,
            }
            entry.append(connection, log=school_id, kind="subject_export:handed_over", at=now, body=body)
    truncate(world.database)
    return len(due)


def _due(connection: Connection, now: datetime) -> list[tuple[int, int, int, str]]:
    columns = (SubjectExport.id, SubjectExport.school_id, SubjectExport.person_id, SubjectExport.sha256)
    asked = select(*columns).where(
        SubjectExport.handed_at.is_(None), SubjectExport.downloaded_at <= now - KEPT_AFTER_DOWNLOAD
    )
    return [(row.id, row.school_id, row.person_id, str(row.sha256)) for row in connection.execute(asked)]
