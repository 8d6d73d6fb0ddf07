"""What anybody could say of a school by looking at everything there ever was, one instant at a time.

No spans are cut, merged or compared here, and nothing is asked of the portal: this is the
other reading of the rules in product.md ("The right to view is computed, never ticked").
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from tests.access.histories.records import (
    FAR,
    Consent,
    Day,
    Look,
    Place,
    Record,
    Rule,
    Way,
    Window,
    local,
    midnight,
    some_holds,
)

#: What has to be confirmed of a camera.
GATES = ("purpose", "sign", "masks", "cloud_off", "responsible", "approval")


#: Children that share a guardian, and whose tie each is.
SIBLINGS = ({"oak child"}, {"elm child", "twin"})
GUARDIANS = {"father": "father", "mother": "mother", "elsa": "elsa", "twin": "elsa"}


@dataclass
class Model:
    """Everything there ever was, by name."""

    #: By person.
    ways: dict[str, list[Way]] = field(default_factory=dict)
    accounts: dict[str, Record] = field(default_factory=dict)
    devices: defaultdict[str, list[Record]] = field(default_factory=lambda: defaultdict(list))
    #: By tie or delegation.
    ties: dict[str, Record] = field(default_factory=dict)
    checks: dict[str, Record] = field(default_factory=dict)
    #: By tie.
    grants: defaultdict[str, list[Record]] = field(default_factory=lambda: defaultdict(list))
    custody: defaultdict[str, list[Rule]] = field(default_factory=lambda: defaultdict(list))
    #: Of children in classes; of classes in rooms, the one said last is the one that holds.
    places: list[Place] = field(default_factory=list)
    rooms: list[Place] = field(default_factory=list)
    #: By class.
    windows: defaultdict[str, list[Window]] = field(default_factory=lambda: defaultdict(list))
    closed_days: list[Day] = field(default_factory=list)
    closings: list[Record] = field(default_factory=list)
    attendance: str = "off"
    #: By child: when it came or went.
    noted: defaultdict[str, list[tuple[datetime, str]]] = field(default_factory=lambda: defaultdict(list))
    #: By room.
    cameras: defaultdict[str, list[Record]] = field(default_factory=lambda: defaultdict(list))
    curtains: defaultdict[str, list[Record]] = field(default_factory=lambda: defaultdict(list))
    loans: defaultdict[str, list[Record]] = field(default_factory=lambda: defaultdict(list))
    levels: dict[str, str] = field(default_factory=dict)
    #: What was watched; no device watches twice at once.
    looks: list[Look] = field(default_factory=list)
    day_minutes: int | None = None
    devices_at_once: int | None = None
    #: By tie: who agreed to the child's being shown, or is not asked; by room: guests.
    consents: defaultdict[str, list[Consent]] = field(default_factory=lambda: defaultdict(list))
    guests: defaultdict[str, list[Record]] = field(default_factory=lambda: defaultdict(list))
    exemptions: defaultdict[str, list[Record]] = field(default_factory=lambda: defaultdict(list))
    #: Of staff with classes; by person of the staff: who agreed to be shown.
    duties: list[Place] = field(default_factory=list)
    staff_consents: defaultdict[str, list[Consent]] = field(default_factory=lambda: defaultdict(list))
    #: By whom it asks: what it asks since when, the first version first.
    texts: defaultdict[str, list[Record]] = field(default_factory=lambda: defaultdict(list))
    kinds: dict[str, str] = field(default_factory=dict)
    #: By room and gate, of the camera that is there.
    gates: defaultdict[tuple[str, str], list[Record]] = field(default_factory=lambda: defaultdict(list))

    def may(self, person: str, room: str, at: datetime) -> bool:
        """Say whether a person may see a room at an instant."""
        return (
            self.shows(room, at)
            and self.accounts[person].holds(at)
            and some_holds(self.devices[person], at)
            and any(self.leads(way, room, at) and self.has_left(way, person, at) for way in self.ways[person])
        )

    def has_left(self, way: Way, person: str, at: datetime) -> bool:
        """Say whether there are minutes and a place for this device."""
        looks = [
            replace(look, ended_at=min(look.ended_at, self.counts_until(look, way, at)))
            for look in self.looks
            if look.starts_at <= at
        ]
        if self.day_minutes is not None:
            began = midnight(local(at).date())
            spent = [min(look.until, at) - max(look.starts_at, began) for look in looks]
            if sum((time for time in spent if time > timedelta()), timedelta()) >= timedelta(
                minutes=self.day_minutes
            ):
                return False
        if self.devices_at_once is not None:
            device = self.devices[person][-1].number
            running = sorted((look.starts_at, look.device) for look in looks if look.until > at)
            first = [one for _, one in running[: self.devices_at_once]]
            return device in first or len(first) < self.devices_at_once
        return True

    def counts_until(self, look: Look, way: Way, at: datetime) -> datetime:
        """Return until when a look is of the same budget: of another guardian's none after a custody rule."""
        (family,) = (children for children in SIBLINGS if way.child in children)
        ties = {other.tie for ways in self.ways.values() for other in ways if other.child in family}
        began = midnight(local(at).date())
        rules = [rule for tie in ties for rule in self.custody[tie] if rule.recorded_at <= at]
        limited = [rule.recorded_at for rule in rules if min(rule.ends_at, rule.ended_at) > began]
        if look.child not in family:
            return look.starts_at
        return FAR if GUARDIANS[look.tie] == GUARDIANS[way.tie] else min(limited, default=FAR)

    def shows(self, room: str, at: datetime) -> bool:
        """Say whether anybody may see a room at an instant."""
        return (
            not some_holds(self.closings, at)
            and not some_holds(self.loans[room], at)
            and some_holds(self.cameras[room], at)
            and some_holds(self.curtains[room], at)
            and self.levels[room] == "clear"
            and self.is_covered(room, at)
            and self.kinds[room] not in {"toilet", "nap", "changing", "nursing"}
            and all(some_holds(self.gates[room, gate], at) for gate in GATES)
        )

    def is_covered(self, room: str, at: datetime) -> bool:
        """Say whether everybody expected has agreed: guardians, at least one of each child, and staff."""
        there = {place.of for place in self.rooms if self.room_of(place.of, at) == room}
        expected = {place.of for place in self.places if place.holds(at) and place.where in there}
        working = {duty.of for duty in self.duties if duty.holds(at) and duty.where in there}
        return (
            not some_holds(self.guests[room], at)
            and all(self.has_agreed(child, at) for child in expected)
            and all(self.counts("staff", self.staff_consents[who], at) for who in working)
        )

    def has_agreed(self, child: str, at: datetime) -> bool:
        """Say whether all who are a child's guardians then, and at least one, have agreed.

        And whoever was one before, while they still were.
        """
        ties = {tie for tie in self.ties_of(child) if not some_holds(self.exemptions[tie], at)}
        asked = [tie for tie in ties if self.ties[tie].holds(at)]
        lasts = {tie: self.ties[tie].last(at) for tie in ties}
        return bool(asked) and all(
            self.counts("family", self.consents[tie], last) for tie, last in lasts.items() if last is not None
        )

    def counts(self, audience: str, consents: list[Consent], at: datetime) -> bool:
        """Say whether one of these answers holds, and is to what the school asks then."""
        return any(one.holds(at) and one.version == self.version(audience, at) for one in consents)

    def version(self, audience: str, at: datetime) -> int:
        """Return the newest version of what the school asks at an instant."""
        return max(number for number, text in enumerate(self.texts[audience], 1) if text.holds(at))

    def ties_of(self, child: str) -> set[str]:
        """Return the ties of a child to its guardians, whether they are over or not."""
        return {way.tie for ways in self.ways.values() for way in ways if way.child == child}

    def leads(self, way: Way, room: str, at: datetime) -> bool:
        """Say whether one way leads into a room at an instant."""
        tied = [way.tie, *([way.delegation] if way.delegation else [])]
        return (
            (way.guardian is None or self.accounts[way.guardian].holds(at))
            and all(self.ties[name].holds(at) and self.checks[name].holds(at) for name in tied)
            and all(rule.leaves(local(at).date()) for rule in self.custody[way.tie] if rule.holds(at))
            and some_holds(self.grants[way.tie], at)
            and self.is_in(way.child, at)
            and any(
                self.room_of(group, at) == room and self.is_open(group, at)
                for group in self.classes_of(way.child, at)
            )
        )

    def classes_of(self, child: str, at: datetime) -> set[str]:
        """Return the classes of a child at an instant."""
        return {place.where for place in self.places if place.of == child and place.holds(at)}

    def room_of(self, group: str, at: datetime) -> str:
        """Return the room of a class: what was said last among all that holds."""
        return [place.where for place in self.rooms if place.of == group and place.holds(at)][-1]

    def is_open(self, group: str, at: datetime) -> bool:
        """Say whether a class has viewing hours at an instant."""
        here = local(at)
        minute = here.hour * 60 + here.minute
        if any(day.on == here.date() and day.holds(at) for day in self.closed_days):
            return False
        return any(
            window.holds(at)
            and window.starts <= minute < window.ends
            and (window.on or here.date()) == here.date()
            and (window.on is not None or window.weekday == here.weekday())
            for window in self.windows[group]
        )

    def is_in(self, child: str, at: datetime) -> bool:
        """Say whether a child is in, as far as the school wants to know."""
        if self.attendance == "off":
            return True
        today = [what for when, what in self.noted[child] if local(when).date() == local(at).date()]
        latest = today[-1] if today else None
        return latest == "in" if self.attendance == "required" else latest != "out"

    def edges(self, after: datetime, until: datetime) -> list[datetime]:
        """Return every instant in ``(after, until]`` at which an answer could change, in order."""
        found = {until}
        for record in self.records():
            found |= {record.starts_at, record.recorded_at, record.ends_at, record.ended_at}
        days = [local(after).date() + timedelta(days=n) for n in range((until - after).days + 2)]
        minutes = {0, *(at for group in self.windows.values() for w in group for at in (w.starts, w.ends))}
        found |= {midnight(day) + timedelta(minutes=at) for day in days for at in minutes}
        return sorted(at for at in found if after < at <= until)

    def records(self) -> Iterator[Record]:
        """Yield everything that holds for a time."""
        yield from self.accounts.values()
        yield from (*self.ties.values(), *self.checks.values(), *self.places, *self.rooms, *self.duties)
        yield from (*self.closed_days, *self.closings, *self.looks)
        by_name = (self.devices, self.grants, self.custody, self.windows, self.cameras, self.curtains)
        answers = (self.consents, self.exemptions, self.staff_consents)
        for records in (*by_name, self.loans, *answers, self.guests):
            for some in records.values():
                yield from some
        for some in (*self.gates.values(), *self.texts.values()):
            yield from some
