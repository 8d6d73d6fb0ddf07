"""Setup looks told in sentences: a display at the door, two of the staff, a picture for one of them."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from access import acts_places
from access.acts import Actor
from access.acts_doors import add_door, sign_in_door
from access.acts_looks import AskedLook, agree_look, ask_look
from access.database import reading
from access.places import Camera
from tests.browser import Answer, Browser
from tests.school import School


def camera_of(school: School, room: str) -> int:
    """Return the camera of *room*."""
    with reading(school.world.database) as connection:
        asked = select(Camera.id).where(Camera.room_id == school.rooms[room])
        return int(connection.execute(asked).scalar_one())


class Display(Browser):
    """The tablet at a room's door."""

    def __init__(self, school: School, room: str) -> None:
        super().__init__(school.app)
        made = add_door(school.world, actor=school.director_actor, reason="test", room_id=school.rooms[room])
        self.door = made.id
        token = sign_in_door(school.world, made.code)
        self._client.set_cookie("__Host-door", token, secure=True, httponly=True)

    def beats(self) -> Answer:
        """Ask how the room stands, as its page does all the time."""
        return self.ask("POST", "/door/beat", Sec_Fetch_Site="same-origin", Accept_Language="en")


@dataclass(frozen=True, slots=True)
class Looking:
    """The picture of a look, through the browser that opened it."""

    browser: Browser
    key: str

    def segment(self, k: int) -> Answer:
        """Ask for segment *k*."""
        return self.browser.get(f"/looks/{self.key}/main/{k}.m4s")

    def playlist(self) -> Answer:
        """Ask for the playlist."""
        return self.browser.get(f"/looks/{self.key}/main/index.m3u8")

    def status(self) -> Answer:
        """Ask how the look stands."""
        return self.browser.get(f"/looks/{self.key}/status", Accept_Language="en")

    def close(self) -> Answer:
        """Leave the page, as its beacon tells."""
        return self.browser.ask("POST", f"/looks/{self.key}/close", Sec_Fetch_Site="same-origin")


def asks(school: School, room: str = "Oak", *, by: Actor | None = None) -> AskedLook:
    """Have the office ask for a look."""
    camera = camera_of(school, room)
    actor = by or school.office_actor
    return ask_look(school.world, actor=actor, camera_id=camera, kind="mask", words="the changing corner")


def agrees(school: School, look: AskedLook, *, by: Actor | None = None) -> None:
    """Have the director agree to it."""
    agree_look(school.world, actor=by or school.director_actor, reason="has to be seen", look_id=look.id)


def an_agreed_look(school: School, display: Display) -> AskedLook:
    """Return a look of the office's that has gone on for two seconds."""
    asked = asks(school, "Oak")
    agrees(school, asked)
    display.beats()
    school.clock.advance(timedelta(seconds=2))
    display.beats()
    return asked


def opens(browser: Browser, look: AskedLook) -> Looking:
    """Tap ▶ and get a picture."""
    answer = tries(browser, look)
    assert answer.status == 201, answer.body
    return Looking(browser, answer.json["viewing"])


def tries(browser: Browser, look: AskedLook) -> Answer:
    """Tap ▶."""
    return browser.post(f"/office/looks/{look.key}/viewings", Accept_Language="en")


def reason(answer: Answer) -> str:
    """Return why no picture was opened."""
    assert answer.status == 200, (answer.status, answer.body[:200])
    return str(answer.json["refused"])


def draws_curtain(school: School, room: str = "Oak") -> None:
    """Hide the room, as a teacher does."""
    teacher = Actor(school.staff["teacher"], "web")
    acts_places.draw_curtain(school.world, actor=teacher, reason="changing", room_id=school.rooms[room])
