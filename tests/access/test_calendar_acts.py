"""What is done to a school's calendar, what it does to those who watch, and the stories about it."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from access import acts_calendar, acts_people, acts_places, acts_schools, acts_years
from access.acts import Actor, replay
from access.calendar import DaysKind
from access.calendar_records import CalendarDays
from access.calendar_view import find_days, load_year, waiting_years
from access.database import reading
from access.due import due_cameras
from access.enrolment import ClassGroup, Guardianship
from access.errors import RecordsUnavailable, Refused
from access.grants import Grant
from access.people import School, SignIn
from access.places import ViewingWindow
from access.policy import Allowed, Denied
from access.reasons import Reason
from access.stops import Mark, Scope
from access.viewing import Viewings
from tests.access.one_room import NOW, OneRoom
from tests.access.trouble import database_held, no_file_beyond
from tests.access.watching_guardian import is_over, opened

BY: dict[str, Any] = {"actor": Actor(None, "cli:test"), "reason": "the test says so"}
HERE: dict[str, Any] = {**BY, "school_id": 1}
#: The Tuesday on which everything here happens; hours are 09:30 to 11:30, and it is 10:00.
TODAY = date(2026, 3, 10)
DAY, WEEK = timedelta(days=1), timedelta(days=7)
CALENDAR_MARK = Mark(Scope.CALENDAR, 1)


@pytest.fixture
def chinese(room: OneRoom) -> OneRoom:
    """The room in a school that keeps China's holidays; nothing in it runs out this year."""
    room.change(School, country="CN")
    far = NOW + 400 * DAY
    room.change(SignIn, expires_at=far)
    room.change(Guardianship, verified_until=far)
    room.change(Grant, ends_at=far)
    return room


def at(day: date, words: str) -> datetime:
    """Return a time of day at the school."""
    hour, minute = map(int, words.split(":"))
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZoneInfo("Asia/Shanghai"))


def stands_at(room: OneRoom, day: date, words: str) -> OneRoom:
    """Let it be a time of a day, ahead."""
    room.clock.advance(at(day, words) - room.clock.now())
    return room


def is_open(room: OneRoom) -> bool:
    """Say whether the guardian may watch now."""
    return isinstance(room.decides(), Allowed)


def is_due(room: OneRoom) -> bool:
    """Say whether the camera is to be connected now."""
    with reading(room.world.database) as connection:
        return bool(due_cameras(connection, room.world.vault, room.clock.now(), room.world.stops))


def rows(room: OneRoom, kind: DaysKind) -> list[int]:
    """Return the rows of a kind that hold."""
    with reading(room.world.database) as connection:
        asked = select(CalendarDays.id).where(
            CalendarDays.kind == kind.value, CalendarDays.ended_at.is_(None), CalendarDays.school_id == 1
        )
        return list(connection.execute(asked.order_by(CalendarDays.starts_on)).scalars())


# -- the stories ---------------------------------------------------------------------------


def test_a_sunday_that_is_a_workday_is_open_and_a_holiday_weekday_is_closed(chinese: OneRoom) -> None:
    acts_years.prepare_year(chinese.world, **HERE, year=2026)
    acts_years.confirm_year(chinese.world, **HERE, year=2026)

    stands_at(chinese, date(2026, 9, 20), "10:00")  # it makes up for Tuesday 6 October
    assert is_open(chinese)
    assert is_due(chinese)
    stands_at(chinese, date(2026, 10, 6), "10:00")
    assert chinese.decides() == Denied(Reason.OUTSIDE_HOURS, at(date(2026, 10, 13), "09:30"))
    assert not is_due(chinese)


def test_a_closure_of_the_school_overrides_a_make_up_workday(chinese: OneRoom) -> None:
    acts_years.prepare_year(chinese.world, **HERE, year=2026)
    acts_years.confirm_year(chinese.world, **HERE, year=2026)
    sunday = date(2026, 9, 20)

    acts_calendar.close_days(chinese.world, **HERE, first=sunday, last=sunday, name="白蚁")

    stands_at(chinese, sunday, "10:00")
    assert not is_open(chinese)
    assert not is_due(chinese)


def test_a_year_without_published_calendar_data_is_closed_around_its_holidays(chinese: OneRoom) -> None:
    acts_years.prepare_year(chinese.world, **HERE, year=2027)
    stands_at(chinese, date(2027, 4, 6), "10:00")  # a Tuesday, the day after Qingming
    closed, due = is_open(chinese), is_due(chinese)

    acts_years.confirm_year(chinese.world, **HERE, year=2027)

    assert (closed, due) == (False, False)
    assert is_open(chinese)
    assert is_due(chinese)


