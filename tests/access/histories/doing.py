"""All acts, done to a school and to the slow model of it."""

from datetime import timedelta
from typing import Any

from access import acts_places, acts_rooms
from access.acts_calendar import close_days, open_once, remove_days
from access.acts_cameras import add_camera, deactivate_camera
from access.acts_closing import close_school, confirm_opening, propose_opening
from access.acts_expected import guest_comes, guest_leaves
from access.acts_gates import confirm_gates, take_gate_back
from access.acts_loans import end_loan, lend_room
from access.acts_room_kinds import set_room_kind
from access.calendar_records import CalendarDays
from access.clock import FrozenClock
from access.consent_records import Guest
from access.places import RoomLoan
from tests.access.histories.model import GATES
from tests.access.histories.of_families import STEP
from tests.access.histories.of_watching import OfWatching
from tests.access.histories.records import Day, Place, Record, Window, local, midnight
from tests.access.histories.school import CLASSES, CONFIRMED_FOR, WholeSchool
from tests.access.two_rooms import ELM, OAK
from tests.access.writing_school import ADDRESS, WHY
from tests.gates import opens_gates

#: What the school's hours are changed to.
WEEKS: tuple[list[tuple[int, int, int]], ...] = (
    [(day, 8 * 60, 18 * 60) for day in range(7)],
    [(day, 9 * 60, 10 * 60) for day in range(5)],
    [(day, 7 * 60 + 30, 12 * 60) for day in range(0, 7, 2)],
    [],
)


