"""Recovery at the desk: nobody alone comes into somebody else's account."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from access import acts_invitations, acts_people
from access.acts import Actor
from access.clock import FrozenClock
from access.database import reading
from access.errors import Refused
from access.factors_ended import reset_factors
from access.factors_held import factors_of
from access.new_factors import make_recovery_codes
from access.sign_ins import begin_sign_in, recognise
from access.world import World
from tests.access.inviting import accepts, appoints, colleague, hands_slip, invites, papers
from tests.access.with_factors import code_now, gives_app, gives_passkey, held, sign_in, why_not
from tests.access.writing_school import MACHINE, PASSPHRASE, WHY, WritingSchool


class Staffed:
    """A teacher whom the office made, with a passphrase of the office's and every kind of factor."""

    def __init__(self, written: WritingSchool) -> None:
        self.written, self.world = written, written.world
        self.headmaster = colleague(written, "director", "headmaster")
        appoints(written, written.director.person_id, "director")
        self.teacher = written.person("teacher", by=written.office)
        acts_people.appoint(
            self.world,
            actor=MACHINE,
            reason=WHY,
            school_id=written.id,
            person_id=self.teacher,
            role="teacher",
        )
        self.gives_passphrase(written.office)
        self.first = sign_in(self.world, self.teacher)
        self.seed = gives_app(self.world, self.first)
        self.passkey = gives_passkey(self.world, self.first)
        self.sheet = make_recovery_codes(self.world, self.first)

    def gives_passphrase(self, by: Actor) -> None:
        acts_people.set_passphrase(
            self.world, actor=by, reason=WHY, person_id=self.teacher, passphrase=PASSPHRASE
        )

    def resets(self, by: Actor) -> bool:
        return reset_factors(self.world, actor=by, reason="lost the phone", person_id=self.teacher)


@pytest.fixture
def staffed(written: WritingSchool) -> Staffed:
    """The teacher, signed in with the second factor."""
    return Staffed(written)


def test_a_reset_takes_every_factor_and_every_sign_in_and_is_written(staffed: Staffed) -> None:
    token = begin_sign_in(staffed.world, staffed.teacher, "Chrome", second="totp")
    assert recognise(staffed.world, token)

    assert staffed.resets(staffed.written.director)

    assert recognise(staffed.world, token) is None
    assert held(staffed.world, staffed.teacher).count == held(staffed.world, staffed.teacher).codes_left == 0
    entry = staffed.written.entries(0)[0]
    assert (entry.kind, entry.body["reason"]) == ("factor:reset", "lost the phone")
    assert entry.body["actor"]["person"] == staffed.written.director.person_id
    later = sign_in(staffed.world, staffed.teacher)
    assert why_not(staffed.world, later, code_now(staffed.world, staffed.seed)) == "code:wrong"
    assert why_not(staffed.world, later, staffed.sheet[0]) == "code:wrong"


def test_staff_are_nothing_after_a_reset_until_they_have_a_new_factor(staffed: Staffed) -> None:
    staffed.resets(staffed.written.director)
    token = begin_sign_in(staffed.world, staffed.teacher, "Chrome")
    found = recognise(staffed.world, token)
    assert found
    assert (found.roles, found.second_waits) == (frozenset(), True)

    gives_app(staffed.world, found.sign_in_id)

    assert held(staffed.world, staffed.teacher).count == 1


@pytest.mark.parametrize(
    "who",
    [
        pytest.param(lambda staffed: staffed.written.office, id="who made the account"),
        pytest.param(lambda staffed: Actor(staffed.teacher, "web"), id="its owner"),
        pytest.param(lambda _: MACHINE, id="nobody who is named"),
    ],
)
def test_a_reset_is_refused_to(staffed: Staffed, who: object) -> None:
    assert callable(who)
    with pytest.raises(Refused, match="factor:same_person"):
        staffed.resets(who(staffed))

    assert held(staffed.world, staffed.teacher).count == 2


def from_another_school(staffed: Staffed) -> Actor:
    """Return the director of another school of the installation."""
    other = acts_people.add_school(
        staffed.world, actor=MACHINE, reason=WHY, name="Moonflower", zone="Asia/Shanghai", language="zh"
    )
    stranger = staffed.written.person("stranger")
    place: dict[str, Any] = {"school_id": other, "person_id": stranger, "role": "director"}
    acts_people.appoint(staffed.world, actor=MACHINE, reason=WHY, **place)
    return Actor(stranger, "web")


def no_longer_there(staffed: Staffed) -> Actor:
    """Return a director who was dismissed."""
    former = staffed.written.person("former")
    place: dict[str, Any] = {"school_id": staffed.written.id, "person_id": former, "role": "director"}
    membership = acts_people.appoint(staffed.world, actor=MACHINE, reason=WHY, **place)
    assert isinstance(staffed.world.clock, FrozenClock)
    staffed.world.clock.advance(timedelta(minutes=1))
    acts_people.dismiss(staffed.world, actor=MACHINE, reason=WHY, membership_id=membership)
    return Actor(former, "web")


