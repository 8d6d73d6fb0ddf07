"""The display at a room's door, and the office's pages about it, each brought into a state."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from access.acts_doors import add_door, sign_in_door
from access.acts_looks import agree_look, ask_look
from access.database import reading
from access.places import Camera
from tests.e2e.living import signed_in
from tests.e2e.states import Visit
from tests.e2e.waiting import until


def a_code_for_a_tablet(visit: Visit) -> None:
    visit.has_given_everything(visit.kindergarten.staff["director"])
    visit.goes_to("/office/doors")
    visit.page.locator("summary").first.click()
    form = visit.page.locator("form[action$='/door']").first
    form.locator("[name=reason]").fill("test")
    form.locator("button").click()
    visit.page.wait_for_selector("[data-code]")


def the_display_of(room: str, state: str) -> Callable[[Visit], None]:
    """Return how a tablet becomes the display of a room, and shows *state*."""

    def show(visit: Visit) -> None:
        kindergarten = visit.kindergarten
        by: dict[str, Any] = {"actor": kindergarten.director, "reason": "test"}
        made = add_door(kindergarten.world, **by, room_id=kindergarten.rooms[room])
        at = visit.origin.replace("http://", "https://")  # as in tests/e2e/looking_staff.py
        token = sign_in_door(kindergarten.world, made.code)
        cookie: Any = {"name": "__Host-door", "value": token, "url": at, "secure": True}
        visit.context.add_cookies([cookie])
        visit.goes_to("/door")
        until(f"it shows {state}", lambda: shown(visit) == state, 10)

    return show


def shown(visit: Visit) -> str:
    return str(visit.page.get_attribute("#door", "data-state"))


def the_display_of_a_watched_room(visit: Visit) -> None:
    living = visit.kindergarten.living
    reader, token = signed_in(living.outer_port, "lin", tls=living.outer_tls)
    reader.open(visit.kindergarten.room_key("oak"), token)
    the_display_of("oak", "watched")(visit)


def the_display_while_staff_look(visit: Visit) -> None:
    kindergarten = visit.kindergarten
    there = select(Camera.id).where(Camera.room_id == kindergarten.rooms["birch"]).order_by(Camera.id)
    with reading(kindergarten.world.database) as connection:
        camera = connection.execute(there.limit(1)).scalar_one()
    by: dict[str, Any] = {"actor": kindergarten.office, "camera_id": camera}
    look = ask_look(kindergarten.world, **by, kind="before_opening", words="test")
    agree_look(kindergarten.world, actor=kindergarten.director, reason="test", look_id=look.id)
    the_display_of("birch", "looked-at")(visit)
