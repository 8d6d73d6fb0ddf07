"""The stories about a school's calendar: holidays, make-up workdays, clocks and nap time."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from access import acts_calendar, acts_places, acts_years
from access.calendar_view import waiting_years
from access.database import reading
from access.people import School
from access.places import ViewingWindow
from access.policy import Allowed, Denied
from access.reasons import Reason
from tests.access.calendar.room_days import BY, HERE, TODAY, at, is_due, is_open, stands_at
from tests.access.one_room import OneRoom


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
