"""Custody rules in the records: one person closes at once, two open, and the picture follows."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from access.acts import Actor, replay
from access.acts_custody import add_custody_rule, ask_to_end_custody_rule, end_custody_rule
from access.custody_rules import CustodyRule
from access.database import reading
from access.enrolment import Guardianship
from access.errors import RecordsUnavailable, Refused
from access.people import Person
from access.places import ViewingWindow
from access.policy import Allowed, Denied
from access.reasons import Reason
from access.stops import Mark, Scope
from access.viewing import Viewings
from tests.access.one_room import AFTER, BEFORE, NOW, OneRoom
from tests.access.trouble import database_held, log_refusing, no_file_beyond
from tests.access.watching_guardian import is_over, opened

WHY = "order of 3 March"
OFFICE, DIRECTOR, MOTHER = 2, 3, 4
#: NOW is a Tuesday of week 11, which is odd.
WEEK = timedelta(days=7)
CUSTODY_MARK = Mark(Scope.CUSTODY, 1)


def by(person: int | None) -> Actor:
    """Return who acts."""
    return Actor(person, "web")


@pytest.fixture
def room(room: OneRoom) -> OneRoom:
    """One room, with an office, a director, and the child's mother beside its father."""
    for name in ("office", "director", "mother"):  # in the order of their numbers
        room.add(Person, key=name, name=name.title(), sign_in_name=name, recorded_at=BEFORE)
    tie = {"school_id": 1, "starts_at": BEFORE, "recorded_at": BEFORE}
    room.add(Guardianship, **tie, key="u2", person_id=MOTHER, child_id=1)
    room.agrees(2, MOTHER)
    return room


def limits(
    room: OneRoom,
    kind: str = "odd_weeks",
    *,
    weekdays: tuple[int, ...] = (),
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    court_on: date | None = None,
    guardianship: int = 1,
) -> bool:
    """Limit the father, or another tie, as the office does."""
    return add_custody_rule(
        room.world,
        actor=by(OFFICE),
        reason=WHY,
        guardianship_id=guardianship,
        kind=kind,
        weekdays=weekdays,
        starts_at=starts_at or room.clock.now(),
        ends_at=ends_at,
        court_on=court_on,
    )


def rule_ids(room: OneRoom) -> list[int]:
    """Return the rules there are, oldest first."""
    with reading(room.world.database) as connection:
        return list(connection.execute(select(CustodyRule.id).order_by(CustodyRule.id)).scalars())


def test_a_no_contact_order_entered_at_10_07_ends_his_viewing_at_10_07(
    room: OneRoom, viewings: Viewings
) -> None:
    leave = opened(viewings)
    room.clock.advance(timedelta(minutes=7))

    recorded = limits(room, "no_contact")

    assert recorded
    assert room.decides() == Denied(Reason.CUSTODY)
    assert viewings.decide_again(leave) is None
    assert is_over(viewings, leave)
    viewings.renew_all()
    assert room.told()[-2:] == [f"custody:added {WHY}", "viewing:closed custody:not_now"]
    ended_at = room.entries()[-1].body["ended_at"]
    assert datetime.fromisoformat(ended_at) == NOW + timedelta(minutes=7)


def test_a_father_of_odd_weeks_watches_again_in_an_odd_week(room: OneRoom, viewings: Viewings) -> None:
    before = opened(viewings)

    limits(room, "odd_weeks")

    assert room.world.stops.in_force() == frozenset()
    assert isinstance(room.decides(), Allowed)
    assert not is_over(viewings, before)  # nothing was asked meanwhile, and the rule lets him
    room.clock.advance(WEEK)
    assert room.decides() == Denied(Reason.CUSTODY)
    room.clock.advance(WEEK)
    assert isinstance(room.decides(), Allowed)


def test_a_right_ends_with_the_week_at_the_latest(room: OneRoom) -> None:
    for weekday in (0, 6):  # open around the clock, from Sunday to Monday
        hours = {"starts_minute": 0, "ends_minute": 1440, "recorded_at": BEFORE}
        room.add(ViewingWindow, school_id=1, class_group_id=1, weekday=weekday, **hours)
    limits(room, "odd_weeks")
    room.clock.advance(datetime(2026, 3, 15, 12, tzinfo=UTC) - NOW)

    decision = room.decides()

    assert isinstance(decision, Allowed)
    assert decision.until == datetime(2026, 3, 15, 16, tzinfo=UTC)  # Monday 00:00 in Shanghai


def test_contradicting_rules_let_him_watch_in_no_week(room: OneRoom) -> None:
    limits(room, "odd_weeks")
    limits(room, "even_weeks")

    for _ in range(4):
        assert room.decides() == Denied(Reason.CUSTODY)
        room.clock.advance(WEEK)