def test_the_office_is_warned_of_such_a_year_sixty_days_before(chinese: OneRoom) -> None:
    acts_years.prepare_year(chinese.world, **HERE, year=2026)
    acts_years.confirm_year(chinese.world, **HERE, year=2026)

    warned = {}
    for day in (date(2026, 11, 1), date(2026, 11, 2)):
        stands_at(chinese, day, "00:00")
        with reading(chinese.world.database) as connection:
            warned[day] = waiting_years(connection, 1, chinese.clock.now())

    assert warned == {date(2026, 11, 1): (), date(2026, 11, 2): (2027,)}


def test_the_window_does_not_shift_in_the_weeks_when_one_country_has_changed_its_clock(
    room: OneRoom,
) -> None:
    room.change(School, zone="Europe/London")
    room.change(ViewingWindow, starts_minute=9 * 60, ends_minute=10 * 60)

    opens = []
    for day in (date(2026, 3, 17), date(2026, 3, 24), date(2026, 3, 31), date(2026, 4, 7)):
        room.clock.advance(datetime(day.year, day.month, day.day, 6, tzinfo=UTC) - room.clock.now())
        decision = room.decides()
        assert isinstance(decision, Denied)
        assert decision.opens_at is not None
        opens.append(decision.opens_at.astimezone(UTC).strftime("%m-%d %H:%M"))

    assert opens == ["03-17 09:00", "03-24 09:00", "03-31 08:00", "04-07 08:00"]


def test_a_window_that_crosses_the_viewers_midnight_is_one_window(room: OneRoom) -> None:
    room.change(ViewingWindow, starts_minute=8 * 60, ends_minute=20 * 60)
    los_angeles = ZoneInfo("America/Los_Angeles")

    decision = room.decides()

    assert isinstance(decision, Allowed)
    assert decision.until - at(TODAY, "08:00") == timedelta(hours=12)
    assert at(TODAY, "08:00").astimezone(los_angeles).date() != decision.until.astimezone(los_angeles).date()


def test_at_nap_time_the_timetable_closes_the_room_and_its_camera(room: OneRoom) -> None:
    acts_places.set_hours(
        room.world, **BY, class_group_id=1, windows=[(1, 9 * 60, 12 * 60), (1, 15 * 60, 16 * 60)]
    )

    seen = {}
    for words in ("11:59", "12:00", "14:59", "15:00"):
        stands_at(room, TODAY, words)
        seen[words] = (is_open(room), is_due(room))

    assert seen == {
        "11:59": (True, True),
        "12:00": (False, False),
        "14:59": (False, False),
        "15:00": (True, True),
    }


# -- who watches ---------------------------------------------------------------------------


def test_a_closure_of_today_ends_what_is_watched_at_once(room: OneRoom, viewings: Viewings) -> None:
    leave = opened(viewings)
    assert not viewings.stopped(leave, room.clock.now())

    recorded = acts_calendar.close_days(room.world, **HERE, first=TODAY, last=TODAY)

    assert recorded
    assert is_over(viewings, leave)
    assert viewings.decide_again(leave) is None
    assert not is_due(room)
    assert f"viewing:closed {Reason.OUTSIDE_HOURS.value}" in room.told()


def test_a_closure_of_another_day_ends_nothing_today(room: OneRoom, viewings: Viewings) -> None:
    leave = opened(viewings)

    acts_calendar.close_days(room.world, **HERE, first=TODAY + DAY, last=TODAY + WEEK)

    assert not viewings.stopped(leave, room.clock.now())
    assert not is_over(viewings, leave)
    assert is_open(room)
    stands_at(room, TODAY + WEEK, "10:00")
    assert not is_open(room)
    stands_at(room, TODAY + 2 * WEEK, "10:00")
    assert is_open(room)


@pytest.mark.sqlite
def test_a_closure_holds_while_the_database_is_locked_and_for_that_day_only(
    room: OneRoom, viewings: Viewings
) -> None:
    leave = opened(viewings)

    with database_held(room.address):
        recorded = acts_calendar.close_days(room.world, **HERE, first=TODAY, last=TODAY)
        stopped, due = viewings.stopped(leave, room.clock.now()), is_due(room)

    assert (recorded, stopped, due) == (False, True, False)
    assert replay(room.world) == 1
    assert is_over(viewings, leave)
    assert room.world.stops.stopped([CALENDAR_MARK]) == frozenset()
    stands_at(room, TODAY + WEEK, "10:00")
    assert is_open(room)


