"""Viewings from open to end, on a real database with real marks and a clock that waits."""

import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from access.database import reading
from access.enrolment import Enrolment, Guardianship
from access.errors import LogUnavailable, RecordsUnavailable, RightEnded
from access.grants import Grant
from access.people import School, SignIn
from access.places import CurtainOpening, Epoch
from access.policy import Denied, Reason
from access.refusals import close_refusal_counts
from access.stops import Scope
from access.viewing import Ended, Leave, Viewings, sweep, watching
from access.viewing_records import RefusalCount, Viewing
from tests.access.one_room import AFTER, BEFORE, NOW, ROOM_KEY, SECOND, SINCE, UNTIL, OneRoom, SignedInHere

PHONE = "Chrome, Android"
STRANGER = 99


@pytest.fixture
def room(tmp_path: Path) -> OneRoom:
    """One room, all in order."""
    return OneRoom(tmp_path)


@pytest.fixture
def viewings(room: OneRoom) -> Viewings:
    """The viewings of one process, without its thread: tests renew by hand."""
    return Viewings(room.world)


def opened(viewings: Viewings) -> Leave:
    """Open a viewing of the room, which is allowed."""
    leave = viewings.open(SignedInHere(), ROOM_KEY, PHONE)
    assert isinstance(leave, Leave), leave
    return leave


def asked(viewings: Viewings, leave: Leave) -> Leave:
    """Ask for leave as the next request does."""
    return viewings.leave(leave.sign_in_id, leave.viewing_key)


def is_over(viewings: Viewings, leave: Leave) -> bool:
    """Say whether the next request is turned away for good."""
    try:
        asked(viewings, leave)
    except RightEnded:
        return True
    return False


# Opening


def test_a_viewing_is_in_the_log_with_its_lease_before_anything_is_served(
    room: OneRoom, viewings: Viewings
) -> None:
    leave = opened(viewings)

    row, entry = room.viewing(), room.entries()[-1]
    assert (row.key, row.lease_until) == (leave.viewing_key, NOW + timedelta(seconds=10))
    assert entry.kind == "viewing:opened"
    assert entry.body["subject"] == {
        "viewing": leave.viewing_key,
        "sign_in": 1,
        "person": 1,
        "guardianship": 1,
        "child": 1,
        "class_group": 1,
        "room": 1,
    }
    assert (entry.body["device"], entry.body["purpose"], entry.body["revision"]) == (PHONE, "live", 1)
    assert (entry.person_id, entry.room_id) == (1, 1)


def test_leave_names_the_stream_and_covers_only_what_was_filmed_under_it(viewings: Viewings) -> None:
    leave = opened(viewings)

    assert leave.stream is not None
    assert leave.stream.epoch == 1
    assert leave.covers(SINCE, SINCE + SECOND)
    assert not leave.covers(SINCE - SECOND, SINCE)
    assert leave.covers(UNTIL - SECOND, UNTIL)
    assert not leave.covers(UNTIL - SECOND / 2, UNTIL + SECOND / 2)


def test_a_refusal_is_in_the_log_with_its_reason(room: OneRoom, viewings: Viewings) -> None:
    room.change(Grant, revoked_at=NOW)

    assert viewings.open(SignedInHere(), ROOM_KEY, PHONE) == Denied(Reason.NO_GRANT)

    assert room.told() == ["viewing:refused grant:none"]
    assert room.viewing() is None


def test_the_same_refusal_within_a_minute_is_one_entry_and_a_number(
    room: OneRoom, viewings: Viewings
) -> None:
    room.change(Grant, revoked_at=NOW)
    for _ in range(4):
        viewings.open(SignedInHere(), ROOM_KEY, PHONE)
    assert room.told() == ["viewing:refused grant:none"]
    assert close_refusal_counts(room.world) == 0

    room.clock.advance(timedelta(seconds=60))

    assert close_refusal_counts(room.world) == 1
    assert room.told() == ["viewing:refused grant:none"] * 2
    assert room.entries()[-1].body["times"] == 3
    assert close_refusal_counts(room.world) == 0


