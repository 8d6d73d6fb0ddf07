"""Letters: who prints them, who lets them pass, and what becomes of an older one."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from access import acts_invitations, acts_people
from access.acts import Actor
from access.clock import FrozenClock
from access.database import reading
from access.errors import Refused
from access.invitations import LETTER_LASTS, InvitationKind
from access.people import School
from tests.access.inviting import (
    Papers,
    accepts,
    appoints,
    colleague,
    hands_slip,
    invites,
    kept,
    newcomer,
    papers,
)
from tests.access.trouble import database_held
from tests.access.writing_school import MACHINE, PASSPHRASE, WHY, WritingSchool


def releases(written: WritingSchool, papers: Papers, by: Actor) -> None:
    acts_invitations.release(written.world, actor=by, reason=WHY, invitation_id=papers.letter.id)


def withdraws(written: WritingSchool, papers: Papers) -> bool:
    return acts_invitations.withdraw(
        written.world, actor=written.director, reason=WHY, invitation_id=papers.letter.id
    )


def member(written: WritingSchool, role: str = "teacher") -> int:
    person = written.person("mei", by=written.office)
    appoints(written, person, role)
    return person


def test_a_letter_keeps_neither_token_nor_secret(written: WritingSchool, clock: FrozenClock) -> None:
    made = papers(written, newcomer(written))

    row = kept(written, made.letter)
    assert made.letter.kind is InvitationKind.FIRST
    assert made.letter.expires_at == clock.now() + timedelta(days=14) == clock.now() + LETTER_LASTS
    assert len(row.token_hash) == 32
    assert row.secret_hash.startswith("$argon2id$")
    said = repr(tuple(row)) + repr(made.letter) + repr([entry.body for entry in written.entries()])
    assert made.letter.token not in said
    assert made.secret not in said


def test_every_step_has_its_entry(written: WritingSchool) -> None:
    person = newcomer(written)
    made = papers(written, person)
    withdraws(written, made)

    found = {entry.kind: entry for entry in written.entries() if entry.kind.startswith("invitation:")}
    assert set(found) == {"invitation:issued", "invitation:slip_printed", "invitation:withdrawn"}
    assert {entry.person_id for entry in found.values()} == {person}
    assert found["invitation:issued"].body["subject"]["letter"] == "first"


def test_who_has_a_passphrase_gets_a_letter_to_recover(written: WritingSchool) -> None:
    acts_people.set_passphrase(
        written.world,
        actor=written.office,
        reason=WHY,
        person_id=written.guardian,
        passphrase=PASSPHRASE,
    )

    assert invites(written, written.guardian).kind is InvitationKind.RECOVERY


def test_a_newer_letter_voids_the_older(written: WritingSchool) -> None:
    person = newcomer(written)
    older, newer = papers(written, person), papers(written, person)

    with pytest.raises(Refused, match="invitation:over"):
        accepts(written, older)
    accepts(written, newer)


def test_a_newer_slip_voids_the_older(written: WritingSchool) -> None:
    older = papers(written, newcomer(written))
    newer = Papers(older.letter, hands_slip(written, older.letter, written.director))

    with pytest.raises(Refused, match="invitation:wrong_secret"):
        accepts(written, older)
    accepts(written, newer)


def test_a_letter_that_was_withdrawn_is_over(written: WritingSchool) -> None:
    made = papers(written, newcomer(written))

    assert withdraws(written, made)

    with pytest.raises(Refused, match="invitation:over"):
        accepts(written, made)
    with pytest.raises(Refused, match="invitation:over"):
        hands_slip(written, made.letter)


def test_a_letter_withdrawn_while_the_database_is_locked_is_over_all_the_same(
    written: WritingSchool, database: str
) -> None:
    made = papers(written, newcomer(written))
    with database_held(database):
        assert withdraws(written, made) is False

    with pytest.raises(Refused, match="invitation:over"):
        accepts(written, made)


def test_withdrawing_what_was_accepted_changes_nothing(written: WritingSchool) -> None:
    made = papers(written, newcomer(written))
    accepts(written, made)

    withdraws(written, made)

    assert kept(written, made.letter).ended_at is None


def test_nobody_prints_for_themselves(written: WritingSchool) -> None:
    person = newcomer(written)
    letter = invites(written, person)

    with pytest.raises(Refused, match="invitation:oneself"):
        invites(written, person, Actor(person, "web"))
    with pytest.raises(Refused, match="invitation:oneself"):
        hands_slip(written, letter, Actor(person, "web"))


def test_nobody_is_invited_who_is_not_of_the_school(written: WritingSchool) -> None:
    stranger = written.person("stranger", by=written.office)

    with pytest.raises(Refused, match="person:not_here"):
        invites(written, stranger)


def test_who_left_is_not_invited(written: WritingSchool) -> None:
    acts_people.end_guardianship(
        written.world, actor=written.office, reason=WHY, guardianship_id=written.guardianship
    )

    with pytest.raises(Refused, match="person:not_here"):
        invites(written, written.guardian)


def test_another_schools_office_invites_nobody_of_ours(written: WritingSchool) -> None:
    other = acts_people.add_school(
        written.world, actor=MACHINE, reason=WHY, name="Other", zone="UTC", language="en"
    )

    with pytest.raises(Refused, match="person:not_here"):
        acts_invitations.invite(
            written.world, actor=written.office, reason=WHY, school_id=other, person_id=written.guardian
        )


def test_a_closed_account_is_not_invited(written: WritingSchool) -> None:
    person = newcomer(written)
    acts_people.close_person(written.world, actor=written.office, reason=WHY, person_id=person)

    with pytest.raises(Refused, match="person:closed"):
        invites(written, person)


def test_a_letter_to_the_staff_waits_for_a_second_one(written: WritingSchool) -> None:
    second = colleague(written, "director", "second")
    made = papers(written, member(written))
    assert made.letter.waits_for_release

    with pytest.raises(Refused, match="invitation:not_released"):
        accepts(written, made)
    releases(written, made, second)

    accepts(written, made)
    assert "invitation:released" in [entry.kind for entry in written.entries()]


def test_a_guardian_who_joined_the_staff_since_waits_too(written: WritingSchool) -> None:
    person = newcomer(written)
    made = papers(written, person)
    appoints(written, person, "director")

    with pytest.raises(Refused, match="invitation:not_released"):
        accepts(written, made)


@pytest.mark.parametrize("who", ["issuer", "slip", "oneself", "teacher", "elsewhere", "nobody"])
def test_who_may_not_release(written: WritingSchool, who: str) -> None:
    person = member(written, "office")
    appoints(written, written.office.person_id, "office")
    slip_by = colleague(written, "office", "slip")
    made = papers(written, person, slip_by=slip_by)
    by = {
        "issuer": written.office,
        "slip": slip_by,
        "oneself": Actor(person, "web"),
        "teacher": colleague(written, "teacher", "teacher"),
        "elsewhere": elsewhere(written),
        "nobody": MACHINE,
    }[who]

    with pytest.raises(Refused, match="invitation:same_person"):
        releases(written, made, by)


def test_a_letter_that_nobody_named_issued_is_not_released(written: WritingSchool) -> None:
    made = papers(written, member(written), MACHINE)

    with pytest.raises(Refused, match="invitation:same_person"):
        releases(written, made, colleague(written, "director", "second"))


def test_of_a_letter_to_a_family_a_release_tells_nothing(written: WritingSchool) -> None:
    second, person = colleague(written), newcomer(written)
    made = papers(written, person)
    assert not made.letter.waits_for_release
    with pytest.raises(Refused, match="invitation:same_person"):
        releases(written, made, written.office)

    releases(written, made, second)

    accepts(written, made)


def test_whoever_is_staff_elsewhere_is_released_where_they_are_a_guardian(written: WritingSchool) -> None:
    person, elsewhere_too = newcomer(written), elsewhere(written)
    made = papers(written, person)
    other = School.id != written.id
    with reading(written.world.database) as connection:
        their_school = connection.execute(select(School.id).where(other)).scalar_one()
    acts_people.appoint(
        written.world, actor=MACHINE, reason=WHY, school_id=their_school, person_id=person, role="teacher"
    )
    with pytest.raises(Refused, match="invitation:not_released"):
        accepts(written, made)
    with pytest.raises(Refused, match="invitation:same_person"):
        releases(written, made, elsewhere_too)

    releases(written, made, colleague(written))

    accepts(written, made)


def elsewhere(written: WritingSchool) -> Actor:
    """Return a director of another school of the installation."""
    other = acts_people.add_school(
        written.world, actor=MACHINE, reason=WHY, name="Other", zone="UTC", language="en"
    )
    person = written.person("elsewhere")
    acts_people.appoint(
        written.world, actor=MACHINE, reason=WHY, school_id=other, person_id=person, role="director"
    )
    return Actor(person, "web")
