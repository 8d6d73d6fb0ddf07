"""The record of a viewing that its own person says was not theirs."""

from datetime import datetime

from sqlalchemy import Connection, ForeignKey, String, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from access.checked import find_one
from access.database import Base
from access.inserting import insert_one
from access.keys import KEY_LENGTH
from access.people import SignIn
from access.recorded import Recorded, Target
from access.viewing_records import Viewing


class DisownedViewing(Base):
    """One viewing of which the person says that somebody else held the device; the office looks into it."""

    __tablename__ = "disowned_viewing"

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    key: Mapped[str] = mapped_column(String(KEY_LENGTH), unique=True)
    viewing_id: Mapped[int] = mapped_column(ForeignKey("viewing.id"), unique=True)
    said_at: Mapped[datetime]
    #: What the office found out, and who of it said so.
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


def disowned(connection: Connection, target: Target, at: datetime) -> Recorded:
    """Sign the device of a viewing out, and leave the office word of it."""
    viewing = find_one(connection, Viewing, target["viewing"])
    here = (SignIn.id == viewing.sign_in_id, or_(SignIn.ended_at.is_(None), SignIn.ended_at > at))
    connection.execute(update(SignIn).where(*here).values(ended_at=at))
    said = select(DisownedViewing.id).where(
        DisownedViewing.viewing_id == viewing.id, DisownedViewing.school_id == viewing.school_id
    )
    if connection.execute(said).first() is None:
        insert_one(
            connection,
            DisownedViewing,
            school_id=viewing.school_id,
            key=target["key"],
            viewing_id=viewing.id,
            said_at=at,
        )
    return Recorded(
        viewing.school_id,
        {
            "person": viewing.person_id,
            "sign_in": viewing.sign_in_id,
            "room": viewing.room_id,
            "child": viewing.child_id,
            "viewing": viewing.key,
        },
    )