@pytest.mark.sqlite
def test_a_closure_of_another_day_that_waits_to_be_recorded_ends_nothing_today(
    room: OneRoom, viewings: Viewings
) -> None:
    leave = opened(viewings)

    with database_held(room.address):
        recorded = acts_calendar.close_days(room.world, **HERE, first=TODAY + DAY, last=TODAY + WEEK)
        stopped = viewings.stopped(leave, room.clock.now())

    assert (recorded, stopped) == (False, False)
    assert replay(room.world) == 1
    stands_at(room, TODAY + WEEK, "10:00")
    assert not is_open(room)


@pytest.mark.sqlite
@pytest.mark.parametrize("act", ["a closure", "an opening taken back"])
def test_what_neither_journal_nor_records_take_closes_the_school(room: OneRoom, act: str) -> None:
    found = acts_calendar.open_once(room.world, **HERE, day=TODAY, starts_minute=570, ends_minute=690)
    closes: dict[str, Callable[[], bool]] = {
        "a closure": lambda: acts_calendar.close_days(room.world, **HERE, first=TODAY, last=TODAY),
        "an opening taken back": lambda: acts_calendar.remove_days(room.world, **BY, days_id=found),
    }

    with database_held(room.address), no_file_beyond(0), pytest.raises(RecordsUnavailable):
        closes[act]()
    acts_calendar.make_up_day(room.world, **HERE, day=TODAY + DAY, weekday=1)  # and clears their mark

    assert room.world.stops.in_force() == {Mark(Scope.SCHOOL, 1)}
    assert not is_open(room)


@pytest.mark.sqlite
def test_a_closure_of_another_day_that_nothing_takes_stops_nothing_today(room: OneRoom) -> None:
    with database_held(room.address), no_file_beyond(0), pytest.raises(RecordsUnavailable):
        acts_calendar.close_days(room.world, **HERE, first=TODAY + DAY, last=TODAY + WEEK)

    assert is_open(room)


@pytest.mark.sqlite
def test_an_opening_is_taken_back_while_the_database_is_locked(room: OneRoom, viewings: Viewings) -> None:
    stands_at(room, TODAY + DAY, "09:40")
    found = acts_calendar.open_once(room.world, **HERE, day=TODAY + DAY, starts_minute=570, ends_minute=690)
    leave = opened(viewings)

    with database_held(room.address):
        recorded = acts_calendar.remove_days(room.world, **BY, days_id=found)
        stopped = viewings.stopped(leave, room.clock.now())

    assert (recorded, stopped) == (False, True)


def test_narrower_hours_end_what_is_watched_with_the_next_look(room: OneRoom, viewings: Viewings) -> None:
    leave = opened(viewings)

    acts_places.set_hours(room.world, **BY, class_group_id=1, windows=[(1, 13 * 60, 14 * 60)])

    assert viewings.revision([1])[1] != leave.revision  # so the cutter's look, every 100 ms, decides again
    assert viewings.decide_again(leave) is None
    assert is_over(viewings, leave)
    assert not is_due(room)


@pytest.mark.parametrize("kind", [DaysKind.OPENING, DaysKind.MAKE_UP])
def test_taking_back_what_opened_today_ends_what_is_watched(
    room: OneRoom, viewings: Viewings, kind: DaysKind
) -> None:
    stands_at(room, TODAY + DAY, "09:40")  # a Wednesday, without hours of its own
    if kind is DaysKind.OPENING:
        found = acts_calendar.open_once(
            room.world, **HERE, day=TODAY + DAY, starts_minute=570, ends_minute=690
        )
    else:
        found = acts_calendar.make_up_day(room.world, **HERE, day=TODAY + DAY, weekday=1)
    leave = opened(viewings)
    assert is_due(room)

    assert acts_calendar.remove_days(room.world, **BY, days_id=found)

    assert is_over(viewings, leave)
    assert not is_due(room)
    assert room.world.stops.stopped([CALENDAR_MARK]) == frozenset()


def test_an_opening_shows_nothing_from_before_it_was_written(room: OneRoom) -> None:
    stands_at(room, TODAY + DAY, "09:40")

    acts_calendar.open_once(room.world, **HERE, day=TODAY + DAY, starts_minute=540, ends_minute=690)

    decision = room.decides()
    assert isinstance(decision, Allowed)
    assert decision.since == at(TODAY + DAY, "09:40")
    assert decision.until == at(TODAY + DAY, "11:30")


