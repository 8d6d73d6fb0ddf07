"""Which entry each rule rests on, act by act, and of whom nobody is told."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from access import acts_calendar, acts_families, acts_rooms, acts_schools, acts_years
from access.acts import Actor
from access.acts_attendance import check_in, set_attendance
from access.acts_budgets import set_budgets
from access.acts_consent import refuse
from access.acts_custody import add_custody_rule
from access.acts_expected import guest_comes
from access.acts_moves import child_leaves, move_child
from access.acts_people import dismiss
from access.budgets import Budgets
from access.camera_gates import CameraGate, GateKind
from access.consenting import of_guardian
from access.database import reading
from access.explained import Explained, explain_to
from access.grounds import Ground, load_grounds
from access.people import Membership
from access.reasons import Reason
from tests.access.moving import swaps
from tests.access.two_rooms import ELM, HOUR, OAK, TwoRooms


def explained(two: TwoRooms, room: str = OAK, after: timedelta = timedelta(0)) -> Explained:
    """Ask why Oak's guardian can see a room, or not."""
    return explain_to(
        two.world,
        actor=two.director,
        reason="asked at the desk",
        school_id=two.id,
        person_id=two.guardian,
        room_id=two.rooms[room],
        at=two.world.clock.now() + after,
    )


def ground(two: TwoRooms, reason: Reason, room: str = OAK) -> Ground | None:
    (way,) = explained(two, room).grounds.ways
    return way.get(reason)


def tomorrow(two: TwoRooms) -> date:
    return two.world.clock.now().date() + timedelta(days=1)


def closes_a_day(two: TwoRooms) -> None:
    day = tomorrow(two)
    acts_calendar.close_days(two.world, **two.act, school_id=two.id, first=day, last=day)


def opens_once(two: TwoRooms, group: str | None = None) -> None:
    acts_calendar.open_once(
        two.world,
        **two.act,
        school_id=two.id,
        day=tomorrow(two),
        starts_minute=1100,
        ends_minute=1160,
        class_group_id=two.groups[group] if group else None,
    )


def sets_a_term(two: TwoRooms) -> None:
    ends_on = tomorrow(two) + timedelta(days=100)
    acts_years.set_term(two.world, **two.act, school_id=two.id, ends_on=ends_on)


def keeps_holidays(two: TwoRooms) -> None:
    acts_schools.set_country(two.world, **two.act, school_id=two.id, country="CN")


def takes_attendance(two: TwoRooms) -> None:
    set_attendance(two.world, **two.act, school_id=two.id, mode="required")


def comes_in(two: TwoRooms) -> None:
    set_attendance(two.world, **two.act, school_id=two.id, mode="optional")
    check_in(two.world, **two.act, child_id=two.child)


def joins_the_other_class(two: TwoRooms) -> None:
    now = two.world.clock.now()
    acts_rooms.merge_classes(
        two.world,
        **two.act,
        guest_id=two.groups[OAK],
        host_id=two.groups[ELM],
        starts_at=now,
        ends_at=now + HOUR,
    )


def takes_a_swap_back(two: TwoRooms) -> None:
    _, other = swaps(two)
    acts_rooms.end_room_change(two.world, **two.act, room_change_id=other)


def moves_the_child(two: TwoRooms) -> None:
    now = two.world.clock.now() + timedelta(days=3)
    move_child(two.world, **two.act, child_id=two.child, class_group_id=two.groups[ELM], starts_at=now)


def limits_by_custody(two: TwoRooms) -> None:
    now = two.world.clock.now()
    add_custody_rule(two.world, **two.act, guardianship_id=two.guardianship, kind="no_contact", starts_at=now)


def lowers_budgets(two: TwoRooms) -> None:
    budgets = Budgets(day_minutes=10, viewing_minutes=None, devices=None)
    set_budgets(two.world, **two.act, school_id=two.id, budgets=budgets)


def has_a_guest(two: TwoRooms) -> None:
    guest_comes(two.world, **two.act, room_id=two.rooms[OAK])


def child_has_left(two: TwoRooms) -> None:
    child_leaves(two.world, **two.act, child_id=two.child)


