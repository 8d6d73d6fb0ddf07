"""A guardian of the school in the tests, and what they watch."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask

from tests.browser import Answer, Browser


class Guardian(Browser):
    """A guardian's browser, and the records that make them one."""

    def __init__(
        self,
        app: Flask,
        token: str,
        *,
        room_key: Callable[[str], str],
        person: int,
        child: int,
        guardianship: int,
        grant: int | None,
        enrolment: int | None,
    ) -> None:
        super().__init__(app, token)
        self._room_key = room_key
        self.person = person
        self.child = child
        self.guardianship = guardianship
        self.grant = grant
        self.enrolment = enrolment

    def asks_to_open(self, room: str) -> Answer:
        """Tap ▶."""
        return self.post(f"/rooms/{self._room_key(room)}/viewings")

    def opens(self, room: str) -> "Watching":
        """Tap ▶ and get a viewing."""
        answer = self.asks_to_open(room)
        assert answer.status == 201, (answer.status, answer.body[:300])
        return Watching(self, answer.json["viewing"])


@dataclass(frozen=True, slots=True)
class Watching:
    """One viewing, through the browser that opened it."""

    browser: Browser
    key: str

    def address_of_segment(self, k: int) -> str:
        """Return where segment *k* of this viewing is."""
        return f"/live/{self.key}/main/{k}.m4s"

    def segment(self, k: int) -> Answer:
        """Ask for segment *k*."""
        return self.browser.get(self.address_of_segment(k))

    def playlist(self) -> Answer:
        """Ask for the playlist."""
        return self.browser.get(f"/live/{self.key}/main/index.m3u8")

    def init(self, number: int) -> Answer:
        """Ask for the init section *number*."""
        return self.browser.get(f"/live/{self.key}/main/{number}.init.mp4")

    def status(self) -> Answer:
        """Ask how the viewing stands."""
        return self.browser.get(f"/live/{self.key}/status")

    def close(self) -> Answer:
        """Leave the page, as its beacon tells."""
        return self.browser.ask("POST", f"/live/{self.key}/close", Sec_Fetch_Site="same-origin")
