"""A flood of refused requests, with one guardian who opens viewings beside it."""

import itertools
import json
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from access import acts_people
from access.database import reading
from access.log.store import LogEntry
from tests.e2e.living import LivingSchool
from tests.e2e.reader import Reader

#: Ten thousand a minute.
A_SECOND = 10_000 / 60
#: Threads that send, each on connections that it keeps.
SENDERS = 8
#: Between two openings; no multiple of a sender's turn.
OPENS_EVERY = 0.37


@dataclass(slots=True)
class Flooded:
    """What came of it."""

    refused: int = 0
    #: Whatever was answered otherwise.
    otherwise: list[int] = field(default_factory=list)
    #: Seconds each opening took.
    opened: list[float] = field(default_factory=list)
    seconds: float = 0.0


def refused_devices(school: LivingSchool, count: int) -> list[tuple[Reader, str]]:
    """Return devices of guardians whose permission was ended: each ▶ of theirs is refused."""
    devices = []
    for _ in range(count):
        guardian = school.guardian()
        devices.append(school.reader(guardian.sign_in_name))
        acts_people.revoke_grant(
            school.living.world, actor=school.office, reason="test", grant_id=guardian.grant
        )
    return devices


def flood(school: LivingSchool, devices: Sequence[tuple[Reader, str]], seconds: float) -> Flooded:
    """Have *devices* press ▶ ten thousand times a minute, while one who may watch opens and closes."""
    found, lock, room = Flooded(), threading.Lock(), school.room_key
    opener, token = school.reader(school.guardian().sign_in_name)
    opener.keeps = True
    for reader, _ in devices:
        reader.keeps = True
    began = time.monotonic()

    def send(mine: Sequence[tuple[Reader, str]]) -> None:
        turn = SENDERS / A_SECOND
        for number, (reader, form) in enumerate(itertools.cycle(mine)):
            due = began + number * turn
            if due >= began + seconds:
                return
            time.sleep(max(0.0, due - time.monotonic()))
            answer = reader.ask_to_open(room, form)
            with lock:
                if answer.status == 200 and "refused" in json.loads(answer.body):
                    found.refused += 1
                else:
                    found.otherwise.append(answer.status)

    senders = [threading.Thread(target=send, args=(devices[n::SENDERS],)) for n in range(SENDERS) if devices]
    for sender in senders:
        sender.start()
    while time.monotonic() < began + seconds:
        asked = time.monotonic()
        viewing = opener.open(room, token)
        found.opened.append(time.monotonic() - asked)
        opener.close(viewing, token)
        time.sleep(OPENS_EVERY)
    for sender in senders:
        sender.join()
    found.seconds = time.monotonic() - began
    return found


def refusals_told(school: LivingSchool, since: int) -> tuple[int, int]:
    """Return how many entries of refusals there are from number *since* on, and how many they count."""
    asked = select(LogEntry.body).where(
        LogEntry.log == school.school, LogEntry.kind == "viewing:refused", LogEntry.number >= since
    )
    with reading(school.living.world.database) as connection:
        bodies = [json.loads(body or b"{}") for body in connection.execute(asked).scalars()]
    return len(bodies), sum(body.get("times", 1) for body in bodies)