def test_refusals_are_counted_apart_by_reason_and_begin_anew_after_a_minute(
    room: OneRoom, viewings: Viewings
) -> None:
    room.change(Grant, revoked_at=NOW)
    viewings.open(SignedInHere(), ROOM_KEY, PHONE)
    room.change(CurtainOpening, drawn_at=NOW)
    room.change(Grant, revoked_at=None)
    viewings.open(SignedInHere(), ROOM_KEY, PHONE)
    room.clock.advance(timedelta(seconds=60))

    viewings.open(SignedInHere(), ROOM_KEY, PHONE)

    assert room.told() == [
        "viewing:refused grant:none",
        "viewing:refused room:curtain",
        "viewing:refused room:curtain",
    ]


def test_refusals_counted_are_kept_when_the_process_dies(room: OneRoom, viewings: Viewings) -> None:
    room.change(Grant, revoked_at=NOW)
    for _ in range(2):
        viewings.open(SignedInHere(), ROOM_KEY, PHONE)

    Viewings(room.world).open(SignedInHere(), ROOM_KEY, PHONE)  # another process

    with reading(room.world.database) as connection:
        assert connection.execute(RefusalCount.__table__.select()).one().more == 2


def test_a_room_that_does_not_exist_is_refused_like_anothers_and_not_logged(
    room: OneRoom, viewings: Viewings
) -> None:
    assert viewings.open(SignedInHere(), "x" * 22, PHONE) == Denied(Reason.NO_CHILD_HERE)
    assert room.told() == []


def test_while_the_log_cannot_be_written_nothing_opens(room: OneRoom, viewings: Viewings) -> None:
    with room.locked(), pytest.raises(LogUnavailable):
        viewings.open(SignedInHere(), ROOM_KEY, PHONE)

    assert room.viewing() is None


def test_an_entry_that_cannot_be_written_takes_the_viewing_with_it(room: OneRoom, viewings: Viewings) -> None:
    with room.world.database.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER full_disk BEFORE INSERT ON log_entry BEGIN SELECT RAISE(ABORT, 'full'); END"
        )

    with pytest.raises(LogUnavailable):
        viewings.open(SignedInHere(), ROOM_KEY, PHONE)

    assert room.viewing() is None


# Every request is decided afresh


ENDINGS: list[tuple[type[Any], dict[str, Any], Reason]] = [
    (Grant, {"revoked_at": NOW}, Reason.NO_GRANT),
    (Guardianship, {"ended_at": NOW}, Reason.NOT_GUARDIAN),
    (Enrolment, {"ended_at": NOW}, Reason.NOT_ENROLLED),
    (CurtainOpening, {"drawn_at": NOW}, Reason.CURTAIN_DRAWN),
    (SignIn, {"ended_at": NOW}, Reason.SIGNED_OUT),
]


@pytest.mark.parametrize(("record", "values", "reason"), ENDINGS, ids=[r for *_, r in ENDINGS])
def test_what_ends_stops_the_very_next_request_and_is_recorded(
    room: OneRoom, viewings: Viewings, record: type[Any], values: dict[str, Any], reason: Reason
) -> None:
    leave = opened(viewings)
    asked(viewings, leave)
    room.act(record, **values)

    assert is_over(viewings, leave)

    assert (room.viewing().why, room.viewing().closed_at) == (reason, NOW)
    assert room.told() == ["viewing:opened", f"viewing:closed {reason}"]
    assert viewings.status(1, leave.viewing_key) == Ended(reason, NOW)


def test_the_end_of_the_hours_stops_at_its_instant(room: OneRoom, viewings: Viewings) -> None:
    leave = opened(viewings)
    room.clock.advance(UNTIL - NOW - SECOND)
    assert asks_while_renewed(viewings, leave).allowed.until == UNTIL

    room.clock.advance(SECOND)

    assert viewings.stopped(leave, room.clock.now())
    assert is_over(viewings, leave)


def test_another_childs_right_does_not_carry_the_viewing_on(room: OneRoom, viewings: Viewings) -> None:
    leave = opened(viewings)
    tie = {"school_id": 1, "starts_at": BEFORE, "recorded_at": BEFORE}
    room.add(Enrolment, **tie, key="e2", child_id=1, class_group_id=1)
    verified = {"verified_at": BEFORE, "verified_until": AFTER}
    room.add(Guardianship, **tie, **verified, id=2, key="u2", person_id=1, child_id=1)
    room.add(Grant, **tie, key="a2", guardianship_id=2, ends_at=AFTER)

    room.act(Guardianship, ended_at=NOW)

    assert is_over(viewings, leave)
    assert isinstance(viewings.open(SignedInHere(), ROOM_KEY, PHONE), Leave)


