"""One guardian's reader that is in the midst of watching: how most stories of faults begin."""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from access.database import reading
from access.log.store import LogEntry
from access.places import CurtainOpening
from tests.e2e.audience import BLACK_SECONDS
from tests.e2e.living import Guardian, LivingSchool
from tests.e2e.reader import Answer, Reader, boot, following
from tests.e2e.waiting import until


@dataclass(frozen=True, slots=True)
class Watched:
    """A device, what it got, and the viewing under which it watches."""

    school: LivingSchool
    guardian: Guardian
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


def ends_three_ways(watching: Sequence[Watched]) -> dict[str, float]:
    """End three viewings, each in its way, and see them dark within the promise.

    Returns when each was asked to end, by the kind of its entry. The first loses its permission, the second
    signs out, and before the third the curtain is drawn.
    """
    school, (revoked, signed_out, hidden) = watching[0].school, watching
    acts: dict[str, tuple[Watched, Callable[[], object]]] = {
        "grant:revoked": (revoked, lambda: school.revoke(revoked.guardian)),
        "sign_in:ended": (signed_out, lambda: signed_out.reader.sign_out(signed_out.token)),
        "curtain:drawn": (hidden, school.draw_curtain),
    }
    asked = {}
    for kind, (watched, act) in acts.items():
        began, asked[kind] = boot(), time.time()
        act()
        time.sleep(BLACK_SECONDS + 1)  # in which a byte would be too late
        assert max(watched.seconds_of_bytes(began), default=0.0) <= BLACK_SECONDS, kind
    return asked


def both_times(school: LivingSchool, kind: str, asked_at: float) -> tuple[float, float] | None:
    """Return when the ending of *kind* was asked for, and when it was recorded; None if it is in no log."""
    asked = select(LogEntry.body).where(LogEntry.kind == kind).order_by(LogEntry.id.desc()).limit(1)
    with reading(school.living.world.database) as connection:
        body = connection.execute(asked).scalar()
    said = json.loads(body) if body else {}
    if "recorded_at" not in said:
        return None
    at, recorded = (datetime.fromisoformat(said[name]).timestamp() for name in ("at", "recorded_at"))
    return (at, recorded) if abs(at - asked_at) < 1 else None


@contextmanager
def being_watched(school: LivingSchool) -> Iterator[Watched]:
    """Sign a guardian of Oak in and have them watch, until the end of the block."""
    guardian = school.guardian()
    device, token = school.reader(guardian.sign_in_name)
    until("there is a picture", lambda: can_watch(school, device, token), 40)
    reader = device.again()
    viewing = reader.open(school.room_key, token)
    with following(reader, viewing):
        until("it plays", lambda: len(reader.received) > 3, 20)
        yield Watched(school, guardian, reader, token, viewing)


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