def test_named_weekdays_are_those_of_the_school(room: OneRoom) -> None:
    limits(room, "weekdays", weekdays=(1,))
    assert isinstance(room.decides(), Allowed)

    limits(room, "weekdays", weekdays=(0, 2))
    assert room.decides() == Denied(Reason.CUSTODY)


def test_a_rule_that_begins_next_week_leaves_today_alone(room: OneRoom) -> None:
    limits(room, "no_contact", starts_at=NOW + WEEK - timedelta(days=1))

    assert isinstance(room.decides(), Allowed)
    room.clock.advance(WEEK)
    assert room.decides() == Denied(Reason.CUSTODY)


def test_a_rule_that_begins_later_than_all_that_is_read_is_not_forgotten(room: OneRoom) -> None:
    far = NOW + timedelta(days=15)
    limits(room, "odd_weeks")
    limits(room, "no_contact", starts_at=far)

    assert room.facts().paths[0].custody[-1].end <= far


def test_a_rule_ends_on_its_day_and_a_court_date_ends_none(room: OneRoom) -> None:
    limits(room, "no_contact", ends_at=NOW + timedelta(days=1))
    room.clock.advance(WEEK)
    assert isinstance(room.decides(), Allowed)

    limits(room, "no_contact", court_on=date(2026, 3, 18))
    room.clock.advance(2 * WEEK)
    assert room.decides() == Denied(Reason.CUSTODY)


def test_the_other_parent_sees_as_before(room: OneRoom, viewings: Viewings) -> None:
    leave = opened(viewings)

    limits(room, "no_contact", guardianship=2)

    assert isinstance(room.decides(), Allowed)
    assert not is_over(viewings, leave)


def test_whoever_is_tied_anew_to_the_child_has_the_rules_of_before(room: OneRoom) -> None:
    limits(room, "no_contact")
    tie = {"school_id": 1, "starts_at": BEFORE, "recorded_at": BEFORE}
    verified = {"verified_at": BEFORE, "verified_until": AFTER}
    room.change(Guardianship, 1, ended_at=NOW)

    room.add(Guardianship, **tie, **verified, key="u3", person_id=1, child_id=1)

    paths = {path.guardianship_id: path for path in room.facts().paths}
    room.clock.advance(timedelta(seconds=1))
    assert [span for span in paths[3].custody if room.clock.now() in span] == []


def test_with_a_locked_database_it_holds_at_once_and_the_rule_is_recorded_later(
    room: OneRoom, viewings: Viewings
) -> None:
    leave = opened(viewings)

    with database_held(room.address):
        recorded = limits(room, "odd_weeks")
        stopped = viewings.stopped(leave, NOW)
        closed = room.decides()

    assert (recorded, stopped, closed) == (False, True, Denied(Reason.CUSTODY))
    assert room.decides() == Denied(Reason.CUSTODY)  # and until it is recorded
    room.clock.advance(timedelta(minutes=1))
    assert replay(room.world) == 1
    assert isinstance(room.decides(), Allowed)  # by the rule: it is an odd week
    assert room.world.stops.in_force() == frozenset()
    room.clock.advance(WEEK)
    assert room.decides() == Denied(Reason.CUSTODY)


def test_a_log_that_refuses_leaves_one_rule_in_force(room: OneRoom) -> None:
    with log_refusing(room.address):
        recorded = limits(room, "no_contact")
        again = replay(room.world)
        closed = room.decides()

    assert (recorded, again, closed) == (False, 0, Denied(Reason.CUSTODY))
    assert replay(room.world) == 1
    assert len(rule_ids(room)) == 1
    assert room.decides() == Denied(Reason.CUSTODY)
    assert room.world.stops.in_force() == frozenset()


def test_a_mark_that_a_killed_process_left_goes_and_one_that_waits_stays(room: OneRoom) -> None:
    room.mark(Scope.CUSTODY)
    room.mark(Scope.GUARDIANSHIP)
    assert room.decides() == Denied(Reason.NOT_GUARDIAN)

    replay(room.world)

    assert room.world.stops.in_force() == frozenset({Mark(Scope.GUARDIANSHIP, 1)})
    with database_held(room.address):
        limits(room, "odd_weeks")
        replay(room.world)
        assert CUSTODY_MARK in room.world.stops.in_force()


