"""Every statement says of which school it is, or stands here with the reason why it need not."""

import pytest
from sqlalchemy import and_, bindparam, or_, select, update
from sqlalchemy.orm import aliased

from access.database import reading
from access.due import due_cameras
from access.enrolment import Child, Enrolment, Guardianship
from access.look_due import looked_cameras
from access.people import Person, School
from access.places import Camera, Room
from app.jobs import Jobs
from tests.app.admitted import TABLE
from tests.app.everybody import build
from tests.app.test_every_route import ask, routes
from tests.school import School as ToldSchool
from tests.schools_asked import of_no_school, schools_asked

#: Function, or function and table → why what it asks needs no school.
REASONS = {
    "access.revision.raise_revision": "an act of the installation is news to every school",
    "access.acts.school_of": "asks which school it is, and everything after that is asked of that school",
    "access.acts_places.end_room_use": "asks which room is hidden at once, before anything is written",
    **{
        f"access.{name}": "asks which school it is, and everything after that is asked of that school"
        for name in (
            *("acts_attendance._child", "acts_loans.end_loan", "acts_moves.child_leaves"),
            *("acts_moves.move_child", "acts_rooms._move", "acts_rooms.end_room_change"),
        )
    },
    "access.acts_gates.take_gate_back": "asks which room is hidden at once, before anything is written",
    "access.endings_of_rooms.end_signatures": "who is gone answers for nothing, in whatever school",
    **{
        f"access.endings_of_rooms.{name}": "the record of an ending, which says whose it is"
        for name in ("gate_taken_back", "kind_set")
    },
    "access.acts_cameras._hide": "asks which room is hidden at once, before anything is written",
    "access.closings.sweep": "a job of the installation: closes what a crash left open anywhere",
    "access.refusals.close_refusal_counts": "a job of the installation: counts that are over anywhere",
    "access.clock_trust._newest": "the machine has one clock: when any log last vouched for it",
    "access.due.due_cameras": "a job of the installation: all cameras, each joined to what is of its school",
    **{
        f"access.epochs.{name}": "a camera's process knows its key only, and from it follows the school"
        for name in ("_begin_for_families", "_begin_for_look")
    },
    "access.acts_doors.sign_in_door": "whoever holds a code says that only; the code says whose it is",
    "access.doors.find_door": "a display's cookie says its token only; the display says whose it is",
    "access.look_closings.sweep_looks": "a job of the installation: closes what a crash left open anywhere",
    "access.look_due.looked_cameras": "a job of the installation: whoever of any staff looks now",
    **{
        f"access.look_records.{name}": "the record of an ending, which says whose it is"
        for name in ("door_ended", "look_ended")
    },
    "access.epochs.end_epoch": "a camera's process knows its epoch only",
    "access.outages.record_camera_state": "a camera's process knows its key only; the school follows",
    "access.leases._renew": "the viewings that this process holds, of whatever school, in one statement",
    "access.facts.load_facts": "a room named in an address: what is asked is whose it is",
    "access.explain._facts": "a room that was found within its school",
    "access.epochs.current_stream": "a room that was found within its school",
    "app.live.standing.zone_of": "the room on which this reader was decided about a moment ago",
    "access.home.load_home": "a guardian's own children, in whatever school",
    "access.memberships.places_held": "a person's own places, in whatever school",
    **{
        f"access.memberships.works_beside {table}": "where somebody belongs: does the other keep that school"
        for table in ("membership", "guardianship")
    },
    "access.factors_held.is_staff membership": "whether a second factor is needed, wherever the person works",
    "access.devices.zone_of": "a person's own schools: which zone their devices are told in",
    **{
        f"access.notices.{name}": "a guardian's own children, in whatever school"
        for name in ("load_notices", "put_away")
    },
    "access.watched_days._ties": "a guardian's own children, in whatever school",
    **{
        f"access.own_viewings.{name}": "a person's own viewings, in whatever school"
        for name in ("own_viewings", "find_own")
    },
    "access.disowned_records.disowned": "the record of an ending, which says whose it is",
    "access.consents_seen.own_consents": "a guardian's own children, in whatever school",
    "access.check_codes.load_checks": "a guardian's own children, in whatever school",
    **{
        f"access.delegates_seen.{name}": "a guardian's own children and delegates, in whatever school"
        for name in ("own_children", "own_delegates")
    },
    "access.acts_accepting._find": "whoever holds a letter says its code only; the letter says whose it is",
    "access.acts_identity.end_verifications": "verified again, in whatever school",
    "access.delegations.end_checks_of_delegate": "verified again, in whatever school",
    **{
        f"access.passphrase_rules.<listcomp> {table}": "the names of a person's own children and schools"
        for table in ("child", "guardianship", "membership")
    },
    "access.acts_identity.letter_hands": "who knew a secret of this person's, in whatever school",
    "access.acts_invitations.apply": "a newer letter voids the person's older ones, of whatever school",
    "access.acts_invitations.is_or_will_be_staff": "whether a letter needs a release, wherever they work",
    "access.front_desk._people invitation": "whether somebody waits for a letter, from whatever school",
    "access.subject_seen.schools_asked_by school": "each school is asked whether it ever knew the reader",
    "access.subject_due._due": "a job goes through what is due, each in its own school",
    "access.subject_dropped._schools school": "what is erased for all may be in the copy of any",
    "access.roster.staff_schools": "a person's own places, in whatever school",
    **{
        f"{name} {table}": "whether somebody was by then another school's only: yes or no, and no more"
        for table in ("membership", "guardianship", "delegation")
        for name in (
            *("access.log.accounts.concerns", "access.log.accounts.strangers_in"),
            *(
                "access.log.accounts.strangers_among",
                "access.log.entry._entries",
                "access.log.choices.choices",
                "access.log.choices.find_choice",
            ),
        )
    },
    "access.erasing_due._schools": "a job goes through every school, each by its own setting",
    "access.endings_of_hours.hours_narrowed": "the record of an ending, which says whose it is",
    "access.endings_of_custody.custody_added": "the record of an ending, which says whose it is",
    **{
        f"access.endings_of_moves.{name}": "the record of an ending, which says whose it is"
        for name in ("child_left", "child_went_out", "room_lent", "rooms_left")
    },
    **{
        f"access.endings.{name}": "the record of an ending, which says whose it is; a journal knows ids only"
        for name in (
            *("_curtain", "_delegation", "_enrolment", "_grant", "_guardianship"),
            *("_membership", "_room_use", "_camera", "_masks", "_level", "_invitation"),
        )
    },
}


