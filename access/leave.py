"""The right under which one viewing goes on, and who asks for it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from access.budgets import Question
from access.policy import Allowed, Stream
from access.setup_looks import LookAllowed
from access.stops import Mark


@dataclass(frozen=True, slots=True)
class Leave:
    """The right under which one viewing goes on, as decided for one request."""

    viewing_id: int
    viewing_key: str
    sign_in_id: int
    person_id: int
    school_id: int
    #: The school's revision that the decision read.
    revision: int
    room_id: int
    allowed: Allowed | LookAllowed
    #: Any of these stops it.
    marks: tuple[Mark, ...]
    lease_until: datetime
    #: The horizon as it is told: neither the question nor a budget moves it.
    told_until: datetime
    #: When it is asked whether somebody still watches; None where the school never asks.
    question: Question | None = None

    @property
    def stream(self) -> Stream | None:
        """The room's current stream; None while the camera gives no picture."""
        return self.allowed.stream

    def covers(self, filmed_from: datetime, filmed_until: datetime) -> bool:
        """Say whether a picture filmed over this span was filmed wholly under the right."""
        return self.allowed.since <= filmed_from and filmed_until <= self.allowed.until


class SignedIn(Protocol):
    """Whoever asks: all that is needed of them, for facts say the rest."""

    @property
    def sign_in_id(self) -> int:
        """Return which device of which person this is."""
