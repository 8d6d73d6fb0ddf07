"""What is out of the usual: from logs written by hand, because most of it must not come about."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from access.log.day import viewings_among
from access.log.entry import Entry
from access.log.incidents import Withdrawal, incidents
from access.log.unusual import BURST, MANY_HOURS, MANY_ROOMS, Sort, Unusual, unusual
from tests.conftest import MORNING

ZONE = ZoneInfo("Asia/Shanghai")
MOTHER, CHILD, OAK, ROOM = 3, 5, 7, 9
MINUTE = timedelta(minutes=1)
END = MORNING + timedelta(hours=12)


class Log:
    """Entries one after another."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    def says(self, kind: str, at: datetime, subject: dict[str, Any], **more: Any) -> Entry:
        network = more.pop("network", "10.0.0.0/24")
        person = subject.get("person", MOTHER)
        body = {"actor": {"person": person, "from": network}, "subject": subject, "reason": "", **more}
        self.entries.append(Entry(1, len(self.entries), kind, at, body, person, subject.get("room")))
        return self.entries[-1]

    def watches(self, at: datetime, minutes: int, *, room: int = ROOM, **more: Any) -> Entry:
        subject = {"viewing": f"v{len(self.entries)}", "person": MOTHER, "class_group": OAK, "room": room}
        subject["sign_in"] = more.pop("sign_in", len(self.entries))
        opened = self.says("viewing:opened", at, subject, level=more.pop("level", "clear"), **more)
        ended = (at + minutes * MINUTE).isoformat()
        self.says("viewing:closed", at + minutes * MINUTE, subject, ended_at=ended)
        return opened

    def finds(self) -> list[Unusual]:
        return unusual(self._watched(), zone=ZONE, until=END)

    def finds_after(self, withdrawal: Withdrawal) -> list[Unusual]:
        return incidents(viewings_among(self._watched(), MORNING, END), withdrawal)

    def _watched(self) -> list[Entry]:
        watched = (entry for entry in self.entries if entry.kind.startswith("viewing:"))
        return sorted(watched, key=lambda one: one.at)


def taken_back(log: Log, at: datetime, *later: Entry) -> Withdrawal:
    entry = log.says("consent:withdrawn", at, {"person": MOTHER, "child": CHILD})
    return Withdrawal(entry, {OAK}, later)


def test_a_day_as_every_other_has_nothing_unusual() -> None:
    log = Log()
    for nth in range(5):
        log.watches(MORNING + nth * 30 * MINUTE, 3)

    assert log.finds() == []


def test_a_picture_after_a_consent_was_taken_back_is_an_incident() -> None:
    log = Log()
    withdrawal = taken_back(log, MORNING)
    opened = log.watches(MORNING + MINUTE, 2)

    (found,) = log.finds_after(withdrawal)

    assert (found.sort, found.person_id, found.amount) == (Sort.INCIDENT, MOTHER, opened.number)


def test_a_picture_that_was_still_open_long_after_it_is_an_incident_and_one_that_closed_at_once_is_none() -> (
    None
):
    log = Log()
    log.watches(MORNING - 5 * MINUTE, 15)
    log.watches(MORNING - 5 * MINUTE, 5)

    found = log.finds_after(taken_back(log, MORNING))

    assert [(one.sort, one.amount) for one in found] == [(Sort.INCIDENT, 0)]


def test_a_level_that_hides_people_or_another_class_is_no_incident() -> None:
    log = Log()
    log.watches(MORNING + MINUTE, 2, level="figures")
    withdrawal = taken_back(log, MORNING)

    assert log.finds_after(withdrawal) == []
    assert log.finds_after(Withdrawal(withdrawal.entry, {OAK + 1}, ())) == []


def test_agreeing_again_or_going_home_makes_it_none_and_coming_back_one_again() -> None:
    child = {"person": MOTHER, "child": CHILD}
    for kinds, is_incident in (
        (["consent:given"], False),
        (["consent:exempted"], False),
        (["attendance:out"], False),
        (["attendance:out", "attendance:in"], True),
        (["consent:refused"], True),
    ):
        log = Log()
        later = [log.says(kind, MORNING + (1 + n) * MINUTE, child) for n, kind in enumerate(kinds)]
        log.watches(MORNING + 10 * MINUTE, 2)

        assert bool(log.finds_after(taken_back(log, MORNING, *later))) is is_incident, kinds


def test_two_networks_at_once_are_told_and_one_after_the_other_are_not() -> None:
    at_once, in_turn = Log(), Log()
    for log, later in ((at_once, 5), (in_turn, 20)):
        log.watches(MORNING, 10, network="10.0.0.0/24")
        log.watches(MORNING + later * MINUTE, 10, network="192.0.2.0/24")

    assert [one.sort for one in at_once.finds()] == [Sort.TWO_NETWORKS]
    assert in_turn.finds() == []


def test_one_sign_in_on_two_networks_at_once_is_told_by_itself() -> None:
    one_device, both = Log(), Log()
    for log, sign_ins in ((one_device, (1, 1)), (both, (1, 1, 2))):
        for nth, sign_in in enumerate(sign_ins):
            log.watches(MORNING + nth * MINUTE, 10, network=f"10.0.{nth}.0/24", sign_in=sign_in)

    assert [one.sort for one in one_device.finds()] == [Sort.ONE_SIGN_IN]
    assert [one.sort for one in both.finds()] == [Sort.ONE_SIGN_IN, Sort.TWO_NETWORKS]


def test_many_rooms_and_many_hours_are_of_one_day_at_school() -> None:
    rooms, hours, two_days = Log(), Log(), Log()
    for nth in range(MANY_ROOMS):
        rooms.watches(MORNING + nth * 10 * MINUTE, 1, room=nth)
        two_days.watches(MORNING + nth * timedelta(hours=12), 1, room=nth)
    hours.watches(MORNING, int(MANY_HOURS / MINUTE))

    assert [(one.sort, one.amount) for one in rooms.finds()] == [(Sort.MANY_ROOMS, MANY_ROOMS)]
    assert [(one.sort, one.amount) for one in hours.finds()] == [(Sort.MANY_HOURS, MANY_HOURS // MINUTE)]
    assert two_days.finds() == []


def test_a_burst_of_refusals_counts_what_one_entry_stands_for() -> None:
    log, slow = Log(), Log()
    subject = {"person": MOTHER, "room": ROOM}
    log.says("viewing:refused", MORNING, subject)
    log.says("viewing:refused", MORNING + MINUTE, subject, times=BURST - 1)
    for nth in range(BURST):
        slow.says("viewing:refused", MORNING + nth * 5 * MINUTE, subject)

    assert [(one.sort, one.amount) for one in log.finds()] == [(Sort.BURST, BURST)]
    assert slow.finds() == []


def test_tries_outside_the_hours_are_told() -> None:
    log = Log()
    for nth in range(3):
        log.says("viewing:refused", MORNING + nth * 60 * MINUTE, {"person": MOTHER, "room": ROOM})
        log.entries[-1].body["reason"] = "hours:closed"  # type: ignore[index]  # as it is written

    assert [(one.sort, one.amount) for one in log.finds()] == [(Sort.AFTER_HOURS, 3)]
