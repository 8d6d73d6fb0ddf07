"""What ends a right while it is used: each act as the portal does it, and the way back for everybody else."""

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, update

from access import (
    acts_attendance,
    acts_calendar,
    acts_cameras,
    acts_closing,
    acts_custody,
    acts_loans,
    acts_people,
    acts_rooms,
    sign_ins,
)
from access.acts import Actor
from access.acts_budgets import set_budgets
from access.acts_consent import refuse
from access.acts_expected import guest_comes, guest_leaves
from access.acts_gates import confirm_gates, take_gate_back
from access.attendance import OFF, OPTIONAL
from access.budgets import NO_BUDGETS
from access.calendar_records import CalendarDays
from access.camera_gates import CONFIRMED, CameraGate
from access.consent_records import NO, Consent, Guest
from access.consenting import of_guardian
from access.custody import CustodyKind
from access.database import reading, writing
from access.people import School
from access.places import RoomChange, RoomLoan
from access.school_closing import standing
from access.viewing_records import Viewing
from tests.consenting import agrees_on_paper
from tests.e2e.living import ALL_WEEK, Guardian, LivingSchool


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


def today_of(school: LivingSchool) -> date:
    """Return which day it is at the school."""
    return school.living.world.clock.now().astimezone(ZoneInfo("Asia/Shanghai")).date()


def closes_the_school(school: LivingSchool, guardian: Guardian) -> None:
    """Close it from today, for longer than a next opening is told."""
    today = today_of(school)
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


def spends_the_day(school: LivingSchool, guardian: Guardian) -> None:
    """Have what the family may watch in one day be used up at this instant: nobody acts."""
    two_minutes_ago = school.living.world.clock.now() - timedelta(minutes=2)
    with writing(school.living.world.database) as connection:
        theirs = update(Viewing).where(Viewing.person_id == guardian.person)
        connection.execute(theirs.values(opened_at=two_minutes_ago))
        connection.execute(update(School).values(day_minutes=1, revision=School.revision + 1))


def adds_a_custody_rule(school: LivingSchool, guardian: Guardian) -> None:
    """Have a court's word entered that this guardian has no contact."""
    acts_custody.add_custody_rule(
        school.living.world,
        actor=school.office,
        reason="an order",
        guardianship_id=guardian.guardianship,
        kind=CustodyKind.NO_CONTACT,
        starts_at=school.living.world.clock.now(),
    )


def lets_attendance_be_noted(school: LivingSchool) -> None:
    """Have the school note who is in, while nobody watches: choosing that ends what runs."""
    by: dict[str, Any] = {"actor": school.director, "reason": "test", "school_id": school.school}
    acts_attendance.set_attendance(school.living.world, **by, mode=OPTIONAL)


def notes_the_child_out(school: LivingSchool, guardian: Guardian) -> None:
    """Have the child picked up early."""
    by: dict[str, Any] = {"actor": school.director, "reason": "test"}
    acts_attendance.check_out(school.living.world, **by, child_id=guardian.child)


def lends_the_room(school: LivingSchool, guardian: Guardian) -> None:
    """Lend the room to people from outside for an hour."""
    ends_at = school.living.world.clock.now() + timedelta(hours=1)
    acts_loans.lend_room(
        school.living.world, actor=school.office, reason="choir", room_id=school.room, ends_at=ends_at
    )


def swaps_the_rooms(school: LivingSchool, guardian: Guardian) -> None:
    """Have the class exchange its room with another for an hour."""
    other = school.add_class("Linden")
    school.use_room(school.add_room("Linden room", school.camera_address), other)
    ends_at = school.living.world.clock.now() + timedelta(hours=1)
    acts_rooms.swap_rooms(
        school.living.world,
        actor=school.office,
        reason="a play",
        class_group_ids=(school.class_group, other),
        ends_at=ends_at,
    )


def closes_everything(school: LivingSchool, guardian: Guardian) -> None:
    acts_closing.close_school(
        school.living.world, actor=school.director, reason="a call", school_id=school.school
    )


def is_opened_again(school: LivingSchool) -> None:
    """Have two of the staff open what the director closed."""
    world = school.living.world
    by: dict[str, Any] = {"reason": "it is over", "school_id": school.school}
    with reading(world.database) as connection:
        if standing(connection, school.school) is None:
            return
    proposal = acts_closing.propose_opening(world, actor=school.office, **by)
    acts_closing.confirm_opening(world, actor=school.director, **by, proposal=proposal)


def is_where_it_was(school: LivingSchool) -> None:
    """Have every class in its room again, and nobody else."""
    world = school.living.world
    by: dict[str, Any] = {"actor": school.office, "reason": "over"}
    with reading(world.database) as connection:
        lent = select(RoomLoan.id).where(RoomLoan.ended_at.is_(None))
        # A swap is one change of two classes, and either ends it.
        moved = select(func.min(RoomChange.id)).where(RoomChange.ended_at.is_(None)).group_by(RoomChange.key)
        loans = list(connection.execute(lent).scalars())
        changes = list(connection.execute(moved).scalars())
    for loan in loans:
        acts_loans.end_loan(world, **by, room_loan_id=loan)
    for change in changes:
        acts_rooms.end_room_change(world, **by, room_change_id=change)


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
    is_opened_again(school)
    is_where_it_was(school)
    is_confirmed_again(school)
    acts_attendance.set_attendance(
        school.living.world, actor=school.director, reason="test", school_id=school.school, mode=OFF
    )
    everybody_agrees_again(school)
    set_budgets(
        school.living.world,
        actor=school.director,
        reason="test",
        school_id=school.school,
        budgets=NO_BUDGETS,
    )
    school.open_curtain()
    school.set_hours(ALL_WEEK)
    with reading(school.living.world.database) as connection:
        closures = select(CalendarDays.id).where(
            CalendarDays.school_id == school.school, CalendarDays.ended_at.is_(None)
        )
        found = list(connection.execute(closures).scalars())
    for days_id in found:
        acts_calendar.remove_days(school.living.world, actor=school.office, reason="mended", days_id=days_id)
