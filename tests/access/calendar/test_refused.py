"""Acts upon the calendar that make no sense, and what an entry says of the others."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from access import acts_calendar, acts_schools, acts_years
from access.calendar import DaysKind
from access.calendar_records import CalendarDays
from access.calendar_view import find_days
from access.database import reading
from access.errors import Refused
from access.people import School
from tests.access.calendar.room_days import BY, CALENDAR_MARK, DAY, HERE, TODAY, WEEK, rows
from tests.access.one_room import OneRoom


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
