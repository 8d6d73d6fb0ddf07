"""A third school whose office has a year of the calendar before it: prepared, and not confirmed."""

from datetime import date
from typing import Any

from access import acts_calendar, acts_people, acts_years
from access.acts import Actor
from tests.e2e.kindergarten import Kindergarten
from tests.e2e.living import PASSPHRASE

#: So far away that nothing is announced of it, whenever this is looked at.
YEAR = 2098


def has_a_year_to_confirm(kindergarten: Kindergarten) -> None:
    """Add a school that keeps China's holidays, and «keeper» in its office."""
    world = kindergarten.world
    act: dict[str, Any] = {"actor": Actor(person_id=None, via="cli:school"), "reason": "开学"}
    school = acts_people.add_school(
        world, **act, name="日历幼儿园", zone="Asia/Shanghai", language="zh", country="CN"
    )
    keeper = acts_people.add_person(
        world, **act, name="周岁 Zhou Sui", sign_in_name="keeper", school_id=school
    )
    acts_people.set_passphrase(world, **act, person_id=keeper, passphrase=PASSPHRASE)
    acts_people.appoint(world, **act, school_id=school, person_id=keeper, role="office")
    kindergarten.staff["keeper"] = keeper
    act |= {"school_id": school}
    acts_years.prepare_year(world, **act, year=YEAR)
    acts_years.set_term(world, **act, starts_on=date(YEAR, 2, 17), ends_on=date(YEAR, 7, 4))
    acts_calendar.close_days(
        world,
        **act,
        first=date(YEAR, 7, 7),
        last=date(YEAR, 8, 29),
        name="暑假 Summer holidays",
    )
    acts_calendar.make_up_day(world, **act, day=date(YEAR, 5, 10), weekday=1)
    acts_calendar.open_once(
        world, **act, day=date(YEAR, 6, 1), starts_minute=14 * 60, ends_minute=16 * 60, name="六一 Festival"
    )