def test_a_new_epoch_is_the_stream_of_the_next_request(room: OneRoom, viewings: Viewings) -> None:
    leave = opened(viewings)
    room.change(Epoch, ended_at=NOW)
    epoch = {"school_id": 1, "room_id": 1, "camera_id": 1, "level": "clear", "first_k": 9}
    room.add(Epoch, id=2, **epoch, ordinal=1, started_at=NOW)

    stream = asked(viewings, leave).stream

    assert stream is not None
    assert (stream.epoch, stream.ordinal) == (2, 1)


def test_somebody_elses_viewing_does_not_exist_and_is_left_alone(room: OneRoom, viewings: Viewings) -> None:
    leave = opened(viewings)

    with pytest.raises(RightEnded):
        viewings.leave(STRANGER, leave.viewing_key)
    with pytest.raises(RightEnded):
        viewings.status(STRANGER, leave.viewing_key)
    viewings.close(leave.viewing_key, STRANGER, "viewing:left")

    assert asked(viewings, leave).viewing_id == leave.viewing_id


# Marks, and the look without a query


@pytest.mark.parametrize("scope", list(Scope))
def test_a_mark_stops_a_viewing_without_a_query(room: OneRoom, viewings: Viewings, scope: Scope) -> None:
    leave = opened(viewings)
    assert not viewings.stopped(leave, NOW)

    room.mark(scope, 0 if scope is Scope.INSTALLATION else 1)

    with room.queries() as queries:
        assert viewings.stopped(leave, NOW)
    assert queries == []


def test_a_mark_on_another_right_stops_nothing(room: OneRoom, viewings: Viewings) -> None:
    leave = opened(viewings)
    for scope in Scope:
        if scope is not Scope.INSTALLATION:
            room.mark(scope, 2)

    assert not viewings.stopped(leave, NOW)
    assert asked(viewings, leave).marks == leave.marks


def test_looking_takes_microseconds(room: OneRoom, viewings: Viewings) -> None:
    leave = opened(viewings)
    began = time.perf_counter()

    for _ in range(1000):
        viewings.stopped(leave, NOW)

    assert time.perf_counter() - began < 1.0  # 500 sockets ten times a second leave 200 µs each


@pytest.mark.parametrize("at", [NOW + timedelta(seconds=10), UNTIL], ids=["lease over", "hours over"])
def test_bytes_stop_at_the_end_of_lease_and_horizon(viewings: Viewings, at: Any) -> None:
    leave = opened(viewings)

    assert viewings.stopped(leave, at)
    assert not viewings.stopped(leave, NOW + timedelta(seconds=9.9))


def test_a_viewing_that_is_closed_is_stopped(viewings: Viewings) -> None:
    leave = opened(viewings)

    viewings.close(leave.viewing_key, 1, "viewing:left")

    assert viewings.stopped(leave, NOW)


# When the database does not answer


def test_a_right_ends_while_the_database_is_locked_and_is_recorded_later(
    room: OneRoom, viewings: Viewings
) -> None:
    leave = opened(viewings)
    with room.locked():
        room.mark(Scope.GRANT)

        assert viewings.stopped(leave, NOW)
        assert is_over(viewings, leave)
        assert viewings.status(1, leave.viewing_key) == Ended(Reason.NO_GRANT, NOW)

    assert room.viewing().closed_at is None
    room.clock.advance(timedelta(seconds=30))
    viewings.renew_all()
    assert (room.viewing().why, room.viewing().closed_at) == (Reason.NO_GRANT, NOW)
    last = room.entries()[-1]
    assert (last.at, last.body["ended_at"]) == (NOW + timedelta(seconds=30), "2026-03-10T02:00:00.000000Z")


