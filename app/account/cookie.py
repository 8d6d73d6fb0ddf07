"""The cookie that stands for a sign-in, and who is behind it.

Its token is looked up on every request that is not open to anyone, so that a device
can be signed out at once. Nothing about identity is kept in Flask's own cookie.
"""

from dataclasses import dataclass

from flask import Flask, Request, after_this_request, g
from flask_login import LoginManager
from werkzeug.wrappers import Response as BaseResponse

from access.acts import Actor
from access.database import reading
from access.sign_ins import SignInFound, find_sign_in
from app.security import renew_forms
from app.services import services

COOKIE = "__Host-sign-in"
COOKIE_SECONDS = 30 * 24 * 3600

#: A page that asks again by itself says so: that is nobody being there.
UNATTENDED = "X-Unattended"

#: More than any token of ours; what is longer is not even looked up.
LONGEST_TOKEN = 100


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The person behind a request, as Flask-Login and the pages want them."""

    found: SignInFound
    #: The device was left alone: it is asked who holds it before it shows anything.
    is_away: bool = False

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """Return the person's public key."""
        return self.found.person_key

    @property
    def sign_in_id(self) -> int:
        """Return the sign-in this request came under."""
        return self.found.sign_in_id

    @property
    def actor(self) -> Actor:
        """Return who acts, as the log names them."""
        return Actor(self.found.person_id, "web", self.found.sign_in_id)

    @property
    def person_id(self) -> int:
        """Return the person's record."""
        return self.found.person_id

    @property
    def person_key(self) -> str:
        """Return the person's public key."""
        return self.found.person_key

    @property
    def name(self) -> str:
        """Return the person's name."""
        return self.found.name

    @property
    def language(self) -> str:
        """Return the language of their record: ``zh``, ``en`` or empty."""
        return self.found.language

    @property
    def roles(self) -> frozenset[str]:
        """Return what they are now: ``guardian``, and the roles of staff where they work."""
        return self.found.roles

    @property
    def works_in(self) -> int | None:
        """Return the school they work in now; None where they work in none, or have to choose."""
        return self.found.works_in

    @property
    def has_schools(self) -> bool:
        """Say whether they are on the staff of several schools, and so choose between them."""
        return len(self.found.staff_schools) > 1


class Manager(LoginManager):  # type: ignore[misc]  # it has no types
    """Flask-Login without its own memory of who was here."""

    def _update_remember_cookie(self, answer: BaseResponse) -> BaseResponse:
        """Leave *answer* alone: looking would make every one, a style too, vary by cookie."""
        return answer


def init_app(app: Flask) -> None:
    """Look the cookie up with Flask-Login."""
    manager = Manager()
    manager.session_protection = None  # it would write into the form's cookie on every request
    manager.init_app(app)
    manager.request_loader(find)


def find(asked: Request) -> SignedIn | None:
    """Return who sent *asked*, or None for a stranger."""
    token = asked.cookies.get(COOKIE, "")
    if not token or len(token) > LONGEST_TOKEN or not token.isascii():
        return None
    world, presence = services().world, services().presence
    now = world.clock.now()
    with reading(world.database) as connection:
        found = find_sign_in(connection, token, now, world.stops)
    if found is None:
        return None
    if presence.is_away(found, now):
        return SignedIn(found, is_away=True)
    if UNATTENDED not in asked.headers:
        presence.saw(found.sign_in_id, now)
    return SignedIn(found)


def give(answer: BaseResponse, token: str) -> None:
    """Hand the browser its token: a new one at each sign-in, and whenever somebody proves anew who they are.

    Forms from before are worth nothing then, so that nobody can prepare one for somebody else.
    """
    renew_forms()
    put(answer, token)


def hand_over(token: str) -> None:
    """Give the browser its token with whatever this request is answered; of several the newest."""
    renew_forms()  # before the page is drawn, so that its forms count
    if "sign_in_token" not in g:
        after_this_request(_put_newest)
    g.sign_in_token = token


def _put_newest(answer: BaseResponse) -> BaseResponse:
    put(answer, g.sign_in_token)
    return answer


def put(answer: BaseResponse, token: str) -> None:
    """Hand the browser its token with a page that was drawn after the forms were renewed."""
    answer.set_cookie(
        COOKIE, token, max_age=COOKIE_SECONDS, path="/", secure=True, httponly=True, samesite="Lax"
    )


def take_back(answer: BaseResponse) -> None:
    """Make the browser forget its token, its forms, and what it kept of our pages."""
    renew_forms()
    answer.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="Lax")
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