def test_every_page_act_and_job_asks_by_school(school: ToldSchool) -> None:
    with schools_asked(school.world.database) as asked:
        everybody = build(school)
        addresses = {(one.method, one.rule, one.object): one for one in routes(everybody)}
        for who, browser in everybody.people.items():
            token = browser.form_token()
            for row in TABLE:
                if who in row.people:
                    ask(browser, addresses[row.method, row.rule, row.object], token)
        Jobs(school.world).once()
        with reading(school.world.database) as connection:
            due_cameras(connection, school.world.vault, school.clock.now(), school.world.stops)
            looked_cameras(connection, school.world, school.clock.now(), besides=())

    assert without_a_reason(asked) == []
    assert len({asker for asker, _ in asked}) > len(REASONS) / 2, (
        "the reasons are of statements that are asked"
    )


def without_a_reason(asked: set[tuple[str, str]], more: frozenset[str] = frozenset()) -> list[str]:
    """Return who asked which table of no school in particular, and should have said which."""
    known = REASONS.keys() | more
    return sorted(f"{who} {table}" for who, table in asked if not {who, f"{who} {table}"} & known)


_other = aliased(Guardianship)


@pytest.mark.parametrize(
    ("statement", "tables"),
    [
        (select(Child.id).where(Child.id == 1), {"child"}),
        (select(Child.id).where(Child.school_id == 1), set()),
        (select(Child.id).where(Child.school_id == bindparam("school_id"), Child.id == 1), set()),
        (select(Child.id).where(Child.school_id.in_([1, 2])), set()),
        (select(Child.id).where(Child.school_id != 1), {"child"}),
        (select(Child.id).where(or_(Child.school_id == 1, Child.id == 2)), {"child"}),
        (select(Child.id).where(Child.school_id == Child.school_id), {"child"}),
        (select(Person.id).where(Person.id == 1), set()),
        (select(School.id).where(School.key == "x"), {"school"}),
        (select(School.id).where(School.id == 1), set()),
        (update(Room).where(Room.id == 1).values(level="clear"), {"room"}),
        (update(Room).where(Room.id == 1, Room.school_id == 1).values(level="clear"), set()),
        (
            select(Camera.id).join(Room, Room.id == Camera.room_id).where(Room.school_id == 1),
            {"camera"},
        ),
        (
            select(Camera.id)
            .join(Room, and_(Room.id == Camera.room_id, Room.school_id == Camera.school_id))
            .where(Room.school_id == 1),
            set(),
        ),
        (
            select(Camera.id)
            .join(Room, and_(Room.id == Camera.room_id, Room.school_id == Camera.school_id))
            .where(Room.id == 1),
            {"camera", "room"},
        ),
        (
            select(Child.id).where(
                Child.school_id == 1, Child.id.in_(select(Enrolment.child_id).where(Enrolment.id == 1))
            ),
            {"enrolment"},
        ),
        (
            select(Child.id).where(
                Child.school_id == 1,
                select(Enrolment.id).where(Enrolment.school_id == Child.school_id).exists(),
            ),
            set(),
        ),
        (
            select(Guardianship.id)
            .join(_other, _other.child_id == Guardianship.child_id)
            .where(Guardianship.school_id == 1),
            {"guardianship"},
        ),
    ],
)
def test_what_a_statement_leaves_open_is_seen(statement: object, tables: set[str]) -> None:
    assert of_no_school(statement) == tables