def test_the_cutters_second_look_never_writes(room: OneRoom, viewings: Viewings) -> None:
    leave = opened(viewings)
    room.act(Grant, revoked_at=NOW)

    with room.locked():
        began = time.monotonic()
        assert viewings.decide_again(leave) is None
        assert time.monotonic() - began < 0.2

    viewings.renew_all()
    assert room.told() == ["viewing:opened", "viewing:closed grant:none"]


def test_a_lease_that_cannot_be_renewed_runs_out(room: OneRoom, viewings: Viewings) -> None:
    leave = opened(viewings)
    asked(viewings, leave)
    room.clock.advance(timedelta(seconds=9))

    with room.locked():
        viewings.renew_all()
        with pytest.raises(LogUnavailable):
            asked(viewings, leave)

    room.clock.advance(SECOND)
    assert viewings.stopped(leave, room.clock.now())
    assert asks_while_renewed(viewings, leave).lease_until == NOW + timedelta(seconds=20)


# Leases


@pytest.fixture
def renewing(viewings: Viewings) -> Iterator[None]:
    """Renew as the thread of a web process does, only more often."""
    stopping = threading.Event()

    def run() -> None:
        while not stopping.wait(0.02):
            viewings.renew_all()

    thread = threading.Thread(target=run)
    thread.start()
    yield
    stopping.set()
    thread.join()


def asks_while_renewed(viewings: Viewings, leave: Leave) -> Leave:
    """Ask for leave with a short lease, and renew while the request waits."""
    stopping = threading.Event()

    def run() -> None:
        while not stopping.wait(0.02):
            viewings.renew_all()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        return asked(viewings, leave)
    finally:
        stopping.set()
        thread.join()


def test_a_request_with_a_short_lease_waits_for_the_batch(
    room: OneRoom, viewings: Viewings, renewing: None
) -> None:
    leave = opened(viewings)
    room.clock.advance(timedelta(seconds=8.5))

    again = asked(viewings, leave)

    assert again.lease_until == NOW + timedelta(seconds=18.5)
    assert room.viewing().lease_until == again.lease_until


def test_a_request_with_a_long_lease_waits_for_nothing(room: OneRoom, viewings: Viewings) -> None:
    leave = opened(viewings)
    room.clock.advance(timedelta(seconds=8))

    assert asked(viewings, leave).lease_until == NOW + timedelta(seconds=10)


def test_a_batch_renews_all_who_asked_in_one_statement(room: OneRoom, viewings: Viewings) -> None:
    leaves = [opened(viewings) for _ in range(5)]
    for leave in leaves[:4]:
        asked(viewings, leave)
    room.clock.advance(SECOND)

    with room.queries() as queries:
        viewings.renew_all()

    assert len(queries) == 1
    assert queries[0].startswith("UPDATE viewing")
    ends = [asked(viewings, leave).lease_until for leave in leaves]
    assert ends == [NOW + timedelta(seconds=11)] * 4 + [NOW + timedelta(seconds=10)]


def test_a_renewal_never_revives_a_closed_viewing(room: OneRoom, viewings: Viewings) -> None:
    closed, other = opened(viewings), opened(viewings)
    asked(viewings, closed)
    asked(viewings, other)
    room.change(Viewing, closed.viewing_id, closed_at=NOW, why="viewing:lease_lapsed")
    room.clock.advance(SECOND)

    viewings.renew_all()

    assert is_over(viewings, closed)
    assert viewings.stopped(closed, room.clock.now())
    assert viewings.status(1, closed.viewing_key) == Ended("viewing:lease_lapsed", NOW + SECOND)
    assert asked(viewings, other).lease_until == NOW + timedelta(seconds=11)
    assert room.told() == ["viewing:opened"] * 2


def test_a_renewal_never_shortens_a_lease(room: OneRoom, viewings: Viewings) -> None:
    leave = opened(viewings)
    later = NOW + timedelta(seconds=30)
    room.change(Viewing, lease_until=later)
    asked(viewings, leave)

    viewings.renew_all()

    assert room.viewing().lease_until == later


def test_a_viewing_nobody_asks_for_is_closed_when_its_lease_ran_out(
    room: OneRoom, viewings: Viewings
) -> None:
    opened(viewings)
    room.clock.advance(timedelta(seconds=69))
    viewings.renew_all()
    assert room.viewing().closed_at is None

    room.clock.advance(SECOND)
    viewings.renew_all()

    row = room.viewing()
    assert (row.why, row.closed_at) == ("viewing:lease_lapsed", NOW + timedelta(seconds=10))


