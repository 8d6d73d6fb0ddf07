"""A right ends while it is used: the last byte and the screen within the promise, and the right words."""

from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser
from sqlalchemy import select

from access import acts_calendar, acts_people, sign_ins
from access.calendar_records import CalendarDays
from access.database import reading
from tests.e2e.audience import BLACK_SECONDS, audience
from tests.e2e.living import ALL_WEEK, Guardian, LivingSchool
from tests.e2e.reader import boot
from tests.e2e.sentences import CURTAIN, HOURS, NO_LONGER, SIGNED_OUT, in_both


def revokes_the_grant(school: LivingSchool, guardian: Guardian) -> None:
    acts_people.revoke_grant(
        school.living.world, actor=school.office, reason="left the city", grant_id=guardian.grant
    )


def draws_the_curtain(school: LivingSchool, guardian: Guardian) -> None:
    school.draw_curtain()


def ends_the_enrolment(school: LivingSchool, guardian: Guardian) -> None:
    acts_people.end_enrolment(
        school.living.world, actor=school.office, reason="moved", enrolment_id=guardian.enrolment
    )


def signs_out_everywhere(school: LivingSchool, guardian: Guardian) -> None:
    sign_ins.end_every_sign_in(school.living.world, guardian.person)


def closes_the_school(school: LivingSchool, guardian: Guardian) -> None:
    """Close it from today, for longer than a next opening is told."""
    today = school.living.world.clock.now().astimezone(ZoneInfo("Asia/Shanghai")).date()
    acts_calendar.close_days(
        school.living.world,
        actor=school.office,
        reason="a burst pipe",
        school_id=school.school,
        first=today,
        last=today + timedelta(days=30),
    )


def takes_the_hours_away(school: LivingSchool, guardian: Guardian) -> None:
    school.set_hours([])


def is_as_before(school: LivingSchool) -> None:
    """Open again what the acts above closed for everybody."""
    school.open_curtain()
    school.set_hours(ALL_WEEK)
    with reading(school.living.world.database) as connection:
        closures = select(CalendarDays.id).where(
            CalendarDays.school_id == school.school, CalendarDays.ended_at.is_(None)
        )
        found = list(connection.execute(closures).scalars())
    for days_id in found:
        acts_calendar.remove_days(school.living.world, actor=school.office, reason="mended", days_id=days_id)


@pytest.mark.parametrize(
    ("act", "sentence"),
    [
        pytest.param(revokes_the_grant, NO_LONGER, id="grant revoked"),
        pytest.param(ends_the_enrolment, NO_LONGER, id="enrolment ended"),
        pytest.param(signs_out_everywhere, SIGNED_OUT, id="signed out everywhere"),
        pytest.param(draws_the_curtain, CURTAIN, id="curtain drawn"),
        pytest.param(closes_the_school, HOURS, id="school closed today"),
        pytest.param(takes_the_hours_away, HOURS, id="hours narrowed"),
    ],
)
def test_bytes_and_picture_end_with_the_right_and_the_page_says_why(
    school: LivingSchool,
    browser: Browser,
    act: Callable[[LivingSchool, Guardian], None],
    sentence: str,
) -> None:
    guardian = school.guardian()
    with audience(school, browser, guardian) as watching:
        ended = boot()
        act(school, guardian)

        assert max(watching.seconds_until_dark(ended)) <= BLACK_SECONDS
        assert watching.reads() == in_both(sentence)
        assert max(watching.last_bytes(ended)) <= BLACK_SECONDS
        assert all(phone.is_dark() for phone in watching.phones)
        assert {reader.statuses[-1] for reader in watching.readers} == {404}
    is_as_before(school)
