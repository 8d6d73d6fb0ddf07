"""One guardian's reader that is in the midst of watching: how most stories of faults begin."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import select

from access.database import reading
from access.places import CurtainOpening
from tests.e2e.living import LivingSchool
from tests.e2e.reader import Answer, Reader, following
from tests.e2e.waiting import until


@dataclass(frozen=True, slots=True)
class Watched:
    """A device, what it got, and the viewing under which it watches."""

    school: LivingSchool
    reader: Reader
    token: str
    viewing: str

    def seconds_of_bytes(self, since: float) -> list[float]:
        """Return when bytes came after *since*, in seconds after it; by the boot clock."""
        return [instant - since for instant, _ in list(self.reader.received) if instant > since]

    def open_anew(self) -> Answer:
        """Press ▶ once more, on the same device."""
        return self.reader.ask_to_open(self.school.room_key, self.token)

    def can_watch(self) -> bool:
        """Say whether the portal serves pictures to whoever opens anew."""
        return can_watch(self.school, self.reader, self.token)


@contextmanager
def being_watched(school: LivingSchool) -> Iterator[Watched]:
    """Sign a guardian of Oak in and have them watch, until the end of the block."""
    device, token = school.reader(school.guardian().sign_in_name)
    until("there is a picture", lambda: can_watch(school, device, token), 40)
    reader = device.again()
    viewing = reader.open(school.room_key, token)
    with following(reader, viewing):
        until("it plays", lambda: len(reader.received) > 3, 20)
        yield Watched(school, reader, token, viewing)


def can_watch(school: LivingSchool, device: Reader, token: str) -> bool:
    """Say whether *device* gets a picture if it opens a viewing now."""
    answer = device.ask_to_open(school.room_key, token)
    if answer.status != 201:
        return False
    viewing = json.loads(answer.body)["viewing"]
    state = device.status(viewing)["state"]
    device.close(viewing, token)
    return bool(state == "playing")


def is_drawn(school: LivingSchool) -> bool:
    """Say whether the records have the curtain of Oak's room as drawn."""
    standing = select(CurtainOpening.id).where(
        CurtainOpening.room_id == school.room, CurtainOpening.drawn_at.is_(None)
    )
    with reading(school.living.world.database) as connection:
        return connection.execute(standing).first() is None
