"""What a guardian reads on their own page, and tells whoever checks who they are."""

from sqlalchemy import select

from access.check_codes import load_checks
from access.database import reading
from access.enrolment import Guardianship
from access.world import World


def shown_code(world: World, guardianship_id: int) -> str:
    """Return the check code of a guardianship as its guardian's page shows it; empty where it shows none."""
    with reading(world.database) as connection:
        tied = select(Guardianship.person_id).where(Guardianship.id == guardianship_id)
        person = connection.execute(tied).scalar_one()
        checks = load_checks(connection, world.vault, person, world.clock.now())
    return next((check.code for check in checks if check.id == guardianship_id), "")
