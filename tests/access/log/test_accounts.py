"""Whose accounts a school reads of: its own people's, and never those of another school's only."""

from datetime import timedelta

import pytest

from access import acts_people
from access.acts import Actor
from access.clock import FrozenClock
from access.database import reading
from access.log.accounts import about_people_of, concerns
from access.log.entry import INSTALLATION, read_entries
from access.sign_ins import begin_sign_in, end_every_sign_in
from access.world import World

MACHINE = Actor(person_id=None, via="cli:test")
TERM = timedelta(days=90)
A_DAY = timedelta(days=1)


class Town:
    """Two schools, and people who belong to one, the other, both, or no longer."""

    def __init__(self, world: World, clock: FrozenClock) -> None:
        self.world = world
        self.clock = clock
        self.oak, self.elm = (self._school(name) for name in ("Oak", "Elm"))
        self._people = 0

    def _school(self, name: str) -> int:
        return acts_people.add_school(
            self.world, actor=MACHINE, reason="test", name=name, zone="Asia/Shanghai", language="zh"
        )

    def person(self, school: int | None = None) -> int:
        """Make an account, for a school where one is named."""
        self._people += 1
        person = acts_people.add_person(
            self.world,
            actor=MACHINE,
            reason="test",
            name=f"Person {self._people}",
            sign_in_name=f"canary-person{self._people}",
            school_id=school,
        )
        self.clock.advance(timedelta(minutes=1))
        return person

    def appoints(self, school: int, person: int) -> int:
        """Give somebody a place on a school's staff."""
        membership = acts_people.appoint(
            self.world, actor=MACHINE, reason="test", school_id=school, person_id=person, role="teacher"
        )
        self.clock.advance(timedelta(minutes=1))
        return membership

    def dismisses(self, membership: int) -> None:
        """End it."""
        acts_people.dismiss(self.world, actor=MACHINE, reason="test", membership_id=membership)
        self.clock.advance(timedelta(minutes=1))

    def ties(self, school: int, person: int) -> int:
        """Tie somebody to a child of a school."""
        child = acts_people.add_child(self.world, actor=MACHINE, reason="test", school_id=school, name="小豆")
        now = self.clock.now()
        guardianship = acts_people.add_guardianship(
            self.world,
            actor=MACHINE,
            reason="test",
            person_id=person,
            child_id=child,
            starts_at=now,
            ends_at=now + TERM,
        )
        self.clock.advance(timedelta(minutes=1))
        return guardianship

    def signs_in(self, person: int) -> None:
        """Sign somebody in."""
        begin_sign_in(self.world, person, "Chrome, Android")
        self.clock.advance(timedelta(minutes=1))

    def reads(self, school: int) -> list[tuple[str, int | None]]:
        """Return kind and person of what a school reads of accounts, oldest first."""
        with reading(self.world.database) as connection:
            entries = read_entries(connection, INSTALLATION, only=about_people_of(school))
        return [(entry.kind, entry.person_id) for entry in reversed(entries)]


@pytest.fixture
def town(world: World, clock: FrozenClock) -> Town:
    """Tell of two schools."""
    return Town(world, clock)


def test_a_school_reads_of_its_own_people_and_of_nobody_elses(town: Town) -> None:
    ours, theirs, nobodys = town.person(), town.person(), town.person()
    town.appoints(town.oak, ours)
    town.ties(town.elm, theirs)
    for person in (ours, theirs, nobodys):
        town.signs_in(person)
        end_every_sign_in(town.world, person)

    assert town.reads(town.oak) == [("sign_in:began", ours), ("sign_in:every_ended", ours)]
    assert town.reads(town.elm) == [("sign_in:began", theirs), ("sign_in:every_ended", theirs)]


def test_who_belongs_to_both_is_the_business_of_both(town: Town) -> None:
    person = town.person()
    town.appoints(town.oak, person)
    town.ties(town.elm, person)
    town.signs_in(person)

    assert town.reads(town.oak) == town.reads(town.elm) == [("sign_in:began", person)]


def test_who_moved_to_another_school_is_seen_by_the_first_no_longer(town: Town) -> None:
    person = town.person()
    place = town.appoints(town.oak, person)
    town.signs_in(person)
    town.dismisses(place)
    town.appoints(town.elm, person)
    town.signs_in(person)
    town.signs_in(person)

    assert town.reads(town.oak) == [("sign_in:began", person)]
    assert town.reads(town.elm) == [("sign_in:began", person)] * 2


def test_a_guardianship_that_ended_or_ran_out_is_one_no_longer(town: Town) -> None:
    left, ran_out = town.person(), town.person()
    ended = town.ties(town.oak, left)
    town.ties(town.oak, ran_out)
    acts_people.end_guardianship(town.world, actor=MACHINE, reason="left", guardianship_id=ended)
    town.clock.advance(TERM + A_DAY)
    for person in (left, ran_out):
        town.ties(town.elm, person)
        town.signs_in(person)

    assert town.reads(town.oak) == []
    assert len(town.reads(town.elm)) == 2


def test_what_was_before_somebody_came_is_not_told(town: Town) -> None:
    person = town.person()
    town.signs_in(person)
    town.ties(town.oak, person)

    assert town.reads(town.oak) == []


def test_an_account_made_for_a_school_is_its_business_before_anything_ties_it(town: Town) -> None:
    person = town.person(town.oak)
    acts_people.set_passphrase(
        town.world, actor=MACHINE, reason="test", person_id=person, passphrase="willow lantern drum 42"
    )

    assert town.reads(town.oak) == [("passphrase:set", person)]
    assert town.reads(town.elm) == []


def test_the_account_of_a_leaver_who_went_nowhere_is_told_to_its_end(town: Town) -> None:
    person = town.person()
    place = town.appoints(town.oak, person)
    town.dismisses(place)
    acts_people.close_person(town.world, actor=MACHINE, reason="left", person_id=person)

    assert town.reads(town.oak) == [("person:closed", person)]


def test_what_concerns_the_installation_is_told_to_no_school(town: Town) -> None:
    person = town.person()
    town.appoints(town.oak, person)
    acts_people.add_school(
        town.world,
        actor=Actor(person, via="cli:test"),
        reason="test",
        name="Ash",
        zone="Asia/Shanghai",
        language="zh",
    )

    assert town.reads(town.oak) == []


def test_one_person_at_one_instant(town: Town) -> None:
    person = town.person()
    place = town.appoints(town.oak, person)
    then = town.clock.now()
    town.dismisses(place)
    town.appoints(town.elm, person)

    with reading(town.world.database) as connection:
        assert concerns(connection, town.oak, person, then)
        assert not concerns(connection, town.elm, person, then)
        assert not concerns(connection, town.oak, person, town.clock.now())
        assert concerns(connection, town.elm, person, town.clock.now())
