"""``./portal invitation``: letters with which people choose their sign-in name and passphrase."""

import click
from sqlalchemy import select

from access import acts_invitations
from access.codes import in_fives
from access.errors import Refused
from access.invitations import Invitation
from access.people import Person
from app.cli.desk import Act, Desk, acted, asked, of_school
from app.cli.find import Kind
from app.letters import letter_address


@click.group("invitation")
def command() -> None:
    """Letters and desk slips.

    example: ./portal invitation list --json
    """


@command.command("letter")
@click.argument("person")
@acted
@of_school
def letter(desk: Desk, act: Act, person: str) -> None:
    """Issue a letter and print its address, this once; an older letter is void with it.

    For somebody who has a passphrase already it is a recovery: accepting it signs out
    all their devices, and their identity must be checked again.

    example: ./portal invitation letter noor --as office --reason "new family"
    """
    person_id, school_id = desk.find(Kind.PERSON, person), desk.school_id
    made = acts_invitations.invite(
        desk.world, actor=act.actor, reason=act.reason, school_id=school_id, person_id=person_id
    )
    until = desk.shown(made.expires_at)
    address = letter_address(desk.settings, made.token)
    answer = {
        "id": made.id,
        "kind": str(made.kind),
        "address": address,
        "expires_at": until,
        "waits_for_release": made.waits_for_release,
    }
    desk.tell(answer, f"letter {made.id}, until {until}; it is shown only now:\n{address}")


@command.command("slip")
@click.argument("person")
@acted
@of_school
def slip(desk: Desk, act: Act, person: str) -> None:
    """Print the desk slip's secret for a person's letter, this once; an older slip is void with it.

    example: ./portal invitation slip noor --as office --reason "came to the desk"
    """
    invitation_id = _letter_of(desk, person)
    secret = acts_invitations.hand_slip(
        desk.world, actor=act.actor, reason=act.reason, invitation_id=invitation_id
    )
    desk.tell({"id": invitation_id, "secret": in_fives(secret)}, f"desk secret: {in_fives(secret)}")


@command.command("release")
@click.argument("person")
@acted
@of_school
def release(desk: Desk, act: Act, person: str) -> None:
    """Let a letter to a member of the staff be accepted; not by who issued it or printed its slip.

    example: ./portal invitation release mei --as director --reason "asked her by phone"
    """
    invitation_id = _letter_of(desk, person)
    acts_invitations.release(desk.world, actor=act.actor, reason=act.reason, invitation_id=invitation_id)
    desk.tell({"id": invitation_id, "released": True}, f"letter {invitation_id} released")


@command.command("withdraw")
@click.argument("person")
@acted
@of_school
def withdraw(desk: Desk, act: Act, person: str) -> None:
    """End a person's letter now: nobody can accept it any more.

    example: ./portal invitation withdraw noor --as office --reason "lost on the way home"
    """
    invitation_id = _letter_of(desk, person)
    recorded = acts_invitations.withdraw(
        desk.world, actor=act.actor, reason=act.reason, invitation_id=invitation_id
    )
    desk.tell_ending(
        {"id": invitation_id, "withdrawn": True}, f"letter {invitation_id} withdrawn", recorded=recorded
    )


@command.command("list")
@asked
@of_school
def list_(desk: Desk) -> None:
    """List the letters, newest first; their addresses and secrets are nowhere.

    example: ./portal invitation list --json
    """
    desk.records(
        select(
            Invitation.id,
            Invitation.key,
            Person.name.label("person"),
            Invitation.kind,
            Invitation.expires_at,
            Invitation.handed_at,
            Invitation.released_at,
            Invitation.accepted_at,
            Invitation.ended_at,
        )
        .join(Person, Person.id == Invitation.person_id)
        .where(Invitation.school_id == desk.school_id)
        .order_by(Invitation.id.desc())
    )


def _letter_of(desk: Desk, person: str) -> int:
    """Return the person's newest letter that was neither accepted nor ended."""
    person_id = desk.find(Kind.PERSON, person)
    waiting = (
        Invitation.person_id == person_id,
        Invitation.school_id == desk.school_id,
        Invitation.accepted_at.is_(None),
        Invitation.ended_at.is_(None),
    )
    with desk.reading() as connection:
        newest = select(Invitation.id).where(*waiting).order_by(Invitation.id.desc()).limit(1)
        found: int | None = connection.execute(newest).scalar_one_or_none()
    if found is None:
        raise Refused("invitation:unknown", "no letter waits for this person")
    return found
