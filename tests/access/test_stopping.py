"""The portal is stopped: every viewing ends with its reason, and start and stop are in the log."""

from datetime import timedelta

from access.clock import FrozenClock
from access.database import now_utc_text, reading, writing
from access.log.entry import INSTALLATION, append, read_entries
from access.service_life import record_start, record_stop
from access.viewing import Ended, Viewings
from access.world import World
from tests.access.one_room import NOW, OneRoom
from tests.access.watching_guardian import is_over, opened

STOPPING = "portal:stopping"
HOUR = timedelta(hours=1)


def test_every_viewing_ends_with_why_and_each_that_still_begins(room: OneRoom, viewings: Viewings) -> None:
    first, second = opened(viewings), opened(viewings)

    viewings.end_all(STOPPING)
    late = opened(viewings)
    stopped = viewings.stopped(late, NOW)
    viewings.end_all(STOPPING)

    assert is_over(viewings, first)
    assert is_over(viewings, second)
    assert is_over(viewings, late)
    assert room.told().count(f"viewing:closed {STOPPING}") == 3
    assert stopped


def test_it_is_known_who_has_not_been_told_yet(room: OneRoom, viewings: Viewings) -> None:
    left, first, second = opened(viewings), opened(viewings), opened(viewings)
    viewings.close(left.viewing_key, 1, "viewing:left")

    untold = [viewings.end_all(STOPPING)]
    for leave in (first, second):
        assert viewings.status(1, leave.viewing_key) == Ended(STOPPING, NOW)
        untold.append(viewings.end_all(STOPPING))

    assert untold == [2, 1, 0]


def told_of_the_portal(world: World) -> list[tuple[str, str | None]]:
    """Return start and stop as the installation's log has them, each with what was before it."""
    with reading(world.database) as connection:
        entries = read_entries(connection, INSTALLATION)[::-1]
    return [(entry.kind, entry.body["before"]) for entry in entries if entry.kind.startswith("portal:")]


def test_a_start_says_whether_the_portal_had_been_stopped_in_order(world: World) -> None:
    for record in (record_start, record_stop, record_start, record_start):
        record(world)

    assert told_of_the_portal(world) == [
        ("portal:started", None),
        ("portal:stopped", "portal:started"),
        ("portal:started", "portal:stopped"),
        ("portal:started", "portal:started"),
    ]


def test_a_start_says_when_the_last_entry_was_written(world: World, clock: FrozenClock) -> None:
    record_start(world)
    clock.advance(HOUR)
    with writing(world.database) as connection:
        body: dict[str, str] = {}
        append(connection, log=INSTALLATION, kind="clock:confirmed", at=clock.now(), body=body)
    clock.advance(HOUR)

    record_start(world)

    with reading(world.database) as connection:
        last, *_, first = read_entries(connection, INSTALLATION)
    assert first.body["last_entry"] is None
    assert last.body["last_entry"] == now_utc_text(clock.now() - HOUR)
    assert last.body["since"] == now_utc_text(clock.now() - 2 * HOUR)
