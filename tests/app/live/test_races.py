"""Races: segments asked for by the real application while an act ends the right to them.

With the decisions of :mod:`tests.access.test_races` these are more than 10,000 interleavings.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from werkzeug.test import EnvironBuilder

from access.clock import FrozenClock
from access.database import connect
from access.sign_ins import recognise
from access.vault import Vault
from access.viewing import Leave
from access.world import World
from app.errors import BodyCut
from app.live.body import CHUNK_BYTES
from tests.access.ended_rights import ACTS, Tied
from tests.access.racing import NotedMarks, Notes, Request, TickingClock
from tests.access.rounds import READERS, Ask, Race
from tests.conftest import MORNING
from tests.guardian import Guardian
from tests.school import School

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

#: Interleavings of each act.
WANTED = 120
#: So many at least of everything that can happen, or the race shows nothing.
SEEN = 5
#: As long as three pieces.
PICTURE = bytes(2 * CHUNK_BYTES + 1)


@pytest.fixture
def clock() -> FrozenClock:
    """Tick."""
    return TickingClock(MORNING)


@pytest.fixture
def notes() -> Notes:
    """Instants of all threads."""
    return Notes()


@pytest.fixture
def world(tmp_path: Path, clock: FrozenClock, database: str, notes: Notes) -> Iterator[World]:
    """Give the real parts; what is looked at is noted."""
    engine, marks = connect(database), NotedMarks(tmp_path, notes)
    notes.watch(engine)
    yield World(database=engine, clock=clock, stops=marks, vault=Vault(bytes(32)))
    engine.dispose()
    marks.close()


@dataclass(frozen=True, slots=True)
class Watched:
    """One guardian at one device, and what the camera has filmed."""

    school: School
    notes: Notes
    guardian: Guardian
    sign_in: int
    k: int

    def begin(self) -> list[Ask]:
        """Open a viewing for each reader."""
        return [partial(self._asks, self._opened()) for _ in range(READERS)]

    def _opened(self) -> str:
        found = recognise(self.school.world, self._token)
        assert found is not None
        leave = self.school.viewings.open(found, self.school.room_key("Oak"), "Chrome, Android")
        assert isinstance(leave, Leave), leave
        return leave.viewing_key

    @property
    def _token(self) -> str:
        return self.guardian.cookie("__Host-sign-in") or ""

    def _asks(self, viewing_key: str) -> Request:
        """Ask for the segment and take it piece by piece."""
        path, cookie = f"/live/{viewing_key}/main/{self.k}.m4s", f"__Host-sign-in={self._token}"
        environ = EnvironBuilder(
            path, base_url="https://localhost/", headers=[("Cookie", cookie)]
        ).get_environ()
        began = self.notes.now()
        status, body = _called(self.school.app, environ)
        decided, pieces = self.notes.looked(), []
        try:
            for piece in body if status.startswith("200") else ():
                assert piece
                pieces.append(self.notes.looked())
        except BodyCut:
            pass
        finally:
            getattr(body, "close", lambda: None)()
        return Request(began, decided, tuple(pieces), self.notes.now())


def _called(app: Flask, environ: "WSGIEnvironment") -> tuple[str, Iterable[bytes]]:
    """Call the application as a server does; werkzeug's client would take the first piece at once."""
    lines: list[str] = []

    def start(line: str, _headers: object, _fault: object = None, /) -> Callable[[bytes], object]:
        lines.append(line)
        return lambda _: None

    body = app(environ, start)
    assert lines in (["200 OK"], ["404 NOT FOUND"]), lines
    return lines[0], body


@pytest.fixture
def watched(school: School, notes: Notes) -> Watched:
    """A guardian who may watch, and a picture to be seen."""
    guardian = school.guardian(of="Oak")
    found = recognise(school.world, guardian.cookie("__Host-sign-in") or "")
    assert found is not None
    k = school.camera("Oak").films_segment(body=PICTURE)
    return Watched(school, notes, guardian, found.sign_in_id, k)


@pytest.mark.parametrize("name", ACTS)
def test_no_segment_decided_after_a_right_has_ended_is_served(watched: Watched, name: str) -> None:
    school, guardian = watched.school, watched.guardian
    assert guardian.grant is not None
    tied = Tied(
        school.world,
        school=school.id,
        room=school.rooms["Oak"],
        child=guardian.child,
        guardianship=guardian.guardianship,
        grant=guardian.grant,
        sign_in=watched.sign_in,
    )

    seen = Race(tied, watched.notes, name).run(watched.begin, until=lambda tally: tally.is_over(WANTED, SEEN))

    assert seen.wrong == []
    assert seen.shows(SEEN), seen
