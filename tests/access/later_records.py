"""What only later versions know of, brought about by the acts themselves.

Migrations are dated by the machine's clock, which is past whatever the acts wrote here: what is to
be still ahead of it is moved there.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from access import acts_places, acts_rooms
from access.acts import Actor
from access.acts_attendance import check_in, set_attendance
from access.acts_budgets import set_budgets
from access.acts_calendar import close_days
from access.acts_closing import close_school
from access.acts_coverage import choose_for_uncovered
from access.acts_custody import add_custody_rule, ask_to_end_custody_rule, end_custody_rule
from access.acts_delegates import approve_delegate, propose_delegate
from access.acts_doors import add_door
from access.acts_expected import add_duty, guest_comes
from access.acts_families import end_guardianship
from access.acts_loans import lend_room
from access.acts_looks import agree_look, ask_look
from access.acts_people import appoint
from access.budgets import Budgets
from access.calendar_records import CalendarDays
from access.checked import find_one
from access.custody_rules import CustodyRule
from access.database import reading, writing
from access.enrolment import Guardianship
from access.grants import Grant
from access.inserting import insert_one
from access.people import School
from access.places import RoomChange, RoomLoan
from tests.access.answering import exempts, second_guardian
from tests.access.two_rooms import ELM, HOUR, OAK, TwoRooms
from tests.access.writing_school import MACHINE, WHY

LATER = datetime(2999, 1, 1, tzinfo=UTC)


def limited(two: TwoRooms, kind: str, **more: Any) -> int:
    """Limit the guardian of Oak's child, and return the rule."""
    tie, now = two.families[OAK].guardianship, two.world.clock.now()
    add_custody_rule(two.world, **two.act, guardianship_id=tie, kind=kind, starts_at=now, **more)
    with reading(two.world.database) as connection:
        newest = select(CustodyRule.id).order_by(CustodyRule.id.desc()).limit(1)
        return int(connection.execute(newest).scalar_one())


def limited_and_tied_anew(two: TwoRooms) -> None:
    """Keep the guardian of Oak away, and tie them to the child once more, with all that a tie needs."""
    limited(two, "no_contact")
    family = two.families[OAK]
    end_guardianship(two.world, **two.act, guardianship_id=family.guardianship)
    now = two.world.clock.now()
    with writing(two.world.database) as connection:  # as two of the staff would by and by
        known = find_one(connection, Guardianship, family.guardianship)
        again = {"school_id": two.id, "person_id": family.person, "child_id": family.child, "starts_at": now}
        verified = {"verified_at": now, "verified_until": known.verified_until, "recorded_at": now}
        tie = insert_one(connection, Guardianship, key="tied-anew", **again, **verified)
        leave = {"guardianship_id": tie, "starts_at": now, "ends_at": now + timedelta(days=9)}
        insert_one(connection, Grant, key="leave-anew", school_id=two.id, recorded_at=now, **leave)


def over_by_then(two: TwoRooms) -> None:
    """Write what limited somebody and does no more: by its end, or as two of the staff ended it."""
    rule, until = limited(two, "odd_weeks"), two.world.clock.now() + HOUR
    ask_to_end_custody_rule(two.world, **two.act, custody_rule_id=rule)
    end_custody_rule(two.world, actor=two.director, reason="heard", custody_rule_id=rule)
    limited(two, "no_contact", ends_at=until)
    lent(two, until)
    closed_on_a_day(two, date(2026, 3, 13))


def at_a_time_of_the_week(two: TwoRooms) -> None:
    use: dict[str, Any] = {"room_id": two.rooms[OAK], "class_group_id": two.groups[ELM]}
    now = two.world.clock.now()
    acts_places.use_room(two.world, **two.act, **use, starts_at=now, weekly=(1, 600, 660))


def lent(two: TwoRooms, until: datetime = LATER) -> None:
    ends_at = two.world.clock.now() + HOUR
    lend_room(two.world, **two.act, room_id=two.rooms[OAK], ends_at=ends_at)
    with writing(two.world.database) as connection:
        connection.execute(update(RoomLoan).values(ends_at=until))


def merged(two: TwoRooms) -> None:
    classes: dict[str, Any] = {"guest_id": two.groups[ELM], "host_id": two.groups[OAK]}
    acts_rooms.merge_classes(two.world, **two.act, **classes, ends_at=two.world.clock.now() + HOUR)
    with writing(two.world.database) as connection:
        connection.execute(update(RoomChange).values(ends_at=LATER))


def notes_who_is_in(two: TwoRooms) -> None:
    set_attendance(two.world, **two.act, school_id=two.id, mode="required")
    check_in(two.world, **two.act, child_id=two.child)


def has_budgets(two: TwoRooms) -> None:
    act: dict[str, Any] = {"actor": two.director, "reason": "council", "school_id": two.id}
    set_budgets(two.world, **act, budgets=Budgets(viewing_minutes=30))


def closed_on_a_day(two: TwoRooms, ends_on: date = date(2999, 1, 1)) -> None:
    with writing(two.world.database) as connection:
        connection.execute(update(School).values(country=None))
    close_days(two.world, **two.act, school_id=two.id, first=date(2026, 3, 12), last=date(2026, 3, 12))
    with writing(two.world.database) as connection:
        connection.execute(update(CalendarDays).values(ends_on=ends_on))


def looked_at(two: TwoRooms) -> None:
    for role, who in (("office", two.office), ("director", two.director)):
        place: dict[str, Any] = {"school_id": two.id, "person_id": who.person_id, "role": role}
        appoint(two.world, actor=MACHINE, reason=WHY, **place)
    look = ask_look(two.world, actor=two.office, camera_id=two.camera, kind="test", words="does it turn")
    agree_look(two.world, actor=two.director, reason="seen", look_id=look.id)
    add_door(two.world, **two.act, room_id=two.rooms[OAK])


def nothing_where_uncovered(two: TwoRooms) -> None:
    choose_for_uncovered(two.world, actor=two.director, reason="council", school_id=two.id, policy="closed")


def with_a_delegate(two: TwoRooms) -> None:
    guardian, tie = Actor(two.families[OAK].person, "web"), two.families[OAK].guardianship
    delegation = propose_delegate(two.world, actor=guardian, guardianship_id=tie, name="Aunt")
    approve_delegate(two.world, actor=two.director, reason=WHY, delegation_id=delegation)


def closed(two: TwoRooms) -> None:
    close_school(two.world, **two.act, school_id=two.id)


def with_everything(two: TwoRooms) -> None:
    """Do all of it, and have somebody exempt, somebody on duty and a guest."""
    exempts(two, second_guardian(two))
    add_duty(two.world, **two.act, person_id=two.office.person_id or 0, class_group_id=two.groups[OAK])
    guest_comes(two.world, **two.act, room_id=two.rooms[ELM])
    nothing_where_uncovered(two)
    looked_at(two)
    has_budgets(two)
    notes_who_is_in(two)
    at_a_time_of_the_week(two)
    lent(two)
    merged(two)
    with_a_delegate(two)
    closed_on_a_day(two)
    limited(two, "odd_weeks")
    closed(two)
