"""``./portal factors``: what staff prove themselves with besides the passphrase."""

import click

from access import factors_ended
from app.cli.desk import Act, Desk, acted
from app.cli.find import Kind


@click.group("factors")
def command() -> None:
    """Second factors of a person.

    example: ./portal factors reset li --as director --reason "lost the phone"
    """


@command.command("reset")
@click.argument("person")
@acted
def reset(desk: Desk, act: Act, person: str) -> None:
    """Take all second factors of somebody who lost them, and sign them out everywhere.

    Not by who made the account or gave its passphrase, and whoever does it cannot give a
    passphrase before there is a new factor: nobody alone comes into another's account.

    example: ./portal factors reset li --as director --reason "lost the phone"
    """
    person_id = desk.find(Kind.PERSON, person)
    recorded = factors_ended.reset_factors(
        desk.world, actor=act.actor, reason=act.reason, person_id=person_id
    )
    words = f"person {person_id}: no second factor any more, signed out everywhere"
    desk.tell_ending({"id": person_id, "reset": True}, words, recorded=recorded)
