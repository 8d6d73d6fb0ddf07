"""What a guardian reads on their own page, and tells whoever checks who they are."""

from typing import Any

from sqlalchemy import select

from access.check_codes import load_checks
from access.database import reading
from access.delegations import Delegation
from access.enrolment import Guardianship
from access.world import World


def shown_code(world: World, guardianship_id: int, *, delegate: bool = False) -> str:
    """Return the check code of a guardianship as its guardian's page shows it; empty where it shows none.

    Args:
        delegate: the number is that of a delegation.
    """
    record: Any = Delegation if delegate else Guardianship
    with reading(world.database) as connection:
        tied = select(record.person_id).where(record.id == guardianship_id)
        person = connection.execute(tied).scalar_one()
        checks = load_checks(connection, world.vault, person, world.clock.now())
    return next(
        (check.code for check in checks if (check.id, check.delegate) == (guardianship_id, delegate)), ""
    )
