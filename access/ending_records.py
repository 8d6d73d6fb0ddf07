"""The record that an ending has been recorded, so that it is never recorded twice."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from access.database import Base
from access.keys import KEY_LENGTH


class RecordedEnding(Base):
    """One ending that reached the records, whether or not its entry did."""

    __tablename__ = "recorded_ending"

    key: Mapped[str] = mapped_column(String(KEY_LENGTH), primary_key=True)
    recorded_at: Mapped[datetime]
    #: The entry's number in its log; None while the log refuses it.
    entry_number: Mapped[int | None]
