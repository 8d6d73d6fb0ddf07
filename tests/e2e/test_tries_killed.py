"""kill -9 of everything while somebody guesses a passphrase: the log has each try that was answered."""

import json
import os
import signal
from collections import Counter

import pytest
from sqlalchemy import select

from access.database import reading
from access.log.entry import INSTALLATION
from access.log.store import LogEntry
from access.try_records import TryCount
from tests.e2e.living import Living, LivingSchool, token_in
from tests.e2e.processes import everything
from tests.e2e.reader import Reader
from tests.e2e.waiting import until

#: As many as a name has from one address, and some that are held back.
FAILED, HELD = 5, 4
#: A minute, the jobs' turn, and the start.
TOLD_WITHIN = 90.0


@pytest.fixture(scope="module")
def school(living: Living) -> LivingSchool:
    """A school whose camera answers nobody: nothing here is about pictures."""
    told = LivingSchool(living, "rtsp://127.0.0.1:9/nobody")
    living.start()
    return told


def guesses(school: LivingSchool, name: str) -> list[int]:
    """Guess a passphrase again and again; return what was answered."""
    reader = Reader(school.living.outer_port, "", None, school.living.outer_tls)
    front = reader.get("/")
    reader.keep_cookies(front)
    body = f"csrf_token={token_in(front.body)}&sign_in_name={name}&passphrase=canary"
    return [
        reader.request(
            "POST",
            "/sign-in",
            body.encode(),
            Content_Type="application/x-www-form-urlencoded",
            Sec_Fetch_Site="same-origin",
            Origin=reader.origin,
        ).status
        for _ in range(FAILED + HELD)
    ]


def told(school: LivingSchool) -> Counter[str]:
    """Return how many tries the log tells, by kind."""
    asked = select(LogEntry.kind, LogEntry.body).where(
        LogEntry.log == INSTALLATION, LogEntry.kind.in_(["sign_in:failed", "sign_in:held_back"])
    )
    counted = Counter[str]()
    with reading(school.living.world.database) as connection:
        for kind, body in connection.execute(asked):
            counted[kind] += json.loads(body or b"{}").get("times", 1)
    return counted


def waiting(school: LivingSchool) -> Counter[str]:
    """Return how many tries are counted and not told, by kind; an untold first is one more."""
    asked = select(TryCount.kind, TryCount.more)
    with reading(school.living.world.database) as connection:
        return Counter({row.kind: row.more for row in connection.execute(asked)})


def test_kill_9_of_everything_loses_no_try_that_was_answered(school: LivingSchool) -> None:
    living, guardian = school.living, school.guardian()

    statuses = guesses(school, guardian.sign_in_name)
    until("the second is over", lambda: waiting(school)["sign_in:held_back"] == HELD, 5)
    for pid in everything(living):
        os.kill(pid, signal.SIGKILL)
    assert living.process
    living.process.wait(5)
    assert told(school)["sign_in:failed"] <= 1  # the number is in no entry yet
    living.start()

    assert statuses == [400] * FAILED + [429] * HELD
    expected = {"sign_in:failed": FAILED, "sign_in:held_back": HELD}
    until("the log tells them", lambda: told(school) == expected, TOLD_WITHIN)
