"""What the log of the month says, day by day, and what whoever asks it ought to find.

Everything follows from one seed. The entries say what the acts would have said.
"""

import random
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from access.database import now_utc_text
from access.log.entry import INSTALLATION
from tests.long_log import Said
from tests.month.days import Dark, at, darkness, moment, school_days, window_of
from tests.month.families import GRANDMOTHER, Families, Viewer

#: Classes in which a consent was taken back, by the number of the class, and when.
WITHDRAWN = {1: at(date(2026, 3, 17), 10 * 60 + 20), 2: at(date(2026, 3, 26), 9 * 60 + 40)}
#: In the second of them somebody was shown the room all the same.
INCIDENT_AFTER, INCIDENT_LASTED = timedelta(minutes=4), timedelta(minutes=8)
#: Refusals without a cause of their own, and how often on a day.
REFUSALS = {"attendance:not_in": 14, "grant:none": 6, "budget:spent": 9, "guardianship:not_verified": 3}
TRIES_OUTSIDE = 16
BURST = 14
#: How many of an hour's viewings of others a grandparent has.
GRANDPARENT_WEIGHT = 0.35
PORTAL: Mapping[str, Any] = {"person": None, "via": "portal"}


@dataclass(frozen=True, slots=True)
class Seen:
    """One viewing."""

    viewer: Viewer
    start: datetime
    end: datetime
    level: str
    key: str
    reason: str

    @property
    def delivered(self) -> dict[str, dict[str, int]]:
        """Return what went out."""
        return {"main": {"milliseconds": int((self.end - self.start).total_seconds() * 990)}}


@dataclass(slots=True)
class Told:
    """The entries of the month, by log and in their order, and what is true of it."""

    entries: dict[int, list[Said]] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)
    refused: list[tuple[datetime, Viewer, str, int]] = field(default_factory=list)
    outages: list[Dark] = field(default_factory=list)
    #: Whose consent was taken back, and when.
    withdrawn: list[tuple[Viewer, datetime]] = field(default_factory=list)
    incident: Seen | None = None
    #: Who watched from two networks at once: on one device, and on two.
    one_device: Viewer | None = None
    two_devices: Viewer | None = None
    burst: Viewer | None = None
    outside: Viewer | None = None


