"""What every page needs to know: its language and where the reader may go."""

from flask import Flask
from flask_babel import gettext
from flask_login import current_user

from access.database import reading
from access.factors_held import factors_of
from access.memberships import FAMILY
from access.people import Role
from access.presence import AWAY
from access.roster import staff_school
from app import text_size
from app.forms import attributes
from app.services import services
from app.site import passkeys_work
from app.words import language

#: Where staff give their second factor.
SECOND = "/second"
STAFF_ROLES = frozenset({"teacher", "office", "director"})
HEALTH_ROLES = frozenset({"office", "director", "administrator"})


def init_app(app: Flask) -> None:
    """Hand the words to the templates."""
    app.jinja_env.globals.update(
        page_language=language,
        page_text_size=text_size.chosen,
        page_places=places,
        page_school=school,
        field_attributes=attributes,
        page_away_seconds=int(AWAY.total_seconds()),
        passkeys_work=passkeys_work,
        has_passkeys=has_passkeys,
    )


def has_passkeys() -> bool:
    """Say whether the reader has a passkey; asked only by pages that offer to use it."""
    with reading(services().world.database) as connection:
        return bool(factors_of(connection, current_user.person_id).passkeys)


def places() -> list[tuple[str, str]]:
    """Return the address and name of each page that is open to the reader's roles."""
    if not current_user.is_authenticated:
        return []
    if current_user.is_away:
        return []
    roles = current_user.roles
    found = []
    if FAMILY & roles:
        found.append(("/home", gettext("Your rooms")))
    if STAFF_ROLES & roles:
        found.append(("/office", gettext("Rooms and families") if roles - {"teacher"} else gettext("Rooms")))
    if "administrator" in roles:
        found.append(("/oversight", gettext("Access log")))
    if HEALTH_ROLES & roles:
        found.append(("/office/health", gettext("Portal health")))
    if current_user.found.second_waits:
        found.append((SECOND, gettext("Staff pages")))
    if current_user.has_schools and current_user.works_in is None:
        found.append(("/schools", gettext("Your schools")))
    return found


def school() -> str | None:
    """Return the name of the school worked in, for a reader who could work in another one."""
    if not current_user.is_authenticated or not current_user.has_schools:
        return None
    world = services().world
    with reading(world.database) as connection:
        here = current_user.person_id, current_user.works_in
        found = staff_school(connection, *here, tuple(Role), world.clock.now(), stops=world.stops)
    return found.name if found else None
