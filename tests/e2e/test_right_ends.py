"""A right ends while it is used: the last byte and the screen within the promise, and the right words."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser
from sqlalchemy import select, update

from access import acts_calendar, acts_cameras, acts_people, sign_ins
from access.acts import Actor
from access.acts_consent import refuse
from access.acts_expected import guest_comes, guest_leaves
from access.acts_gates import confirm_gates, take_gate_back
from access.calendar_records import CalendarDays
from access.camera_gates import CONFIRMED, CameraGate
from access.consent_records import NO, Consent, Guest
from access.consenting import of_guardian
from access.database import reading, writing
from access.people import School
from tests.consenting import agrees_on_paper
from tests.e2e.audience import BLACK_SECONDS, audience
from tests.e2e.living import ALL_WEEK, Guardian, LivingSchool
from tests.e2e.reader import boot
from tests.e2e.sentences import CURTAIN, HOURS, NO_LONGER, NOT_COVERED, PREPARING, SIGNED_OUT, in_both


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


def takes_the_sign_back(school: LivingSchool, guardian: Guardian) -> None:
    take_gate_back(
        school.living.world, actor=school.office, reason="it fell down", camera_id=school.camera, kind="sign"
    )


def lets_a_gate_lapse(school: LivingSchool, guardian: Guardian) -> None:
    """Have the term be over at this instant: nobody acts."""
    now = school.living.world.clock.now()
    with writing(school.living.world.database) as connection:
        gate = (CameraGate.camera_id == school.camera, CameraGate.kind == "cloud_off")
        connection.execute(update(CameraGate).where(*gate).values(ends_at=now))
        connection.execute(update(School).values(revision=School.revision + 1))


def is_confirmed_again(school: LivingSchool) -> None:
    """Have all of the camera be confirmed anew: not by the office, which installed it, nor by one alone."""
    by: dict[str, Any] = {"reason": "looked at again", "camera_id": school.camera}
    world, teacher = school.living.world, Actor(school.staff["teacher"], via="web")
    confirm_gates(world, actor=school.director, **by, kinds=CONFIRMED, purpose="families see the class")
    acts_cameras.activate_camera(world, actor=teacher, **by)


def takes_consent_back(school: LivingSchool, guardian: Guardian) -> None:
    whose = of_guardian(school.living.world, guardian.guardianship)
    refuse(school.living.world, actor=Actor(whose.person_id, "web"), whose=whose)


def notes_a_guest(school: LivingSchool, guardian: Guardian) -> None:
    guest_comes(school.living.world, actor=school.office, reason="visitor", room_id=school.room)


def everybody_agrees_again(school: LivingSchool) -> None:
    """Have who took consent back agree on paper, and guests leave."""
    world = school.living.world
    with reading(world.database) as connection:
        refused = select(Consent.guardianship_id).where(Consent.level == NO, Consent.ended_at.is_(None))
        ties = list(connection.execute(refused).scalars())
        guests = list(connection.execute(select(Guest.id).where(Guest.left_at.is_(None))).scalars())
    for tie in ties:
        agrees_on_paper(world, tie or 0, office=school.office, director=school.director)
    for guest in guests:
        guest_leaves(world, actor=school.office, reason="gone", guest_id=guest)


def is_as_before(school: LivingSchool) -> None:
    """Open again what the acts above closed for everybody."""
    is_confirmed_again(school)
    everybody_agrees_again(school)
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
        pytest.param(takes_consent_back, NOT_COVERED, id="consent taken back"),
        pytest.param(notes_a_guest, NOT_COVERED, id="guest in the room"),
        pytest.param(draws_the_curtain, CURTAIN, id="curtain drawn"),
        pytest.param(takes_the_sign_back, PREPARING, id="sign taken back"),
        pytest.param(lets_a_gate_lapse, PREPARING, id="gate lapsed"),
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