def test_without_a_journal_the_mark_stays_until_there_is_one(room: OneRoom, tmp_path: Path) -> None:
    (tmp_path / "journal").rename(tmp_path / "away")

    assert limits(room, "odd_weeks")

    assert room.decides() == Denied(Reason.CUSTODY)
    (tmp_path / "away").rename(tmp_path / "journal")
    replay(room.world)
    assert isinstance(room.decides(), Allowed)


def test_what_neither_disk_nor_database_took_stays_closed_whatever_is_recorded_later(room: OneRoom) -> None:
    with database_held(room.address), no_file_beyond(0), pytest.raises(RecordsUnavailable):
        limits(room, "no_contact")

    limits(room, "odd_weeks")
    replay(room.world)

    assert room.decides() == Denied(Reason.NOT_GUARDIAN)


@pytest.mark.parametrize(
    ("kind", "weekdays", "reason"),
    [
        pytest.param("sometimes", (), "custody:kind", id="a kind that is none"),
        pytest.param("weekdays", (), "custody:weekdays", id="no weekday"),
        pytest.param("weekdays", tuple(range(7)), "custody:weekdays", id="every weekday"),
        pytest.param("weekdays", (7,), "custody:weekdays", id="an eighth weekday"),
        pytest.param("odd_weeks", (1,), "custody:weekdays", id="weekdays of something else"),
    ],
)
def test_what_is_no_rule_is_refused_and_stops_nobody(
    room: OneRoom, kind: str, weekdays: tuple[int, ...], reason: str
) -> None:
    with pytest.raises(Refused) as refusal:
        limits(room, kind, weekdays=weekdays)

    assert refusal.value.reason == reason
    assert isinstance(room.decides(), Allowed)


def test_a_rule_has_one_end(room: OneRoom) -> None:
    with pytest.raises(Refused) as refusal:
        limits(room, ends_at=NOW + WEEK, court_on=date(2026, 4, 1))

    assert refusal.value.reason == "custody:two_ends"


def test_a_rule_upon_nobody_is_refused_and_leaves_no_mark(room: OneRoom) -> None:
    with pytest.raises(Refused) as refusal:
        limits(room, guardianship=99)

    assert refusal.value.reason == "guardianship:unknown"
    assert room.world.stops.in_force() == frozenset()


def asks_for_the_end(room: OneRoom, person: int | None, rule: int = 1) -> None:
    """Ask for the end of a rule."""
    ask_to_end_custody_rule(room.world, actor=by(person), reason=WHY, custody_rule_id=rule)


def confirms_the_end(room: OneRoom, person: int | None, rule: int = 1) -> None:
    """Confirm that a rule ends."""
    end_custody_rule(room.world, actor=by(person), reason=WHY, custody_rule_id=rule)


def test_it_takes_two_to_end_a_rule(room: OneRoom) -> None:
    limits(room, "no_contact")

    asks_for_the_end(room, OFFICE)
    assert room.decides() == Denied(Reason.CUSTODY)
    room.clock.advance(timedelta(minutes=3))
    confirms_the_end(room, DIRECTOR)

    decision = room.decides()
    assert isinstance(decision, Allowed)
    assert decision.since == NOW + timedelta(minutes=3)  # what was filmed before is not his to see
    assert room.told()[-2:] == [f"custody:end_asked {WHY}", f"custody:ended {WHY}"]


@pytest.mark.parametrize("who", [OFFICE, MOTHER, 1, None], ids=["who asked", "mother", "father", "nobody"])
def test_the_second_is_neither_the_first_nor_an_adult_of_the_child(room: OneRoom, who: int | None) -> None:
    limits(room, "no_contact")
    asks_for_the_end(room, OFFICE)

    with pytest.raises(Refused) as refusal:
        confirms_the_end(room, who)

    assert refusal.value.reason == "custody:same_person"
    assert room.told()[-1] == "guardianship:refused custody:same_person"
    assert room.decides() == Denied(Reason.CUSTODY)


@pytest.mark.parametrize("who", [MOTHER, 1, None], ids=["mother", "father", "nobody"])
def test_nor_is_the_first(room: OneRoom, who: int | None) -> None:
    limits(room, "no_contact")

    with pytest.raises(Refused) as refusal:
        asks_for_the_end(room, who)

    assert refusal.value.reason == "custody:same_person"


def test_nobody_ends_what_nobody_asked_to_end_or_what_is_over(room: OneRoom) -> None:
    limits(room, "no_contact")

    with pytest.raises(Refused, match="not_asked"):
        confirms_the_end(room, DIRECTOR)
    asks_for_the_end(room, OFFICE)
    confirms_the_end(room, DIRECTOR)
    for act in (asks_for_the_end, confirms_the_end):
        with pytest.raises(Refused, match="over"):
            act(room, OFFICE)