@pytest.mark.parametrize(
    "who",
    [
        pytest.param(from_another_school, id="the director of another school"),
        pytest.param(no_longer_there, id="a director who was dismissed"),
        pytest.param(lambda staffed: colleague(staffed.written, "teacher"), id="another teacher"),
        pytest.param(lambda staffed: colleague(staffed.written, "administrator"), id="the administrator"),
        pytest.param(lambda staffed: Actor(staffed.written.guardian, "web"), id="a guardian"),
    ],
)
def test_who_does_not_work_beside_them_resets_nothing(
    staffed: Staffed, who: Callable[[Staffed], Actor]
) -> None:
    with pytest.raises(Refused, match="factor:not_beside"):
        staffed.resets(who(staffed))

    assert held(staffed.world, staffed.teacher).count == 2


def test_of_a_family_the_office_of_their_school_resets(written: WritingSchool) -> None:
    gives_passkey(written.world, sign_in(written.world, written.guardian))
    acts_people.set_passphrase(
        written.world, actor=written.director, reason=WHY, person_id=written.guardian, passphrase=PASSPHRASE
    )
    with pytest.raises(Refused, match="factor:not_beside"):
        reset_factors(
            written.world, actor=colleague(written, "teacher"), reason=WHY, person_id=written.guardian
        )

    helper = colleague(written, "office", "helper")
    assert reset_factors(written.world, actor=helper, reason=WHY, person_id=written.guardian)


def test_whoever_gave_the_passphrase_cannot_reset(staffed: Staffed) -> None:
    staffed.gives_passphrase(staffed.written.director)

    with pytest.raises(Refused, match="factor:same_person"):
        staffed.resets(staffed.written.director)

    assert staffed.resets(staffed.headmaster)


def test_a_passphrase_that_nobody_is_named_for_lets_nobody_reset(staffed: Staffed) -> None:
    staffed.gives_passphrase(MACHINE)
    with pytest.raises(Refused, match="factor:same_person"):
        staffed.resets(staffed.written.director)

    staffed.gives_passphrase(staffed.headmaster)

    assert staffed.resets(staffed.written.director), "two people who are named can always help"


@pytest.mark.parametrize("gives", [gives_app, gives_passkey])
def test_whoever_reset_cannot_give_a_passphrase_before_there_is_a_new_factor(
    staffed: Staffed, gives: Callable[[World, int], object]
) -> None:
    staffed.resets(staffed.written.director)

    for by in (staffed.written.director, MACHINE):
        with pytest.raises(Refused, match="passphrase:same_person"):
            staffed.gives_passphrase(by)
    staffed.gives_passphrase(staffed.headmaster)
    gives(staffed.world, sign_in(staffed.world, staffed.teacher))

    staffed.gives_passphrase(staffed.written.director)


def test_the_owner_may_choose_a_passphrase_after_a_reset(staffed: Staffed) -> None:
    staffed.resets(staffed.written.director)

    staffed.gives_passphrase(Actor(staffed.teacher, "web"))


def test_somebody_whom_nobody_knows_has_nothing_to_reset(staffed: Staffed) -> None:
    with pytest.raises(Refused, match="person:unknown"):
        reset_factors(staffed.world, actor=staffed.headmaster, reason=WHY, person_id=999)


def test_who_took_the_factors_away_cannot_come_in_by_letter(staffed: Staffed) -> None:
    written, director = staffed.written, staffed.written.director
    second = colleague(written)
    staffed.resets(director)

    for way in (
        lambda: invites(written, staffed.teacher, by=director),
        lambda: hands_slip(written, invites(written, staffed.teacher, by=second), by=director),
    ):
        with pytest.raises(Refused, match="passphrase:same_person"):
            way()


def test_a_family_that_recovers_leaves_no_passkey_on_the_lost_phone(written: WritingSchool) -> None:
    acts_people.set_passphrase(
        written.world, actor=written.office, reason=WHY, person_id=written.guardian, passphrase=PASSPHRASE
    )
    gives_passkey(written.world, sign_in(written.world, written.guardian))

    accepts(written, papers(written, written.guardian, by=written.office))

    with reading(written.world.database) as connection:
        assert factors_of(connection, written.guardian).count == 0


def test_staff_who_recover_keep_what_a_second_person_takes_away(staffed: Staffed) -> None:
    written = staffed.written
    made = papers(written, staffed.teacher, by=written.director)
    acts_invitations.release(
        written.world, actor=colleague(written), reason=WHY, invitation_id=made.letter.id
    )

    accepts(written, made)

    with reading(written.world.database) as connection:
        assert factors_of(connection, staffed.teacher).count == 2