def test_an_opening_of_another_class_opens_nothing_and_connects_no_camera(room: OneRoom) -> None:
    room.add(ClassGroup, id=2, school_id=1, key="g2", name="Elm", recorded_at=NOW)
    stands_at(room, TODAY + DAY, "09:40")

    acts_calendar.open_once(
        room.world, **HERE, day=TODAY + DAY, starts_minute=540, ends_minute=690, class_group_id=2
    )

    assert not is_open(room)
    assert not is_due(room)


def test_an_opening_needs_no_weekly_hours(room: OneRoom) -> None:
    acts_places.set_hours(room.world, **BY, class_group_id=1, windows=[])
    assert not is_due(room)

    acts_calendar.open_once(room.world, **HERE, day=TODAY, starts_minute=540, ends_minute=690)

    assert is_open(room)
    assert is_due(room)


def test_a_closure_taken_back_opens_again(room: OneRoom) -> None:
    acts_calendar.close_days(room.world, **HERE, first=TODAY, last=TODAY)
    (closure,) = rows(room, DaysKind.CLOSURE)
    room.clock.advance(timedelta(minutes=5))

    assert acts_calendar.remove_days(room.world, **BY, days_id=closure)

    decision = room.decides()
    assert isinstance(decision, Allowed)
    assert decision.since == room.clock.now()


def test_another_school_is_not_touched(room: OneRoom) -> None:
    neighbour = acts_people.add_school(
        room.world, **BY, name="Moon", zone="Asia/Shanghai", language="zh", country=None
    )

    acts_calendar.close_days(room.world, **BY, school_id=neighbour, first=TODAY, last=TODAY)
    acts_years.set_term(room.world, **BY, school_id=neighbour, ends_on=TODAY + WEEK, starts_on=TODAY + DAY)

    assert is_open(room)
    assert is_due(room)


def test_a_mark_that_a_broken_off_closure_left_goes_with_the_next_act_that_opens(room: OneRoom) -> None:
    room.world.stops.set([CALENDAR_MARK])
    assert room.decides() == Denied(Reason.OUTSIDE_HOURS)
    assert not is_due(room)

    acts_calendar.make_up_day(room.world, **HERE, day=TODAY + DAY, weekday=1)

    assert is_open(room)


# -- years and terms -----------------------------------------------------------------------


def test_a_prepared_year_is_written_down_and_closes_nothing_more_once_confirmed(chinese: OneRoom) -> None:
    known = acts_years.prepare_year(chinese.world, **HERE, year=2026)

    assert known.announced
    assert len(rows(chinese, DaysKind.HOLIDAY)) == 7
    assert len(rows(chinese, DaysKind.MAKE_UP)) == 6
    with reading(chinese.world.database) as connection:
        before = load_year(connection, 1, NOW, 2026)
    acts_years.confirm_year(chinese.world, **HERE, year=2026)
    with reading(chinese.world.database) as connection:
        after = load_year(connection, 1, NOW, 2026)
    assert before.prepared_from == "holidays 0.109"
    assert (before.confirmed, after.doubted) == ("", ())
    assert before.doubted[-1] == (date(2026, 9, 18), date(2026, 10, 14))
    assert after.confirmed


def test_preparing_anew_replaces_what_was_prepared_and_leaves_what_was_typed(chinese: OneRoom) -> None:
    acts_calendar.close_days(chinese.world, **HERE, first=date(2026, 8, 1), last=date(2026, 8, 31))
    acts_years.prepare_year(chinese.world, **HERE, year=2026)
    first = rows(chinese, DaysKind.HOLIDAY)

    acts_years.prepare_year(chinese.world, **HERE, year=2026)

    assert len(rows(chinese, DaysKind.HOLIDAY)) == 7
    assert not set(first) & set(rows(chinese, DaysKind.HOLIDAY))
    assert len(rows(chinese, DaysKind.CLOSURE)) == 1


def test_that_a_year_is_confirmed_can_be_taken_back_at_once(chinese: OneRoom, viewings: Viewings) -> None:
    acts_years.prepare_year(chinese.world, **HERE, year=2026)
    acts_years.confirm_year(chinese.world, **HERE, year=2026)
    stands_at(chinese, date(2026, 3, 31), "10:00")  # Qingming is on 5 April
    leave = opened(viewings)
    (confirmed,) = rows(chinese, DaysKind.CONFIRMED)

    assert acts_calendar.remove_days(chinese.world, **BY, days_id=confirmed)

    assert is_over(viewings, leave)


