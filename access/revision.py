"""A school's revision: it moves with every act by which what somebody may see can change.

Whoever remembers a decision, or what one rests on, keeps the revision beside it, and asks
afresh once it has moved.
"""

from collections.abc import Iterable

from sqlalchemy import Connection, Engine, bindparam, select, update

from access.database import asking
from access.errors import LogUnavailable, RecordsUnavailable
from access.people import School
from access.prepared import Prepared

_REVISION = select(School.revision).where(School.id == bindparam("school_id"))
_REVISIONS = Prepared(
    select(School.id, School.revision).where(School.id.in_(bindparam("school_ids", expanding=True)))
)


def revision_of(connection: Connection, school_id: int) -> int:
    """Return the school's revision in the caller's transaction."""
    return connection.execute(_REVISION, {"school_id": school_id}).scalar_one()


def revisions_of(database: Engine, school_ids: Iterable[int]) -> dict[int, int]:
    """Return the revision of each school as of now, by one query.

    Raises:
        LogUnavailable: the records do not answer.
    """
    try:
        with asking(database) as connection:
            found = _REVISIONS.rows(connection, {"school_ids": list(set(school_ids))})
    except RecordsUnavailable as fault:
        raise LogUnavailable("the records do not answer") from fault
    return {row.id: row.revision for row in found}


def raise_revision(connection: Connection, school_id: int | None) -> None:
    """Raise the school's revision; an act of the installation (None) raises every school's."""
    raising = update(School).values(revision=School.revision + 1)
    connection.execute(raising if school_id is None else raising.where(School.id == school_id))
