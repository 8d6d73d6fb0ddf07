"""What ends with a term: identity checks, delegations, grants, and the gates of cameras."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, update

from access.camera_gates import CameraGate
from access.delegations import Delegation
from access.enrolment import Guardianship
from access.grants import Grant

#: What holds until an instant → from when it does. What begins after the term is of another one.
HOLDING: Final[tuple[tuple[Any, Any], ...]] = (
    (Guardianship.verified_until, Guardianship.verified_at),
    (Delegation.ends_at, Delegation.approved_at),
    (Delegation.verified_until, Delegation.approved_at),
    (Grant.ends_at, Grant.starts_at),
    (CameraGate.ends_at, CameraGate.recorded_at),
)


def end_with_term(connection: Connection, school_id: int, over: datetime) -> None:
    """Let nothing of a school that began before *over* hold for longer than that.

    Args:
        over: aware; the first instant after the term.
    """
    for until, since in HOLDING:
        longer = (until.class_.school_id == school_id, until > over, since < over)
        connection.execute(update(until.class_).where(*longer).values({until: over}))