def test_a_mark_closes_a_viewing_that_asks_no_more(room: OneRoom, viewings: Viewings) -> None:
    opened(viewings)
    room.mark(Scope.SIGN_IN)

    viewings.renew_all()

    assert room.viewing().why == Reason.SIGNED_OUT


def test_the_horizon_closes_a_viewing_that_asks_no_more(room: OneRoom, viewings: Viewings) -> None:
    room.change(Grant, ends_at=NOW + timedelta(seconds=5))
    opened(viewings)
    room.clock.advance(timedelta(seconds=5))

    viewings.renew_all()

    assert room.viewing().why == Reason.NO_GRANT


# The clock


def test_without_a_believable_clock_nothing_opens_and_everything_ends(
    room: OneRoom, viewings: Viewings
) -> None:
    leave = opened(viewings)

    room.clock.is_believable = False

    assert viewings.open(SignedInHere(), ROOM_KEY, PHONE) == Denied(Reason.CLOCK)
    assert viewings.stopped(leave, NOW)
    assert is_over(viewings, leave)
    assert viewings.status(1, leave.viewing_key) == Ended(Reason.CLOCK, NOW)


# What went out, and the end


def test_what_was_delivered_stands_in_the_closing_entry(room: OneRoom, viewings: Viewings) -> None:
    leave = opened(viewings)
    for k, epoch in ((7, 1), (8, 1), (1_000_001, 2)):
        viewings.delivered(leave, "main", k, 1.0, epoch)
    asked(viewings, leave)
    viewings.renew_all()
    with_the_lease = room.viewing().delivered
    viewings.delivered(leave, "main", 1_000_002, 0.5, 2)

    viewings.close(leave.viewing_key, 1, "viewing:left")

    assert with_the_lease["main"]["milliseconds"] == 3000
    assert room.entries()[-1].body["delivered"] == {
        "main": {"milliseconds": 3500, "epochs": {"1": [7, 8], "2": [1_000_001, 1_000_002]}}
    }


def test_closing_twice_is_told_once(room: OneRoom, viewings: Viewings) -> None:
    leave = opened(viewings)

    viewings.close(leave.viewing_key, 1, "viewing:left")
    viewings.close(leave.viewing_key, 1, "viewing:left")
    viewings.renew_all()

    assert room.told() == ["viewing:opened", "viewing:closed viewing:left"]


def test_why_it_ended_is_told_for_ten_minutes(room: OneRoom, viewings: Viewings) -> None:
    leave = opened(viewings)
    viewings.close(leave.viewing_key, 1, "viewing:left")
    room.clock.advance(timedelta(minutes=10) - SECOND)
    assert viewings.status(1, leave.viewing_key) == Ended("viewing:left", NOW)
    with pytest.raises(RightEnded):
        viewings.status(STRANGER, leave.viewing_key)

    room.clock.advance(SECOND)

    with pytest.raises(RightEnded):
        viewings.status(1, leave.viewing_key)


# Deciding again


def test_while_the_revision_stands_a_second_look_reads_only_it(room: OneRoom, viewings: Viewings) -> None:
    leave = opened(viewings)

    with room.queries() as queries:
        assert viewings.decide_again(leave) == leave

    assert len(queries) == 1
    assert viewings.revision([1]) == {1: 1}


def test_a_second_look_sees_what_no_mark_and_no_clock_foretold(room: OneRoom, viewings: Viewings) -> None:
    leave = opened(viewings)
    room.act(Enrolment, ends_at=NOW)
    assert not viewings.stopped(leave, NOW)

    assert viewings.decide_again(leave) is None

    assert viewings.stopped(leave, NOW)


def test_a_second_look_goes_on_when_the_act_was_about_something_else(
    room: OneRoom, viewings: Viewings
) -> None:
    leave = opened(viewings)
    room.change(School, revision=2)

    again = viewings.decide_again(leave)

    assert again is not None
    assert (again.revision, again.allowed) == (2, leave.allowed)


