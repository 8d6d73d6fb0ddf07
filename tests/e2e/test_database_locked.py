"""The database is locked by another process: clear words, no picture, and a curtain that closes at once."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from playwright.sync_api import Browser

from app.errors import NOT_WELL_PAGE, RETRY_SECONDS
from tests.e2e.audience import BLACK_SECONDS
from tests.e2e.living import LivingSchool
from tests.e2e.phone import LANGUAGES, Phone
from tests.e2e.reader import boot
from tests.e2e.sentences import NO_ANSWER, in_both
from tests.e2e.waiting import until
from tests.e2e.watched import being_watched, both_times, ends_three_ways, is_drawn

#: As long as the lock of a stuck backup, and three leases.
LOCKED_SECONDS = 30.0
#: A lease that was renewed just before the lock ends so long after it.
LEASE_SECONDS = 10.0
#: The cutter looks every tenth of a second.
LOOK_SECONDS = 0.5


@contextmanager
def locked(database: Path) -> Iterator[float]:
    """Hold the write lock from a second process, as a stuck backup would; yield since when."""
    script = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None);"
        "c.execute('BEGIN IMMEDIATE'); print('locked', flush=True); sys.stdin.read()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", script, str(database)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        assert holder.stdout
        assert holder.stdout.readline() == b"locked\n"
        yield boot()
    finally:
        holder.communicate(timeout=10)


def test_the_curtain_works_while_the_database_is_locked(school: LivingSchool) -> None:
    with being_watched(school) as watched:
        with locked(school.living.database):
            drawn = boot()
            recorded = school.draw_curtain()
            time.sleep(BLACK_SECONDS + 1)  # in which a byte would be too late
            assert not recorded
            assert not is_drawn(school)
        assert max(watched.seconds_of_bytes(drawn), default=0.0) <= BLACK_SECONDS

    until("it is recorded later", lambda: is_drawn(school), 20)
    school.open_curtain()


def test_endings_take_effect_while_it_is_locked_and_are_in_the_log_with_both_times(
    school: LivingSchool,
) -> None:
    with ExitStack() as watching:
        watched = [watching.enter_context(being_watched(school)) for _ in range(3)]
        with locked(school.living.database) as since:
            began = time.time()
            asked = ends_three_ways(watched)
            assert all(both_times(school, *one) is None for one in asked.items())
            until("the lock has lasted", lambda: boot() > since + LOCKED_SECONDS, LOCKED_SECONDS + 5)
            unlocked = began + (boot() - since)

    until("they are in the log", lambda: all(both_times(school, *one) for one in asked.items()), 20)
    for one in asked.items():
        _, recorded = both_times(school, *one) or (0.0, 0.0)
        assert recorded >= unlocked - 1
    school.open_curtain()


def test_a_database_that_stays_locked_shows_no_picture_and_says_so(
    school: LivingSchool, browser: Browser
) -> None:
    guardian = school.guardian()
    phones = [Phone(browser, school, guardian.sign_in_name, language) for language in LANGUAGES]
    with being_watched(school) as watched:
        for phone in phones:
            phone.open_room()
        with locked(school.living.database) as since:
            for phone in phones:
                phone.tap_play()
                phone.wait_for("unreachable")
            refused = watched.open_anew()
            until("the lock has lasted", lambda: boot() > since + LOCKED_SECONDS, LOCKED_SECONDS + 5)
            playlist = watched.reader.get(f"/live/{watched.viewing}/main/index.m3u8")
            status = watched.reader.get(f"/live/{watched.viewing}/status")
            seconds = watched.seconds_of_bytes(since)  # still locked: afterwards its lease goes on

        assert {phone.catalogue: phone.says() for phone in phones} == in_both(NO_ANSWER)
        assert all(phone.is_dark() for phone in phones)
        for answer in (refused, playlist, status):
            assert (answer.status, answer.headers["retry-after"]) == (503, str(RETRY_SECONDS))
            assert answer.body.decode() == NOT_WELL_PAGE
        assert 0 < max(seconds) <= LEASE_SECONDS + LOOK_SECONDS
        until("pictures are served again", watched.can_watch, 30)
    for phone in phones:
        phone.tap_play()
        phone.wait_until_it_plays()
        phone.close()