class Doing(OfWatching):
    """One act after the other; what the portal refuses does not happen in the model either."""

    def __init__(self, school: WholeSchool, clock: FrozenClock) -> None:
        super().__init__(school, clock)
        self.changes: list[list[Place]] = []
        self.lent: list[Record] = []
        self.marked_days: list[Day | Window] = []

    # -- places ------------------------------------------------------------------------

    def draw(self, room: str) -> None:
        """Draw a curtain."""
        acts_places.draw_curtain(self.world, **self.act, room_id=self.school.rooms[room])
        self._drawn(room)

    def open(self, room: str) -> None:
        """Open a curtain."""
        acts_places.open_curtain(self.world, **self.act, room_id=self.school.rooms[room])
        self.model.curtains[room].append(Record(self.now, self.now))

    def dim(self, room: str) -> None:
        """Ask for a level that there is no filter for; the curtain falls."""
        acts_places.set_level(self.world, **self.act, room_id=self.school.rooms[room], level="figures")
        self.model.levels[room] = "figures"
        self._drawn(room)

    def clear(self, room: str) -> None:
        """Ask for the whole picture again."""
        acts_places.set_level(self.world, **self.act, room_id=self.school.rooms[room], level="clear")
        self.model.levels[room] = "clear"

    def deactivate(self, room: str) -> None:
        """Take a room's camera off; the curtain falls."""
        for camera in self.model.cameras[room]:
            if camera.holds(self.now):
                deactivate_camera(self.world, **self.act, camera_id=camera.number)
                camera.end(self.now)
                for gate in GATES:
                    self._falls(room, gate)
                self._drawn(room)

    def activate(self, room: str) -> None:
        """Give a room another camera."""
        number = add_camera(
            self.world, **self.act, room_id=self.school.rooms[room], name="new", address=ADDRESS
        )
        opens_gates(self.world, number, by=self.school.office, second=self.school.director)
        self.model.cameras[room].append(Record(self.now, self.now, number=number))
        for gate in GATES:
            self._confirmed(room, gate)

    def confirm(self, room: str, gate: str) -> None:
        """Have the director renew what is confirmed of a room's camera."""
        for camera in self.model.cameras[room]:
            if camera.holds(self.now):
                act: dict[str, Any] = {"actor": self.school.director, "reason": WHY, "kinds": [gate]}
                confirm_gates(self.world, **act, camera_id=camera.number)
                self._confirmed(room, gate)

    def unconfirm(self, room: str, gate: str) -> None:
        """Take back what is confirmed of a room's camera; the curtain falls."""
        for camera in self.model.cameras[room]:
            if camera.holds(self.now):
                take_gate_back(self.world, **self.act, camera_id=camera.number, kind=gate)
                self._falls(room, gate)
                self._drawn(room)

    def nap(self, room: str) -> None:
        """Have a room be one for sleeping; the curtain falls."""
        set_room_kind(self.world, **self.act, room_id=self.school.rooms[room], kind="nap")
        self.model.kinds[room] = "nap"
        self._drawn(room)

    def play(self, room: str) -> None:
        """Have a room be one that may be shown."""
        set_room_kind(self.world, **self.act, room_id=self.school.rooms[room], kind="hall")
        self.model.kinds[room] = "hall"

    def _confirmed(self, room: str, gate: str) -> None:
        self.model.gates[room, gate].append(Record(self.now, self.now, ends_at=self.now + CONFIRMED_FOR))

    def _falls(self, room: str, gate: str) -> None:
        for record in self.model.gates[room, gate]:
            record.end(self.now)

    def _drawn(self, room: str) -> None:
        for opening in self.model.curtains[room]:
            opening.end(self.now)

    def lend(self, room: str, start: int, length: int) -> None:
        """Lend a room to outsiders."""
        starts_at = self.now + max(start, 0) * STEP
        span: dict[str, Any] = {"starts_at": starts_at, "ends_at": starts_at + length * STEP}
        lend_room(self.world, **self.act, room_id=self.school.rooms[room], **span)
        loan = Record(recorded_at=self.now, number=self.newest(RoomLoan), **span)
        self.model.loans[room].append(loan)
        self.lent.append(loan)

    def guest(self, room: str) -> None:
        """Note a guest in a room."""
        guest_comes(self.world, **self.act, room_id=self.school.rooms[room])
        self.model.guests[room].append(Record(self.now, self.now, number=self.newest(Guest)))

    def guests_leave(self, room: str) -> None:
        """Note that every guest has left a room."""
        for guest in self.model.guests[room]:
            if guest.holds(self.now):
                guest_leaves(self.world, **self.act, guest_id=guest.number)
                guest.end(self.now)

    def take_back(self, which: int) -> None:
        """Take a room back from outsiders."""
        if self.lent:
            loan = self.lent[which % len(self.lent)]
            end_loan(self.world, **self.act, room_loan_id=loan.number)
            loan.end(self.now)

    def swap(self, start: int, length: int) -> None:
        """Have both classes exchange their rooms."""
        self._change({OAK: ELM, ELM: OAK}, start, length)

    def join(self, guest: str, start: int, length: int) -> None:
        """Have one class be in the other's room."""
        self._change({guest: ELM if guest == OAK else OAK}, start, length)

    def _change(self, into: dict[str, str], start: int, length: int) -> None:
        starts_at = self.now + max(start, 0) * STEP
        span: dict[str, Any] = {"starts_at": starts_at, "ends_at": starts_at + length * STEP}
        rooms = {host: self.model.room_of(host, starts_at) for host in CLASSES}
        groups = self.school.groups
        if len(into) == len(CLASSES):
            numbers = acts_rooms.swap_rooms(
                self.world, **self.act, class_group_ids=(groups[OAK], groups[ELM]), **span
            )
        else:
            ((guest, host),) = into.items()
            numbers = acts_rooms.merge_classes(
                self.world, **self.act, guest_id=groups[guest], host_id=groups[host], **span
            )
        made = [
            Place(recorded_at=self.now, of=group, where=rooms[host], number=number, **span)
            for (group, host), number in zip(into.items(), numbers, strict=True)
        ]
        self.model.rooms += made
        self.changes.append(made)

    def change_back(self, which: int) -> None:
        """Take back one change with all that was changed with it."""
        if self.changes:
            made = self.changes[which % len(self.changes)]
            acts_rooms.end_room_change(self.world, **self.act, room_change_id=made[0].number)
            for place in made:
                place.end(self.now)

    # -- hours -------------------------------------------------------------------------

    def hours(self, group: str, which: int) -> None:
        """Replace the weekly hours of a class."""
        self._week(group, WEEKS[which])

    def narrow(self, group: str, minutes: int) -> None:
        """Have the weekly hours of a class begin later and end earlier, each that is long enough."""
        standing = [(w.weekday, w.starts + minutes, w.ends - minutes) for w in self._weekly(group)]
        self._week(group, [(day, starts, ends) for day, starts, ends in standing if starts < ends])

    def _weekly(self, group: str) -> list[Window]:
        return [w for w in self.model.windows[group] if w.on is None and w.holds(self.now)]

    def _week(self, group: str, week: list[tuple[int, int, int]]) -> None:
        """Give a class these hours; what stays the same holds without a break."""
        acts_places.set_hours(self.world, **self.act, class_group_id=self.school.groups[group], windows=week)
        holding = self._weekly(group)
        for window in holding:
            if (window.weekday, window.starts, window.ends) not in week:
                window.end(self.now)
        same = {(window.weekday, window.starts, window.ends) for window in holding}
        self.model.windows[group] += [
            Window(self.now, self.now, weekday=day, starts=starts, ends=ends)
            for day, starts, ends in week
            if (day, starts, ends) not in same
        ]

    def close_day(self, ahead: int) -> None:
        """Close the school on a day."""
        day = local(self.now).date() + timedelta(days=ahead)
        close_days(self.world, **self.act, school_id=self.school.id, first=day, last=day)
        closed = Day(self.now, self.now, on=day, number=self.newest(CalendarDays))
        self.model.closed_days.append(closed)
        self.marked_days.append(closed)

    def open_day(self, ahead: int, hour: int, group: str) -> None:
        """Open a stretch of a day for a class besides its hours."""
        day = local(self.now).date() + timedelta(days=ahead)
        minutes = hour * 60, hour * 60 + 120
        number = open_once(
            self.world,
            **self.act,
            school_id=self.school.id,
            day=day,
            starts_minute=minutes[0],
            ends_minute=minutes[1],
            class_group_id=self.school.groups[group],
        )
        opened = Window(midnight(day), self.now, starts=minutes[0], ends=minutes[1], on=day, number=number)
        self.model.windows[group].append(opened)
        self.marked_days.append(opened)

    def remove_day(self, which: int) -> None:
        """Take back what was said of a day."""
        if self.marked_days:
            day = self.marked_days[which % len(self.marked_days)]
            remove_days(self.world, **self.act, days_id=day.number)
            day.end(self.now)

    def close_school(self) -> None:
        """Close everything."""
        close_school(self.world, **self.act, school_id=self.school.id)
        if not any(closing.holds(self.now) for closing in self.model.closings):
            self.model.closings.append(Record(self.now, self.now))

    def open_school(self) -> None:
        """Open it again: one proposes, another confirms."""
        proposal = propose_opening(self.world, **self.act, school_id=self.school.id)
        confirm_opening(
            self.world,
            actor=self.school.director,
            reason="safe",
            school_id=self.school.id,
            proposal=proposal,
        )
        for closing in self.model.closings:
            closing.end(self.now)