def test_weekly_hours_hold_in_the_term_only(room: OneRoom) -> None:
    acts_years.set_term(room.world, **HERE, ends_on=TODAY + WEEK - DAY)
    assert is_open(room)

    stands_at(room, TODAY + WEEK, "10:00")

    assert not is_open(room)
    assert not is_due(room)


def test_a_term_that_ended_long_ago_still_keeps_the_weekly_hours_closed(room: OneRoom) -> None:
    acts_years.set_term(room.world, **HERE, ends_on=TODAY + DAY)
    room.change(Guardianship, verified_until=NOW + 90 * DAY)

    stands_at(room, TODAY + 10 * WEEK, "10:00")

    assert not is_open(room)
    assert not is_due(room)


def test_a_term_said_anew_takes_the_place_of_what_was_said_before(room: OneRoom) -> None:
    acts_years.set_term(room.world, **HERE, ends_on=TODAY + DAY)
    acts_years.set_term(room.world, **HERE, ends_on=TODAY + 3 * WEEK)
    acts_years.set_term(room.world, **HERE, ends_on=TODAY + 20 * WEEK, starts_on=TODAY + 5 * WEEK)

    assert len(rows(room, DaysKind.TERM)) == 2
    room.change(Guardianship, verified_until=NOW + 90 * DAY)  # the first term had cut the check short
    stands_at(room, TODAY + 2 * WEEK, "10:00")
    assert is_open(room)
    stands_at(room, TODAY + 4 * WEEK, "10:00")
    assert not is_open(room)
    stands_at(room, TODAY + 5 * WEEK, "10:00")
    assert is_open(room)


def test_a_school_that_changes_its_country_shows_nothing_from_before(room: OneRoom) -> None:
    acts_schools.set_country(room.world, **HERE, country="CN")

    decision = room.decides()
    assert isinstance(decision, Allowed)
    assert decision.since == NOW


def test_a_school_in_china_keeps_chinas_holidays_unless_it_says_otherwise(room: OneRoom) -> None:
    said = {"name": "Moon", "language": "zh", **BY}
    zones = {
        acts_people.add_school(room.world, **said, zone="Asia/Shanghai"): "CN",
        acts_people.add_school(room.world, **said, zone="Asia/Shanghai", country=None): None,
        acts_people.add_school(room.world, **said, zone="Europe/London"): None,
        acts_people.add_school(room.world, **said, zone="Europe/London", country="GB"): "GB",
    }

    with reading(room.world.database) as connection:
        kept = dict(connection.execute(select(School.id, School.country).where(School.id.in_(zones))).all())
    assert kept == zones


# -- what is refused -----------------------------------------------------------------------


def closes(room: OneRoom, first: date, last: date, **said: Any) -> object:
    return acts_calendar.close_days(room.world, **HERE, first=first, last=last, **said)


def opens(room: OneRoom, starts: int, ends: int, **said: Any) -> object:
    day = {"day": TODAY, "starts_minute": starts, "ends_minute": ends}
    return acts_calendar.open_once(room.world, **{**HERE, **day, **said})


def makes_up(room: OneRoom, day: date, weekday: int = 1) -> object:
    return acts_calendar.make_up_day(room.world, **HERE, day=day, weekday=weekday)


def twice(room: OneRoom) -> object:
    makes_up(room, TODAY)
    return makes_up(room, TODAY, 2)


def in_a_closure(room: OneRoom) -> object:
    closes(room, TODAY, TODAY)
    return opens(room, 0, 60)


def confirms(room: OneRoom, *, prepared: bool = True, again: bool = False) -> object:
    room.change(School, country="CN")
    if prepared:
        acts_years.prepare_year(room.world, **HERE, year=2026)
    if again:
        acts_years.confirm_year(room.world, **HERE, year=2026)
    return acts_years.confirm_year(room.world, **HERE, year=2026)


def prepares(room: OneRoom, year: int, *, confirmed: bool = False) -> object:
    room.change(School, country="CN")
    if confirmed:
        confirms(room)
    return acts_years.prepare_year(room.world, **HERE, year=year)


def takes_back_a_term(room: OneRoom) -> object:
    acts_years.set_term(room.world, **HERE, ends_on=TODAY)
    return acts_calendar.remove_days(room.world, **BY, days_id=rows(room, DaysKind.TERM)[0])


