"""Letters told in sentences: issued, with a slip, accepted, and the identity checked afterwards."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Row, func, select

from access import acts_invitations, acts_people
from access.acts import Actor
from access.acts_accepting import Accepted, accept
from access.acts_invitations import Letter
from access.database import reading
from access.enrolment import Guardianship
from access.errors import Refused
from access.invitations import Invitation
from access.people import Person
from access.sign_ins import begin_sign_in
from tests.access.writing_school import MACHINE, PASSPHRASE, WHY, WritingSchool
from tests.shown_codes import shown_code

TERM = timedelta(days=90)

CHOSEN = "卖豆腐的老钟敲了七下，风筝就醒"
NAME = "13800138000"


@dataclass(frozen=True, slots=True)
class Papers:
    """What lies on the desk: letter and slip."""

    letter: Letter
    secret: str


def newcomer(written: WritingSchool, by: Actor | None = None) -> int:
    """Add a guardian who has chosen nothing yet, tied to the school's child."""
    actor = by or written.office
    person = acts_people.add_person(
        written.world, actor=actor, reason=WHY, name="Noor Haddad", school_id=written.id
    )
    ties(written, person, actor)
    return person


def ties(written: WritingSchool, person: int, by: Actor) -> int:
    """Tie somebody to the school's child."""
    return acts_people.add_guardianship(
        written.world,
        actor=by,
        reason=WHY,
        person_id=person,
        child_id=written.child,
        starts_at=written.world.clock.now(),
    )


def colleague(written: WritingSchool, role: str = "office", name: str = "colleague") -> Actor:
    """Add one more member of the staff."""
    person = written.person(name)
    appoints(written, person, role)
    return Actor(person, "web")


def appoints(written: WritingSchool, person: int | None, role: str) -> None:
    """Give somebody a place on the staff."""
    assert person is not None
    acts_people.appoint(
        written.world, actor=MACHINE, reason=WHY, school_id=written.id, person_id=person, role=role
    )


def invites(written: WritingSchool, person: int, by: Actor | None = None) -> Letter:
    """Print a letter."""
    return acts_invitations.invite(
        written.world, actor=by or written.office, reason=WHY, school_id=written.id, person_id=person
    )


def hands_slip(written: WritingSchool, letter: Letter, by: Actor | None = None) -> str:
    """Print a desk slip."""
    return acts_invitations.hand_slip(
        written.world, actor=by or written.office, reason=WHY, invitation_id=letter.id
    )


def papers(
    written: WritingSchool, person: int, by: Actor | None = None, slip_by: Actor | None = None
) -> Papers:
    """Print both."""
    letter = invites(written, person, by)
    return Papers(letter, hands_slip(written, letter, slip_by or by))


def accepts(
    written: WritingSchool,
    papers: Papers,
    *,
    secret: str | None = None,
    name: str = NAME,
    passphrase: str = CHOSEN,
) -> Accepted:
    """Choose name and passphrase, as the page does."""
    return accept(
        written.world,
        token=papers.letter.token,
        secret=papers.secret if secret is None else secret,
        sign_in_name=name,
        passphrase=passphrase,
    )


def joins(written: WritingSchool, name: str = NAME) -> int:
    """Add a guardian who has accepted their letter, tied to the school's child."""
    person = newcomer(written)
    accepts(written, papers(written, person), name=name)
    return person


def kept(written: WritingSchool, letter: Letter) -> Row[tuple[object, ...]]:
    """Return the record of a letter."""
    with reading(written.world.database) as connection:
        columns = Invitation.__table__.columns
        return connection.execute(select(*columns).where(Invitation.id == letter.id)).one()


def person_row(written: WritingSchool, person: int) -> Row[tuple[object, ...]]:
    """Return the record of a person."""
    with reading(written.world.database) as connection:
        return connection.execute(select(*Person.__table__.columns).where(Person.id == person)).one()


def gives_passphrase(written: WritingSchool, person: int, by: Actor) -> list[int]:
    return acts_people.set_passphrase(
        written.world, actor=by, reason=WHY, person_id=person, passphrase=PASSPHRASE
    ).verify_again


def verifies(written: WritingSchool, tie: int, by: Actor) -> None:
    acts_people.verify_guardianship(
        written.world,
        actor=by,
        reason=WHY,
        guardianship_id=tie,
        shown_code=shown_code(written.world, tie),
        until=written.world.clock.now() + TERM,
    )


def is_verified(written: WritingSchool, tie: int) -> bool:
    with reading(written.world.database) as connection:
        until = connection.execute(
            select(Guardianship.verified_until).where(Guardianship.id == tie)
        ).scalar_one()
    return until is not None and until > written.world.clock.now()


def is_over(written: WritingSchool, made: Papers) -> bool:
    try:
        accepts(written, made)
    except Refused as refusal:
        return refusal.reason == "invitation:over"
    return False


def guardian_with_phone(written: WritingSchool) -> str:
    """Give the school's verified guardian a passphrase and a phone; return its token."""
    acts_people.set_passphrase(
        written.world, actor=written.office, reason=WHY, person_id=written.guardian, passphrase=PASSPHRASE
    )
    verifies(written, written.guardianship, written.director)
    return begin_sign_in(written.world, written.guardian, "Chrome, Android")


def latest_tie(written: WritingSchool) -> int:
    with reading(written.world.database) as connection:
        return int(connection.execute(select(func.max(Guardianship.id))).scalar_one())
