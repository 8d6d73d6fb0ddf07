"""``./portal person``: accounts, one per person in the whole installation."""

import click
from sqlalchemy import select

from access import acts_people
from access.acts_sign_in_name import change_sign_in_name
from access.log.accounts import ever_known
from access.people import Person
from access.sign_ins import end_every_sign_in
from app.cli.desk import Act, Desk, acted, asked, of_school, secret
from app.cli.find import Kind


@click.group("person")
def command() -> None:
    """People with an account.

    example: ./portal person list --json
    """


@command.command("add")
@click.argument("name")
@click.argument("sign_in_name", required=False)
@acted
@of_school
def add(desk: Desk, act: Act, *, name: str, sign_in_name: str | None) -> None:
    """Add a person; a passphrase is a command of its own.

    Without a sign-in name they choose it themselves, with a letter.

    example: ./portal person add "Noor Haddad" noor --as office --reason "new family"
    """
    person = acts_people.add_person(
        desk.world,
        actor=act.actor,
        reason=act.reason,
        name=name,
        sign_in_name=sign_in_name,
        school_id=desk.school_id,
    )
    desk.tell({"id": person}, f"person {person} added")


@command.command("passphrase")
@click.argument("person")
@acted
def passphrase(desk: Desk, act: Act, person: str) -> None:
    """Set a passphrase, typed unseen or given on standard input; ends the person's sign-ins.

    Their guardianships must then be verified again, and by somebody else.

    example: ./portal person passphrase noor --as office --reason "asked at the desk"
    """
    person_id = desk.find(Kind.PERSON, person)
    given = acts_people.set_passphrase(
        desk.world,
        actor=act.actor,
        reason=act.reason,
        person_id=person_id,
        passphrase=secret("passphrase", twice=True),
    )
    words = "passphrase set; earlier sign-ins have ended"
    if given.verify_again:
        ties = ", ".join(f"guardianship {number}" for number in given.verify_again)
        words += f"; to be verified again: {ties}"
    desk.tell({"id": person_id, "passphrase": "set", "verify_again": given.verify_again}, words)


@command.command("rename")
@click.argument("person")
@click.argument("sign_in_name", metavar="SIGN-IN-NAME")
@acted
def rename(desk: Desk, act: Act, person: str, sign_in_name: str) -> None:
    """Change what somebody signs in with; their identity must be checked again.

    example: ./portal person rename noor 13800138000 --as office --reason "new number, seen at the desk"
    """
    person_id = desk.find(Kind.PERSON, person)
    again = change_sign_in_name(
        desk.world, actor=act.actor, reason=act.reason, person_id=person_id, sign_in_name=sign_in_name
    )
    words = "sign-in name changed"
    if again:
        words += f"; to be verified again: {', '.join(f'guardianship {number}' for number in again)}"
    desk.tell({"id": person_id, "sign_in_name": "changed", "verify_again": again}, words)


@command.command("close")
@click.argument("person")
@acted
def close(desk: Desk, act: Act, person: str) -> None:
    """Close an account now: nothing under it is shown any more.

    example: ./portal person close noor --as director --reason "left the school"
    """
    person_id = desk.find(Kind.PERSON, person)
    recorded = acts_people.close_person(desk.world, actor=act.actor, reason=act.reason, person_id=person_id)
    desk.tell_ending({"id": person_id, "closed": True}, f"person {person_id} closed", recorded=recorded)


@command.command("signout")
@click.argument("person")
@acted
def sign_out(desk: Desk, act: Act, person: str) -> None:
    """Sign somebody out on all their devices now; they sign in again when they like.

    example: ./portal person signout noor --as director --reason "lost her phone"
    """
    person_id = desk.find(Kind.PERSON, person)
    recorded = end_every_sign_in(desk.world, person_id, actor=act.actor, reason=act.reason)
    desk.tell_ending(
        {"id": person_id, "signed_out": True}, f"person {person_id} signed out everywhere", recorded=recorded
    )


@command.command("list")
@asked
@of_school
def list_(desk: Desk) -> None:
    """List the people a school knows: its staff, its guardians, and whom it gave an account.

    example: ./portal person list --json
    """
    with desk.reading() as connection:
        found = connection.execute(
            select(
                Person.id,
                Person.key,
                Person.name,
                Person.sign_in_name,
                Person.closed_at.isnot(None).label("closed"),
            )
            .where(Person.id.in_(ever_known(desk.school_id)))
            .order_by(Person.id)
        )
        desk.table([dict(row) for row in found.mappings()])
