"""The parts that views work with, received from whoever wires the process."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from flask import current_app

from access.failed_tries import FailedTries
from access.looking import Looks
from access.presence import Presence
from access.viewing import Viewings
from access.world import World
from app.config import Settings
from streaming.store import SegmentReader

if TYPE_CHECKING:
    from app.live.cutter import Cutter  # its package asks for the services of each request

EXTENSION = "littlewindow"


@dataclass(frozen=True, slots=True)
class Services:
    """Made by ``wsgi.py`` or the tests; nothing here is a global."""

    world: World
    segments: SegmentReader
    viewings: Viewings
    presence: Presence
    cutter: "Cutter"
    settings: Settings
    looks: Looks
    #: The same for the pictures of looks.
    look_cutter: "Cutter"
    #: Tries to sign in that failed or were held back, on their way into the log.
    tries: FailedTries


def services() -> Services:
    """Return the parts of the application that answers this request."""
    return cast("Services", current_app.extensions[EXTENSION])
