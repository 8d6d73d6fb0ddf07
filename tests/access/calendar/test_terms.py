"""Years that are prepared and confirmed, terms, and the country of a school."""

from datetime import date

from sqlalchemy import select

from access import acts_calendar, acts_people, acts_schools, acts_years
from access.calendar import DaysKind
from access.calendar_view import load_year
from access.camera_gates import CameraGate, GateKind
from access.database import reading
from access.enrolment import Guardianship
from access.grants import Grant
from access.people import School
from access.policy import Allowed
from access.viewing import Viewings
from tests.access.calendar.room_days import BY, DAY, HERE, TODAY, WEEK, is_due, is_open, rows, stands_at
from tests.access.one_room import NOW, OneRoom
from tests.access.watching_guardian import is_over, opened


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
    room.change(Guardianship, verified_until=NOW + 90 * DAY)  # the first term had cut all of these short
    room.change(Grant, ends_at=NOW + 90 * DAY)
    for gate, _ in enumerate(GateKind, start=1):
        room.change(CameraGate, gate, ends_at=NOW + 90 * DAY)
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


def test_a_year_that_was_confirmed_for_one_country_is_not_for_another(room: OneRoom) -> None:
    acts_schools.set_country(room.world, **HERE, country="CN")
    acts_years.prepare_year(room.world, **HERE, year=2026)
    acts_years.confirm_year(room.world, **HERE, year=2026)
    acts_schools.set_country(room.world, **HERE, country="CN")  # said again, which changes nothing
    assert len(rows(room, DaysKind.CONFIRMED)) == 1

    acts_schools.set_country(room.world, **HERE, country="GB")

    assert rows(room, DaysKind.CONFIRMED) == []
    acts_years.prepare_year(room.world, **HERE, year=2026)
    acts_years.confirm_year(room.world, **HERE, year=2026)
    assert len(rows(room, DaysKind.CONFIRMED)) == 1


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