def test_without_records_nobody_can_say(room: OneRoom, viewings: Viewings) -> None:
    leave = opened(viewings)
    with room.world.database.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE school RENAME TO gone")

    assert viewings.decide_again(leave) is None
    with pytest.raises(LogUnavailable):
        asked(viewings, leave)
    with pytest.raises(LogUnavailable):
        viewings.revision([1])


# After a crash


def test_the_sweeper_closes_what_a_crash_left_at_the_end_of_its_lease(
    room: OneRoom, viewings: Viewings
) -> None:
    opened(viewings)
    assert sweep(room.world, starting=True) == 0
    room.clock.advance(timedelta(seconds=11))
    assert sweep(room.world) == 0

    assert sweep(room.world, starting=True) == 1

    row, entry = room.viewing(), room.entries()[-1]
    assert (row.why, row.closed_at) == ("viewing:lease_lapsed", NOW + timedelta(seconds=10))
    assert (entry.kind, entry.body["actor"]) == ("viewing:closed", {"person": 1, "via": "portal"})
    assert sweep(room.world, starting=True) == 0


def test_the_jobs_sweep_waits_until_no_process_would_go_on(room: OneRoom, viewings: Viewings) -> None:
    opened(viewings)

    room.clock.advance(timedelta(seconds=80))

    assert sweep(room.world) == 1


def test_the_sweeper_and_the_process_never_both_tell_the_end(room: OneRoom, viewings: Viewings) -> None:
    leave = opened(viewings)
    room.clock.advance(timedelta(seconds=80))
    sweep(room.world)

    viewings.close(leave.viewing_key, 1, "viewing:left")

    assert room.told() == ["viewing:opened", "viewing:closed viewing:lease_lapsed"]


def test_a_new_process_knows_nothing_of_the_old_ones_viewings(room: OneRoom, viewings: Viewings) -> None:
    leave = opened(viewings)

    assert is_over(Viewings(room.world), leave)


# Who watches


def test_the_office_sees_who_watches_until_the_lease_is_over(room: OneRoom, viewings: Viewings) -> None:
    leave = opened(viewings)

    with reading(room.world.database) as connection:
        (watcher,) = watching(connection, [1], NOW)
        assert (watcher.person_name, watcher.child_name, watcher.viewing_key) == (
            "Noor",
            "Ilyas",
            leave.viewing_key,
        )
        assert watching(connection, [2], NOW) == ()
        assert watching(connection, [1], NOW + timedelta(seconds=10)) == ()
    viewings.close(leave.viewing_key, 1, "viewing:left")
    with reading(room.world.database) as connection:
        assert watching(connection, [1], NOW) == ()


# Many at once


def test_many_threads_open_ask_and_close_without_losing_an_entry(
    room: OneRoom, viewings: Viewings, renewing: None
) -> None:
    failures: list[BaseException] = []

    def watch() -> None:
        try:
            for _ in range(3):
                leave = opened(viewings)
                for k in range(5):
                    asked(viewings, leave)
                    viewings.delivered(leave, "main", k, 1.0, 1)
                viewings.close(leave.viewing_key, 1, "viewing:left")
        except (AssertionError, LogUnavailable, RecordsUnavailable, RightEnded) as failure:
            failures.append(failure)

    threads = [threading.Thread(target=watch) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    closings = [entry for entry in room.entries() if entry.kind == "viewing:closed"]
    assert [entry.body["delivered"]["main"]["milliseconds"] for entry in closings] == [5000] * 24
    assert [entry.number for entry in room.entries()] == list(range(48))


def test_the_thread_renews_by_itself(room: OneRoom, viewings: Viewings) -> None:
    leave = opened(viewings)
    room.clock.advance(timedelta(seconds=9))
    stopping = threading.Event()
    thread = threading.Thread(target=viewings.run, args=(stopping,))
    thread.start()

    deadline = time.monotonic() + 5
    while room.viewing().lease_until == leave.lease_until and time.monotonic() < deadline:
        try:
            asked(viewings, leave)
        except LogUnavailable:
            continue  # the first batch comes after a second, as our patience ends
    stopping.set()
    thread.join()

    assert room.viewing().lease_until == NOW + timedelta(seconds=19)
