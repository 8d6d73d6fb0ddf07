"""Channels of one recorder, from the address with ``{channel}`` in it to a guardian's segments."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select

from access import acts_cameras, acts_places
from access.database import reading
from access.places import Outage, Room
from tests.cameras import PipCamera, RecordingRelay
from tests.e2e.living import LivingSchool
from tests.e2e.portal import ROOT
from tests.e2e.waiting import until
from tests.gates import opens_gates

SESSION_LIMIT = 2
CHANNELS = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class Channel:
    """One channel: its room, and its camera."""

    room: int
    camera: int


@dataclass
class Hall:
    """A recorder with three rooms on it, which bears two connections."""

    school: LivingSchool
    relay: RecordingRelay

    def __post_init__(self) -> None:
        world, office = self.school.living.world, self.school.office
        recorder = acts_cameras.add_recorder(
            world,
            actor=office,
            reason="test",
            school_id=self.school.school,
            name="Hall box",
            address=f"rtsp://viewer:playroom@127.0.0.1:{self.relay.port}/hall/{{channel}}",
            session_limit=SESSION_LIMIT,
            allow_loopback=True,
        )
        self.channels = {number: self._add(recorder, number) for number in CHANNELS}

    def _add(self, recorder: int, number: int) -> Channel:
        world, office, director = self.school.living.world, self.school.office, self.school.director
        room = acts_places.add_room(
            world, actor=office, reason="test", school_id=self.school.school, name=f"Hall {number}"
        )
        acts_places.use_room(
            world,
            actor=office,
            reason="test",
            room_id=room,
            class_group_id=self.school.class_group,
            starts_at=self.school.now,
            ends_at=None,
        )
        camera = acts_cameras.add_camera(
            world,
            actor=office,
            reason="test",
            room_id=room,
            name=f"Channel {number}",
            recorder_id=recorder,
            channel=number,
        )
        opens_gates(world, camera, by=office, second=director)
        acts_places.open_curtain(world, actor=director, reason="test", room_id=room)
        return Channel(room, camera)

    def types(self, *words: str) -> Any:
        """Give one command in a terminal; return its answer in JSON."""
        ran = subprocess.run(
            [sys.executable, "-m", "app.cli", *words, "--json"],
            cwd=ROOT,
            env=self.school.living.environment(),
            stdout=subprocess.PIPE,
            check=True,
            timeout=40,
        )
        return json.loads(ran.stdout)

    def states(self) -> list[str]:
        """Return what ``camera status`` says of the three channels."""
        said = {row["id"]: row["state"].removeprefix("camera:") for row in self.types("camera", "status")}
        return [said[channel.camera] for channel in self.channels.values()]

    def probe(self, number: int) -> str:
        """Try one channel from the command line."""
        camera = str(self.channels[number].camera)
        return str(self.types("camera", "probe", camera, "--as", "office", "--reason", "test")["state"])

    def draws_curtain(self, number: int) -> None:
        """Hide the room of one channel."""
        acts_places.draw_curtain(
            self.school.living.world,
            actor=self.school.office,
            reason="nap",
            room_id=self.channels[number].room,
        )


@pytest.fixture
def hall(school: LivingSchool) -> Iterator[Hall]:
    """Film through a recorder that tells how many were there at once."""
    with PipCamera(size=(320, 180)) as box, RecordingRelay(box.port) as relay:
        yield Hall(school, relay)


def outages(school: LivingSchool, camera: int) -> list[tuple[str, bool]]:
    """Return the ledger of one camera: each state, and whether it is over."""
    with reading(school.living.world.database) as connection:
        rows = connection.execute(
            select(Outage.state, Outage.ended_at).where(Outage.camera_id == camera).order_by(Outage.id)
        )
        return [(state, ended is not None) for state, ended in rows]


def test_a_recorder_is_never_asked_for_more_than_it_bears(hall: Hall, school: LivingSchool) -> None:
    until("two are live and one waits", lambda: hall.states() == ["live", "live", "recorder_full"], 30)
    third = hall.channels[3]
    assert outages(school, third.camera) == [("camera:recorder_full", False)]
    assert hall.probe(3) == "camera:recorder_full"
    assert hall.states() == ["live", "live", "recorder_full"]

    hall.draws_curtain(1)
    until("the one that waited is live", lambda: hall.states() == ["not_due", "live", "live"], 30)
    assert outages(school, third.camera) == [("camera:recorder_full", True)]

    guardian = school.guardian()
    reader, token = school.reader(guardian.sign_in_name)
    viewing = reader.open(school.key_of(Room, third.room), token)
    playing = until("a picture", lambda: reader.status(viewing)["state"] == "playing", 20)
    assert playing
    playlist = reader.get(f"/live/{viewing}/main/index.m3u8").body.decode()
    assert ".m4s" in playlist

    hall.draws_curtain(2)
    until("a seat is free", lambda: hall.states() == ["not_due", "not_due", "live"], 20)
    assert hall.probe(1) == "camera:live"
    assert hall.states() == ["not_due", "not_due", "live"]
    assert hall.relay.most_sessions == SESSION_LIMIT
    for number in CHANNELS:
        assert f"/hall/{number} RTSP/1.0".encode() in hall.relay.asked
    assert b"channel" not in hall.relay.asked
