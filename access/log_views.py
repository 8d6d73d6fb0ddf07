"""Views of the log that an administrator keeps under a name: their own, of one school.

A view is filters and no entries: whoever opens it looks anew, by today's rights.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, ForeignKey, String, UniqueConstraint, delete, func, select
from sqlalchemy.orm import Mapped, mapped_column

from access.acts import Actor, widen
from access.database import Base
from access.errors import Refused
from access.inserting import insert_one
from access.keys import KEY_LENGTH, new_key
from access.roster import Named
from access.world import World

#: Of one person in one school.
MOST_VIEWS = 30
NAME_LETTERS = 60
QUERY_LETTERS = 1_000
WHY = "oversight page"


class LogView(Base):
    """Filters of the log under a name."""

    __tablename__ = "log_view"
    __table_args__ = (UniqueConstraint("school_id", "person_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(KEY_LENGTH), unique=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str] = mapped_column(String(NAME_LETTERS))
    #: As it stands in the address.
    query: Mapped[str] = mapped_column(String(QUERY_LETTERS))
    recorded_at: Mapped[datetime]


def own_views(connection: Connection, school_id: int, person_id: int) -> list[tuple[Named, str]]:
    """Return somebody's views in a school by name, each with its query."""
    rows = connection.execute(
        select(LogView.id, LogView.key, LogView.name, LogView.query)
        .where(LogView.school_id == school_id, LogView.person_id == person_id)
        .order_by(LogView.name)
    )
    return [(Named(row.id, row.key, row.name), row.query) for row in rows]


def save_view(world: World, *, actor: Actor, school_id: int, name: str, query: str) -> None:
    """Keep filters under a name; what had that name before is replaced.

    Raises:
        Refused: there is no name, one of them is too long, or there are as many as may be.
        RecordsUnavailable, LogUnavailable: nothing was kept.
    """
    name = " ".join(name.split())
    if not name:
        raise Refused("view:no_name")
    if len(name) > NAME_LETTERS or len(query) > QUERY_LETTERS:
        raise Refused("view:long")
    own = LogView.school_id == school_id, LogView.person_id == actor.person_id
    subject: dict[str, Any] = {}

    def apply(connection: Connection, now: datetime) -> None:
        connection.execute(delete(LogView).where(*own, LogView.name == name))
        kept = connection.execute(select(func.count(LogView.id)).where(*own)).scalar_one()
        if kept >= MOST_VIEWS:
            raise Refused("view:too_many")
        made = {"school_id": school_id, "person_id": actor.person_id, "recorded_at": now}
        subject["log_view"] = insert_one(connection, LogView, key=new_key(), name=name, query=query, **made)

    act: dict[str, Any] = {"school_id": school_id, "actor": actor, "reason": WHY, "kind": "log_view:saved"}
    widen(world, **act, subject=subject, apply=apply, decides=False)


def remove_view(world: World, *, actor: Actor, school_id: int, key: str) -> None:
    """Take one of one's own views away.

    Raises:
        Refused: there is no such view of theirs.
        RecordsUnavailable, LogUnavailable: nothing was taken away.
    """
    own = LogView.school_id == school_id, LogView.person_id == actor.person_id
    subject: dict[str, Any] = {}

    def apply(connection: Connection, now: datetime) -> None:
        del now
        found = connection.execute(select(LogView.id).where(*own, LogView.key == key)).scalar()
        if found is None:
            raise Refused("view:unknown")
        connection.execute(delete(LogView).where(*own, LogView.key == key))
        subject["log_view"] = found

    act: dict[str, Any] = {"school_id": school_id, "actor": actor, "reason": WHY, "kind": "log_view:removed"}
    widen(world, **act, subject=subject, apply=apply, decides=False)