class Teller:
    """Tells the days one after another."""

    def __init__(self, families: Families, school: int, staff: Mapping[str, int], seed: int) -> None:
        self.families, self.school, self.staff = families, school, staff
        self.chance = random.Random(seed)  # noqa: S311  # the same each time
        self.told = Told()
        self._said: defaultdict[int, list[tuple[datetime, int, Said]]] = defaultdict(list)
        self._count = 0
        self._busy: defaultdict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
        self._weights = [_weight(one) for one in families.viewers]
        groups = list(families.rooms)
        self._withdrawn = {groups[nth]: when for nth, when in WITHDRAWN.items()}

    def tell(self, count: int) -> Told:
        """Tell the month in *count* entries, all logs together."""
        days = school_days()
        dark = {day: list(darkness(self.chance, day, list(self.families.cameras))) for day in days}
        for day in days:
            self._staff_work(day, dark[day])
            self._children_come(day)
            self._some_are_refused(day)
        self._what_stands_out()
        while (left := count - self._count) > 1:
            for day in days:
                for _ in range(max(1, left // (2 * len(days) + 1))):
                    if count - self._count > 1:
                        self._somebody_watches(day, dark[day])
        while self._count < count:
            reader = self.families.viewers[0]
            self._says(
                at(days[-1], 17 * 60 + 30), "viewings:read", _by(reader), "own", {"person": reader.person}
            )
        for log, said in self._said.items():
            self.told.entries[log] = [one for *_, one in sorted(said, key=lambda one: one[:2])]
        return self.told

    # -- what happens ------------------------------------------------------------------

    def _staff_work(self, day: date, dark: list[Dark]) -> None:
        teacher = _of_staff(self.staff["teacher"])
        for one in dark:
            subject = {"room": one.room}
            if one.reason == "room:curtain":
                self._says(
                    one.start, "curtain:drawn", teacher, self.chance.choice(("nap", "changing")), subject
                )
                self._says(one.end, "curtain:opened", teacher, "awake", subject)
            else:
                self.told.outages.append(one)
                off = {"camera": self.families.cameras[one.room], **subject}
                self._says(one.start, "camera:lost", PORTAL, one.reason, off)
                since = now_utc_text(one.start)
                self._says(one.end, "camera:back", PORTAL, one.reason, off, since=since)
        administrator = _of_staff(self.staff["administrator"])
        read = {"log": "school", "person": None, "room": None, "day": day.isoformat()}
        self._says(at(day, 17 * 60 + 20), "log:read", administrator, "oversight page", read)
        if day.weekday() == 0:
            copied = {"log": "school", "format": "csv", "from": str(day - timedelta(days=7)), "to": str(day)}
            self._says(at(day, 8 * 60), "log:exported", administrator, "for the file", copied)

    def _children_come(self, day: date) -> None:
        door = _of_staff(self.staff["teacher"])
        children = {one.child: one for one in self.families.viewers}
        for child in children:
            if self.chance.random() < 0.96:
                came, went = self.chance.gauss(8 * 60 + 15, 12), self.chance.gauss(17 * 60 + 5, 12)
                for minutes, kind in ((came, "attendance:in"), (went, "attendance:out")):
                    self._says(
                        at(day, minutes), kind, door, "at the door", {"attendance": child, "child": child}
                    )
        for viewer in self.chance.sample(self.families.viewers, 110):
            signed_in = {"person": viewer.person, "sign_in": viewer.sign_in}
            when = at(day, self.chance.gauss(9 * 60 + 30, 40))
            if self.chance.random() < 0.08:
                failed = {"person": viewer.person, "by": "name"}
                self._says(
                    when,
                    "sign_in:failed",
                    _nobody(viewer),
                    "wrong passphrase",
                    failed,
                    log=INSTALLATION,
                )
            later = when + timedelta(seconds=30)
            self._says(
                later,
                "sign_in:began",
                _nobody(viewer),
                "signed in",
                signed_in,
                log=INSTALLATION,
                device=viewer.device,
            )

    def _some_are_refused(self, day: date) -> None:
        for reason, often in REFUSALS.items():
            for viewer in self.chance.sample(
                self.families.viewers, self.chance.randrange(often // 2, often * 3 // 2)
            ):
                self._refuses(moment(self.chance, day), viewer, reason)
        for viewer in self.chance.sample(self.families.viewers, TRIES_OUTSIDE):
            minutes = self.chance.choice((8 * 60 + 45, 11 * 60 + 33, 17 * 60 + 4)) + self.chance.random() * 9
            self._refuses(at(day, minutes), viewer, "hours:closed")

    def _somebody_watches(self, day: date, dark: list[Dark]) -> None:
        viewer = self.chance.choices(self.families.viewers, self._weights)[0]
        start = moment(self.chance, day)
        hidden = [one for one in dark if one.room == viewer.room]
        for one in hidden:
            if one.start <= start < one.end:
                if one.reason == "room:curtain":
                    self._refuses(start, viewer, one.reason)
                return
        window = window_of(start)
        if window is None:
            return
        ends = [(start + timedelta(seconds=min(3000, self.chance.lognormvariate(5.1, 0.9))), "viewing:left")]
        ends += [
            (one.start, one.reason) for one in hidden if one.start > start and one.reason == "room:curtain"
        ]
        ends.append((window[1], "hours:closed"))
        when = self._withdrawn.get(viewer.class_group)
        if when is not None and start < when:
            ends.append((when + timedelta(seconds=1), "room:not_covered"))
        end, reason = min(ends)
        if self._is_free(viewer, start, end):
            self._watches(viewer, start, end, reason, network=viewer.network, sign_in=viewer.sign_in)

    def _is_free(self, viewer: Viewer, start: datetime, end: datetime) -> bool:
        """Say whether somebody watches nothing else in a stretch."""
        return all(end <= began or ended <= start for began, ended in self._busy[viewer.person])

    def _what_stands_out(self) -> None:
        told, groups = self.told, list(self.families.rooms)
        for group, when in self._withdrawn.items():
            whose = self.families.of_class(group)[0]
            self.told.withdrawn.append((whose, when))
            said: dict[str, Any] = {"consent": whose.person, "person": whose.person, "child": whose.child}
            said |= {"version": 1, "how": "own"}
            self._says(when, "consent:withdrawn", _by(whose), "own answer", said)
        late = self.families.of_class(groups[2])[4]
        start = WITHDRAWN[2] + INCIDENT_AFTER
        told.incident = self._watches(
            late,
            start,
            start + INCIDENT_LASTED,
            "viewing:left",
            network=late.network,
            sign_in=late.sign_in,
            level="clear",
        )
        day = at(date(2026, 3, 30), 0)
        told.one_device, told.two_devices, told.burst, told.outside = (
            self.families.of_class(groups[nth])[7] for nth in (5, 6, 7, 8)
        )
        one_device, two_devices = told.one_device, told.two_devices
        for one, other in ((one_device, one_device.sign_in), (two_devices, two_devices.other_sign_in)):
            for nth, (sign_in, network) in enumerate(((one.sign_in, one.network), (other, "203.0.113.0/24"))):
                start = day + timedelta(hours=10, minutes=3 * nth)
                self._watches(
                    one, start, start + timedelta(minutes=9), "viewing:left", network=network, sign_in=sign_in
                )
        start = day + timedelta(hours=15)
        self._refuses(start, told.burst, "room:curtain")
        self._refuses(start + timedelta(seconds=61), told.burst, "room:curtain", BURST - 1)
        for evening in range(4):
            self._refuses(day + timedelta(hours=20 - 24 * evening), told.outside, "hours:closed")

    # -- what is written ---------------------------------------------------------------

    def _watches(
        self,
        viewer: Viewer,
        start: datetime,
        end: datetime,
        reason: str,
        *,
        network: str,
        sign_in: int,
        level: str = "",
    ) -> Seen:
        key = f"v{self._count:021}"
        subject = {**viewer.ids, "sign_in": sign_in, "viewing": key}
        when = self._withdrawn.get(viewer.class_group)
        level = level or ("figures" if when is not None and start >= when else "clear")
        opened: dict[str, Any] = {"device": viewer.device, "purpose": "live", "level": level}
        if viewer.delegation is not None:
            opened["delegation"] = viewer.delegation
        who = {"person": viewer.person, "via": "web", "sign_in": sign_in, "from": network}
        self._says(start, "viewing:opened", who, "", {**subject, "grants": [viewer.guardianship]}, **opened)
        seen = Seen(viewer, start, end, level, key, reason)
        ended: dict[str, Any] = {"delivered": seen.delivered, "ended_at": now_utc_text(end)}
        whose = {"person": viewer.person, "via": "web" if reason == "viewing:left" else "portal"}
        self._says(end, "viewing:closed", whose, reason, subject, **ended)
        self.told.seen.append(seen)
        self._busy[viewer.person].append((start, end))
        return seen

    def _refuses(self, when: datetime, viewer: Viewer, reason: str, times: int = 1) -> None:
        subject = {"person": viewer.person, "room": viewer.room, "sign_in": viewer.sign_in}
        again: dict[str, Any] = {"device": viewer.device} if times == 1 else {"times": times}
        self._says(when, "viewing:refused", _by(viewer), reason, subject, **again)
        self.told.refused.append((when, viewer, reason, times))

    def _says(
        self,
        when: datetime,
        kind: str,
        actor: Mapping[str, Any],
        reason: str,
        subject: dict[str, Any],
        *,
        log: int | None = None,
        **more: Any,
    ) -> None:
        body = {"actor": dict(actor), "reason": reason, "revision": 1, "subject": subject, **more}
        self._said[self.school if log is None else log].append((when, self._count, (kind, when, body)))
        self._count += 1


def _weight(viewer: Viewer) -> float:
    if viewer.name == GRANDMOTHER:
        return 0.25
    return 1.0 if viewer.delegation is None else GRANDPARENT_WEIGHT


def _by(viewer: Viewer) -> dict[str, Any]:
    return {"person": viewer.person, "via": "web", "sign_in": viewer.sign_in, "from": viewer.network}


def _nobody(viewer: Viewer) -> dict[str, Any]:
    return {"person": None, "via": "web", "from": viewer.network}


def _of_staff(person: int) -> dict[str, Any]:
    return {"person": person, "via": "web", "from": "192.0.2.0/24"}
