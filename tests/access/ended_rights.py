"""Acts that end the right of one guardian, and the way back, for races."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from access.acts import Actor
from access.acts_attendance import check_out, set_attendance
from access.acts_budgets import set_budgets
from access.acts_calendar import close_days
from access.acts_closing import close_school
from access.acts_consent import refuse
from access.acts_custody import add_custody_rule
from access.acts_expected import guest_comes
from access.acts_families import end_guardianship, revoke_grant
from access.acts_gates import take_gate_back
from access.acts_hours import set_hours
from access.acts_loans import lend_room
from access.acts_places import draw_curtain
from access.attendance import OPTIONAL, REQUIRED, Attendance
from access.budgets import NO_BUDGETS, Budgets
from access.calendar_records import CalendarDays
from access.camera_gates import CameraGate, GateKind
from access.consent_records import NO, Consent, Guest
from access.consenting import of_guardian
from access.custody import CustodyKind
from access.custody_rules import CustodyRule
from access.database import reading, writing
from access.enrolment import Guardianship
from access.grants import Grant
from access.people import School, SignIn
from access.places import Camera, CurtainOpening, Epoch, RoomLoan, RoomUse, ViewingWindow
from access.school_budgets import as_columns
from access.school_closing import SchoolClosing
from access.sign_ins import end_sign_in
from access.viewing_records import Viewing
from access.world import World

OFFICE = Actor(None, "cli:test")
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Tied:
    """Everything that the right of one guardian hangs on, by id."""

    world: World
    school: int = 1
    room: int = 1
    child: int = 1
    guardianship: int = 1
    grant: int = 1
    sign_in: int = 1

    def prepare(self) -> None:
        """Let the school note attendance since an hour, and the family have watched for 40 minutes today."""
        now = self.world.clock.now()
        with writing(self.world.database) as connection:
            self._choose(connection)
            watched = {"opened_at": now - 50 * MINUTE, "lease_until": now, "closed_at": now - 10 * MINUTE}
            person = self._one(connection, Guardianship.person_id, Guardianship.id, self.guardianship)
            ids = {
                "school_id": self.school,
                "sign_in_id": self.sign_in,
                "person_id": person,
                "guardianship_id": self.guardianship,
                "child_id": self.child,
                "class_group_id": self._class_group(connection),
                "room_id": self.room,
            }
            connection.execute(insert(Viewing).values(key="watched", **ids, **watched))

    def restore(self) -> None:
        """Put everything back as if nothing had ended, while nobody asks."""
        with writing(self.world.database) as connection:
            for ended in (Guardianship, Epoch, SignIn, Consent, CameraGate, ViewingWindow):
                connection.execute(update(ended).values(ended_at=None))
            connection.execute(update(Grant).values(revoked_at=None))
            connection.execute(update(CurtainOpening).values(drawn_at=None))
            connection.execute(delete(Consent).where(Consent.level == NO))
            for model in (SchoolClosing, CustodyRule, Attendance, RoomLoan, CalendarDays, Guest):
                connection.execute(delete(model))
            self._choose(connection, revision=School.revision + 1)
        self.world.stops.clear(self.world.stops.in_force())

    def class_group(self) -> int:
        """Return the class that is in the room."""
        with reading(self.world.database) as connection:
            return self._class_group(connection)

    def camera(self) -> int:
        """Return the camera of the room."""
        with reading(self.world.database) as connection:
            return self._one(connection, Camera.id, Camera.room_id, self.room)

    def _class_group(self, connection: Connection) -> int:
        return self._one(connection, RoomUse.class_group_id, RoomUse.room_id, self.room)

    def _choose(self, connection: Connection, **more: Any) -> None:
        noting = {"attendance": OPTIONAL, "attendance_since": self.world.clock.now() - HOUR}
        chosen = {**noting, **as_columns(NO_BUDGETS), **more}
        connection.execute(update(School).where(School.id == self.school).values(**chosen))

    @staticmethod
    def _one(connection: Connection, wanted: Any, of: Any, number: int) -> int:
        return int(connection.execute(select(wanted).where(of == number)).scalar_one())


def _grant(tied: Tied) -> None:
    revoke_grant(tied.world, actor=OFFICE, reason="test", grant_id=tied.grant)


def _guardianship(tied: Tied) -> None:
    end_guardianship(tied.world, actor=OFFICE, reason="test", guardianship_id=tied.guardianship)


def _curtain(tied: Tied) -> None:
    draw_curtain(tied.world, actor=OFFICE, reason="test", room_id=tied.room)


def _sign_in(tied: Tied) -> None:
    end_sign_in(tied.world, tied.sign_in)


def _school(tied: Tied) -> None:
    close_school(tied.world, actor=OFFICE, reason="test", school_id=tied.school)


def _custody(tied: Tied) -> None:
    add_custody_rule(
        tied.world,
        actor=OFFICE,
        reason="test",
        guardianship_id=tied.guardianship,
        kind=CustodyKind.NO_CONTACT,
        starts_at=tied.world.clock.now(),
    )


def _attendance(tied: Tied) -> None:
    check_out(tied.world, actor=OFFICE, reason="test", child_id=tied.child)


def _loan(tied: Tied) -> None:
    ends_at = tied.world.clock.now() + timedelta(hours=1)
    lend_room(tied.world, actor=OFFICE, reason="test", room_id=tied.room, ends_at=ends_at)


def _calendar(tied: Tied) -> None:
    today = tied.world.clock.now().date()
    close_days(tied.world, actor=OFFICE, reason="test", school_id=tied.school, first=today, last=today)


def _consent(tied: Tied) -> None:
    whose = of_guardian(tied.world, tied.guardianship)
    refuse(tied.world, actor=Actor(whose.person_id, "cli:test"), whose=whose)


def _guest(tied: Tied) -> None:
    guest_comes(tied.world, actor=OFFICE, reason="test", room_id=tied.room)


def _gate(tied: Tied) -> None:
    take_gate_back(tied.world, actor=OFFICE, reason="test", camera_id=tied.camera(), kind=GateKind.SIGN)


def _hours(tied: Tied) -> None:
    set_hours(tied.world, actor=OFFICE, reason="test", class_group_id=tied.class_group(), windows=())


def _budgets(tied: Tied) -> None:
    half_an_hour = Budgets(day_minutes=30)
    set_budgets(tied.world, actor=OFFICE, reason="test", school_id=tied.school, budgets=half_an_hour)


def _required(tied: Tied) -> None:
    set_attendance(tied.world, actor=OFFICE, reason="test", school_id=tied.school, mode=REQUIRED)


#: Acts whose mark stays until another act opens what it stopped.
STAYING: dict[str, Callable[[Tied], None]] = {
    "grant": _grant,
    "guardianship": _guardianship,
    "curtain": _curtain,
    "sign-out": _sign_in,
    "school": _school,
    "gate": _gate,
}
#: Acts whose mark is cleared as soon as a record carries it.
CARRIED: dict[str, Callable[[Tied], None]] = {
    "custody": _custody,
    "attendance": _attendance,
    "loan": _loan,
    "calendar": _calendar,
    "consent": _consent,
    "guest": _guest,
    "hours": _hours,
    "budgets": _budgets,
    "required attendance": _required,
}
ACTS = STAYING | CARRIED
