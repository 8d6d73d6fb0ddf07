"""A teacher draws the curtain at 10:20: whatever happens after it, only somebody's hand opens it again."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from access.acts import replay
from access.acts_attendance import check_in, set_attendance
from access.acts_calendar import open_once
from access.acts_consent import agree
from access.acts_expected import guest_comes, guest_leaves
from access.acts_hours import set_hours
from access.acts_places import draw_curtain, open_curtain, set_level
from access.acts_rooms import end_room_change, merge_classes
from access.acts_years import set_term
from access.clock import FrozenClock
from access.reasons import Reason
from access.viewing import Viewings, sweep
from tests.access.answering import due, of, takes_back
from tests.access.two_rooms import ALL_WEEK, ELM, HOUR, MINUTE, OAK, TwoRooms
from tests.conftest import small_world

ZONE = ZoneInfo("Asia/Shanghai")
TODAY, DAY = date(2026, 3, 10), timedelta(days=1)
CURTAIN = Reason.CURTAIN_DRAWN.value


@pytest.fixture
def drawn(two: TwoRooms, clock: FrozenClock) -> TwoRooms:
    """The curtain of Oak is drawn, at 10:20."""
    clock.advance(80 * MINUTE)
    assert clock.now().astimezone(ZONE).strftime("%H:%M") == "10:20"
    draw_curtain(two.world, actor=two.office, reason="changing", room_id=two.rooms[OAK])
    return two


def the_hours_end_and_begin_again(two: TwoRooms) -> None:
    tomorrow = datetime(TODAY.year, TODAY.month, TODAY.day + 1, 8, 0, tzinfo=ZONE)
    _waits(two, tomorrow - two.world.clock.now())


def a_week_goes_by(two: TwoRooms) -> None:
    _waits(two, 7 * DAY)


def hours_are_added(two: TwoRooms) -> None:
    longer = [(day, 7 * 60, ends) for day, _, ends in ALL_WEEK]
    set_hours(two.world, **two.act, class_group_id=two.groups[OAK], windows=longer)


def today_is_opened(two: TwoRooms) -> None:
    span: dict[str, Any] = {"starts_minute": 9 * 60, "ends_minute": 19 * 60}
    open_once(two.world, actor=two.office, reason="fair", school_id=two.id, day=TODAY, **span)


def a_term_begins(two: TwoRooms) -> None:
    set_term(two.world, **two.act, school_id=two.id, starts_on=TODAY, ends_on=TODAY + 60 * DAY)


def its_child_comes_in(two: TwoRooms) -> None:
    set_attendance(two.world, **two.act, school_id=two.id, mode="required")
    for family in two.families.values():
        check_in(two.world, **two.act, child_id=family.child)


def classes_meet_and_part(two: TwoRooms) -> None:
    ids: dict[str, Any] = {"guest_id": two.groups[ELM], "host_id": two.groups[OAK]}
    (change,) = merge_classes(two.world, **two.act, **ids, ends_at=two.world.clock.now() + HOUR)
    end_room_change(two.world, **two.act, room_change_id=change)


def a_guest_comes_and_goes(two: TwoRooms) -> None:
    guest_comes(two.world, **two.act, room_id=two.rooms[OAK])
    guest_leaves(two.world, **two.act, guest_id=1)


def somebody_agrees_again(two: TwoRooms) -> None:
    takes_back(two)
    actor, whose = of(two)
    agree(two.world, actor=actor, whose=whose)


def everything_is_to_be_clear(two: TwoRooms) -> None:
    set_level(two.world, **two.act, room_id=two.rooms[OAK], level="clear")


def jobs_run(two: TwoRooms) -> None:
    replay(two.world)
    sweep(two.world)
    Viewings(two.world).renew_all()


def _waits(two: TwoRooms, by: timedelta) -> None:
    clock = two.world.clock
    assert isinstance(clock, FrozenClock)
    clock.advance(by)


HAPPENINGS = (
    the_hours_end_and_begin_again,
    a_week_goes_by,
    hours_are_added,
    today_is_opened,
    a_term_begins,
    its_child_comes_in,
    classes_meet_and_part,
    a_guest_comes_and_goes,
    somebody_agrees_again,
    everything_is_to_be_clear,
    jobs_run,
)


@pytest.mark.parametrize("happening", HAPPENINGS)
def test_a_drawn_curtain_stays_drawn_until_somebody_opens_it(
    drawn: TwoRooms, happening: Callable[[TwoRooms], None]
) -> None:
    happening(drawn)

    _is_drawn(drawn)
    _waits(drawn, MINUTE)
    open_curtain(drawn.world, actor=drawn.office, reason="all dressed", room_id=drawn.rooms[OAK])
    assert drawn.since(OAK, OAK) == drawn.world.clock.now()


@pytest.fixture
def begun_anew(drawn: TwoRooms, tmp_path: Path, database: str) -> Iterator[TwoRooms]:
    """The same school after the machine lost its power: of the marks nothing is left."""
    (tmp_path / "marks").unlink()
    clock = drawn.world.clock
    assert isinstance(clock, FrozenClock)
    with small_world(tmp_path, clock, database) as world:
        yield drawn.seen_in(world)


def test_and_when_the_portal_begins_anew(begun_anew: TwoRooms) -> None:
    jobs_run(begun_anew)

    _is_drawn(begun_anew)


def _is_drawn(two: TwoRooms) -> None:
    """Say that nobody sees Oak because of its curtain, and that no camera is connected for it."""
    assert two.told(OAK, OAK) == CURTAIN
    assert two.rooms[OAK] not in due(two)
    assert two.sees(ELM) == [ELM]