@pytest.mark.parametrize(
    ("act", "reason", "kind"),
    [
        (closes_a_day, Reason.OUTSIDE_HOURS, "calendar:closed"),
        (opens_once, Reason.OUTSIDE_HOURS, "calendar:opened"),
        (sets_a_term, Reason.OUTSIDE_HOURS, "school:term_set"),
        (sets_a_term, Reason.NOT_VERIFIED, "school:term_set"),
        (sets_a_term, Reason.NO_GRANT, "school:term_set"),
        (sets_a_term, Reason.CAMERA_GATE, "school:term_set"),
        (keeps_holidays, Reason.OUTSIDE_HOURS, "school:country_set"),
        (takes_attendance, Reason.NOT_IN, "attendance:tightened"),
        (comes_in, Reason.NOT_IN, "attendance:in"),
        (swaps, Reason.ROOM_NOT_USED, "room:swapped"),
        (joins_the_other_class, Reason.ROOM_NOT_USED, "class_group:merged"),
        (takes_a_swap_back, Reason.ROOM_NOT_USED, "room_change:ended"),
        (moves_the_child, Reason.NOT_ENROLLED, "child:moved"),
        (child_has_left, Reason.NOT_ENROLLED, "child:left"),
        (child_has_left, Reason.NO_GRANT, "child:left"),
        (limits_by_custody, Reason.CUSTODY, "custody:added"),
        (lowers_budgets, Reason.BUDGET_SPENT, "budgets:lowered"),
        (has_a_guest, Reason.NOT_COVERED, "guest:came"),
    ],
)
def test_the_newest_act_is_what_a_rule_rests_on(
    two: TwoRooms, act: Callable[[TwoRooms], object], reason: Reason, kind: str
) -> None:
    act(two)

    found = ground(two, reason)

    assert found is not None
    assert (found.entry.kind, found.named) == (kind, True)


def test_what_another_class_or_family_had_done_to_it_is_no_ground(two: TwoRooms) -> None:
    elm = two.families[ELM]
    before = explained(two)

    opens_once(two, ELM)
    acts_families.revoke_grant(two.world, **two.act, grant_id=elm.grant)
    child_leaves(two.world, **two.act, child_id=elm.child)

    assert explained(two).grounds == before.grounds


def test_of_a_guardian_nothing_rests_on_a_delegation(two: TwoRooms) -> None:
    assert ground(two, Reason.NOT_DELEGATE) is None


def test_a_consent_is_told_without_whose_it_is_and_who_acted(two: TwoRooms) -> None:
    themself, whose = Actor(two.guardian, "web"), of_guardian(two.world, two.guardianship)
    refuse(two.world, actor=themself, whose=whose)

    found = explained(two)

    covered = found.grounds.ways[0][Reason.NOT_COVERED]
    assert (covered.entry.kind, covered.named) == ("consent:withdrawn", False)
    (way,) = found.as_record()["ways"]
    (said,) = [rule["rests_on"] for rule in way["rules"] if rule["reason"] == "room:not_covered"]
    assert said == {
        "n": covered.entry.number,
        "kind": "consent:withdrawn",
        "at": covered.entry.at.isoformat(),
        "actor": None,
        "why": None,
    }


def test_whoever_answered_for_a_camera_and_left_is_why_its_gate_fell(two: TwoRooms) -> None:
    gate, place = CameraGate, Membership
    signed = select(place.id).join(gate, gate.confirmed_by == place.person_id)
    with reading(two.world.database) as connection:
        of_oak = signed.where(gate.kind == GateKind.RESPONSIBLE, gate.camera_id == two.camera)
        membership = connection.execute(of_oak).scalar_one()

    dismiss(two.world, actor=two.director, reason="retired", membership_id=membership)

    found = ground(two, Reason.CAMERA_GATE)
    assert found is not None
    assert found.entry.kind == "membership:ended"


def test_a_day_of_many_comings_pushes_nothing_else_out(two: TwoRooms) -> None:
    takes_attendance(two)
    few = len(two.entries())
    for _ in range(few):
        check_in(two.world, **two.act, child_id=two.child)
    known = explained(two)

    with reading(two.world.database) as connection:
        here = (two.id, two.guardian, two.rooms[OAK])
        grounds = load_grounds(connection, *here, known.explanation, looked_through=few)

    assert Reason.CURTAIN_DRAWN in grounds.ways[0]
    assert grounds == known.grounds
