"""Custody rules in the records: one person closes at once, and the picture follows."""

from datetime import UTC, date, datetime, timedelta

from access.enrolment import Guardianship
from access.grants import Grant
from access.places import ViewingWindow
from access.policy import Allowed, Denied
from access.reasons import Reason
from access.viewing import Viewings
from tests.access.custody.limiting import WEEK, WHY, limits
from tests.access.one_room import AFTER, BEFORE, NOW, SINCE, OneRoom
from tests.access.watching_guardian import is_over, opened


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


def test_a_father_of_odd_weeks_watches_again_in_an_odd_week_and_is_told_when(
    room: OneRoom, viewings: Viewings
) -> None:
    before = opened(viewings)

    limits(room, "odd_weeks")

    assert room.world.stops.in_force() == frozenset()
    assert isinstance(room.decides(), Allowed)
    assert not is_over(viewings, before)  # nothing was asked meanwhile, and the rule lets him
    room.clock.advance(WEEK)
    assert room.decides() == Denied(Reason.CUSTODY, SINCE + 2 * WEEK)
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


def test_on_another_weekday_he_is_told_the_next_that_is_his(room: OneRoom) -> None:
    limits(room, "weekdays", weekdays=(1, 3))  # and the class is shown on Tuesdays only
    room.clock.advance(timedelta(days=1))

    assert room.decides() == Denied(Reason.CUSTODY, SINCE + WEEK)


def test_of_an_order_without_an_end_no_opening_is_told_and_of_one_with_a_last_day_it_is(
    room: OneRoom,
) -> None:
    limits(room, "no_contact", ends_at=NOW + timedelta(days=3))

    assert room.decides() == Denied(Reason.CUSTODY, SINCE + WEEK)

    limits(room, "no_contact")

    assert room.decides() == Denied(Reason.CUSTODY)


def test_a_court_date_promises_nothing(room: OneRoom) -> None:
    limits(room, "no_contact", court_on=date(2026, 3, 12))

    assert room.decides() == Denied(Reason.CUSTODY)


def test_without_a_grant_that_lasts_until_then_nothing_is_promised(room: OneRoom) -> None:
    limits(room, "odd_weeks")
    room.change(Grant, ends_at=NOW + WEEK + timedelta(days=2))
    room.clock.advance(WEEK)

    assert room.decides() == Denied(Reason.CUSTODY)
