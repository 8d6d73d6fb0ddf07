"""A copy that waits to be handed over goes where something that it may say is erased: it is made again."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select, update

from access.log import entry
from access.log.canonical import Json
from access.log.store import LogErasure
from access.overwriting import overwriting
from access.people import School
from access.subject_records import SubjectExport

DROPPED = "subject_export:dropped"
#: What a request is when no copy was made for it.
UNMADE: Mapping[str, None] = dict.fromkeys(
    ("made_by", "made_at", "content", "sha256", "released_by", "released_at")
)


def drop_copies(
    connection: Connection, log: int, people: Collection[int], *, at: datetime, actor: Mapping[str, Json]
) -> None:
    """Take the copies away that may say what was erased, with an entry for each.

    Whoever downloaded theirs has had an answer, and the request is over; any other copy is made again.

    Args:
        connection: in the write transaction in which entries are erased.
        log: of which school; of ``INSTALLATION``, every school's copies have entries.
        people: whom the entries were found under.
    """
    for school_id in _schools(connection) if log == entry.INSTALLATION else [log]:
        waiting = select(SubjectExport.id, SubjectExport.person_id, SubjectExport.downloaded_at).where(
            SubjectExport.school_id == school_id,
            SubjectExport.person_id.in_(people),
            SubjectExport.content.is_not(None),
        )
        for row in connection.execute(waiting.order_by(SubjectExport.id)).all():
            left: Mapping[str, Any] = {"content": None, "handed_at": at} if row.downloaded_at else UNMADE
            this = (SubjectExport.id == row.id, SubjectExport.school_id == school_id)
            with overwriting(connection):
                connection.execute(update(SubjectExport).where(*this).values(**left))
            body: dict[str, Json] = {
                "actor": dict(actor),
                "reason": "",
                "revision": None,
                "subject": {"subject_export": row.id, "person": row.person_id},
            }
            entry.append(connection, log=school_id, kind=DROPPED, at=at, body=body)


def _schools(connection: Connection) -> list[int]:
    return list(connection.execute(select(School.id).order_by(School.id)).scalars())


def erased_so_far(connection: Connection, school_id: int) -> tuple[int | None, int | None]:
    """Return how far erasing has come in the two logs that a copy is made from: the last entry of each."""
    school, installation = (
        connection.execute(select(func.max(LogErasure.entry)).where(LogErasure.log == log)).scalar()
        for log in (school_id, entry.INSTALLATION)
    )
    return school, installation
