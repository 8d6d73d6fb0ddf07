"""When a device counts as left alone, and what a crash may lose of that."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from access.clock import FrozenClock
from access.database import reading
from access.errors import RecordsUnavailable
from access.people import SignIn
from access.presence import AWAY, SLACK, Presence
from access.sign_ins import SignInFound, begin_sign_in, recognise
from tests.access.trouble import database_held
from tests.access.writing_school import WritingSchool

A_SECOND = timedelta(seconds=1)


def found_again(written: WritingSchool, token: str) -> SignInFound:
    found = recognise(written.world, token)
    assert found
    return found


def test_ten_minutes_without_a_request_are_away(written: WritingSchool, clock: FrozenClock) -> None:
    presence = Presence(written.world)
    token = begin_sign_in(written.world, written.guardian, "Chrome")

    clock.advance(AWAY - A_SECOND)
    assert not presence.is_away(found_again(written, token), clock.now())
    clock.advance(A_SECOND)
    assert presence.is_away(found_again(written, token), clock.now())


def test_a_request_counts_before_it_is_written(written: WritingSchool, clock: FrozenClock) -> None:
    presence = Presence(written.world)
    token = begin_sign_in(written.world, written.guardian, "Chrome")
    clock.advance(AWAY - A_SECOND)
    found = found_again(written, token)

    presence.saw(found.sign_in_id, clock.now())
    clock.advance(AWAY - A_SECOND)

    assert not presence.is_away(found, clock.now())
    assert Presence(written.world).is_away(found, clock.now())  # after a crash it asks, never the other way


def test_what_is_written_another_process_knows(written: WritingSchool, clock: FrozenClock) -> None:
    presence = Presence(written.world)
    token = begin_sign_in(written.world, written.guardian, "Chrome")
    found = found_again(written, token)
    clock.advance(AWAY)
    presence.saw(found.sign_in_id, clock.now())

    presence.write()

    assert found_again(written, token).seen_at == clock.now()
    assert not Presence(written.world).is_away(found_again(written, token), clock.now())
    presence.write()  # nothing is left, and nothing changes
    assert found_again(written, token).seen_at == clock.now()


def test_seen_never_goes_back(written: WritingSchool, clock: FrozenClock) -> None:
    presence = Presence(written.world)
    token = begin_sign_in(written.world, written.guardian, "Chrome")
    found = found_again(written, token)

    presence.saw(found.sign_in_id, found.seen_at - timedelta(minutes=1))
    presence.write()

    assert found_again(written, token).seen_at == found.seen_at


def test_a_locked_database_loses_nothing(written: WritingSchool, clock: FrozenClock, database: str) -> None:
    presence = Presence(written.world)
    token = begin_sign_in(written.world, written.guardian, "Chrome")
    found = found_again(written, token)
    clock.advance(timedelta(minutes=5))
    presence.saw(found.sign_in_id, clock.now())

    with database_held(database), pytest.raises(RecordsUnavailable):
        presence.write()
    presence.write()

    assert found_again(written, token).seen_at == clock.now()


def test_the_thread_writes_once_more_at_its_end(written: WritingSchool, clock: FrozenClock) -> None:
    presence, stopping = Presence(written.world), threading.Event()
    found = found_again(written, begin_sign_in(written.world, written.guardian, "Chrome"))
    clock.advance(timedelta(minutes=5))
    presence.saw(found.sign_in_id, clock.now())
    stopping.set()

    presence.run(stopping)

    with reading(written.world.database) as connection:
        seen = connection.execute(select(SignIn.seen_at).where(SignIn.id == found.sign_in_id)).scalar_one()
    assert seen == clock.now()


def test_a_device_seen_in_the_future_is_asked(written: WritingSchool, clock: FrozenClock) -> None:
    presence = Presence(written.world)
    found = found_again(written, begin_sign_in(written.world, written.guardian, "Chrome"))

    assert not presence.is_away(found, clock.now() - SLACK)
    assert presence.is_away(found, clock.now() - SLACK - A_SECOND)  # the clock was six hours ahead, say