def closes_elsewhere(room: OneRoom) -> object:
    return acts_calendar.close_days(room.world, **{**HERE, "school_id": 7}, first=TODAY, last=TODAY)


def says_nothing(room: OneRoom) -> object:
    return acts_calendar.close_days(room.world, **{**HERE, "reason": " "}, first=TODAY, last=TODAY)


REFUSED = [
    ("calendar:backwards", lambda r: closes(r, TODAY, TODAY - DAY)),
    ("calendar:too_long", lambda r: closes(r, TODAY, TODAY + 366 * DAY)),
    ("calendar:past", lambda r: closes(r, TODAY - WEEK, TODAY - DAY)),
    ("name:characters", lambda r: closes(r, TODAY, TODAY, name="a\u202eb")),
    ("hours:backwards", lambda r: opens(r, 60, 60)),
    ("hours:out_of_range", lambda r: opens(r, 60, 1441)),
    ("hours:out_of_range", lambda r: opens(r, -1, 60)),
    ("calendar:past", lambda r: opens(r, 0, 60, day=TODAY - DAY)),
    ("class_group:unknown", lambda r: opens(r, 0, 60, class_group_id=7)),
    ("calendar:closed_day", in_a_closure),
    ("calendar:weekday", lambda r: makes_up(r, TODAY, 7)),
    ("calendar:twice", twice),
    ("calendar:not_prepared", lambda r: confirms(r, prepared=False)),
    ("calendar:confirmed", lambda r: confirms(r, again=True)),
    ("calendar:confirmed", lambda r: prepares(r, 2026, confirmed=True)),
    ("calendar:year", lambda r: prepares(r, 2024)),
    ("calendar:no_country", lambda r: acts_years.prepare_year(r.world, **HERE, year=2026)),
    ("calendar:no_country", lambda r: acts_years.confirm_year(r.world, **HERE, year=2026)),
    ("calendar:kind", takes_back_a_term),
    ("calendar_days:unknown", lambda r: acts_calendar.remove_days(r.world, **BY, days_id=7)),
    ("school:country", lambda r: acts_schools.set_country(r.world, **HERE, country="XX")),
    ("school:unknown", closes_elsewhere),
    ("term:backwards", lambda r: acts_years.set_term(r.world, **HERE, ends_on=TODAY, starts_on=TODAY + DAY)),
    (
        "reason:missing",
        says_nothing,
    ),
]


@pytest.mark.parametrize(("reason", "does"), REFUSED)
def test_an_act_upon_the_calendar_that_makes_no_sense_is_refused(
    room: OneRoom, reason: str, does: Any
) -> None:
    with pytest.raises(Refused) as refused:
        does(room)

    assert refused.value.reason == reason
    assert room.world.stops.stopped([CALENDAR_MARK]) == frozenset()


def test_a_row_is_found_within_its_school_and_while_it_holds(room: OneRoom) -> None:
    acts_calendar.close_days(room.world, **HERE, first=TODAY, last=TODAY)
    (closure,) = rows(room, DaysKind.CLOSURE)
    with reading(room.world.database) as connection:
        key = connection.execute(select(CalendarDays.key).where(CalendarDays.school_id == 1)).scalar_one()
        found = [find_days(connection, key, school) for school in (1, 2)]
    acts_calendar.remove_days(room.world, **BY, days_id=closure)

    with reading(room.world.database) as connection:
        assert [*found, find_days(connection, key, 1)] == [closure, None, None]


def test_what_an_entry_says_of_the_calendar(room: OneRoom) -> None:
    acts_calendar.close_days(room.world, **HERE, first=TODAY, last=TODAY + DAY, name="a child's birthday")
    acts_calendar.open_once(room.world, **HERE, day=TODAY + WEEK, starts_minute=540, ends_minute=600)

    opening, closure = room.entries()[-1], room.entries()[-2]

    assert (closure.kind, opening.kind) == ("calendar:closed", "calendar:opened")
    assert closure.body["subject"] == {
        "calendar_days": 1,
        "starts_on": "2026-03-10",
        "ends_on": "2026-03-12",
    }
    assert opening.body["subject"] == {
        "calendar_days": 2,
        "starts_on": "2026-03-17",
        "starts_minute": 540,
        "ends_minute": 600,
    }


def test_the_holidays_are_not_looked_up_for_a_decision(chinese: OneRoom) -> None:
    acts_years.prepare_year(chinese.world, **HERE, year=2026)
    chinese.decides()  # and its coverage is remembered

    with chinese.queries() as asked:
        chinese.decides()

    assert len(asked) <= 6
