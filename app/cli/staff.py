"""``./portal staff``: who works at the school, and as what."""

import click

from access import acts_people
from access.checked import find_one
from access.people import Membership, Role
from app.cli.desk import Act, Desk, acted, of_school
from app.cli.find import Kind


@click.group("staff")
def command() -> None:
    """Members of staff.

    example: ./portal staff appoint mei teacher --as director --reason "from Monday"
    """


@command.command("appoint")
@click.argument("person")
@click.argument("role", type=click.Choice([role.value for role in Role]))
@acted
@of_school
def appoint(desk: Desk, act: Act, *, person: str, role: str) -> None:
    """Appoint somebody as teacher, office, director or administrator.

    example: ./portal staff appoint mei teacher --as director --reason "from Monday"
    """
    membership = acts_people.appoint(
        desk.world,
        actor=act.actor,
        reason=act.reason,
        school_id=desk.school_id,
        person_id=desk.find(Kind.PERSON, person),
        role=role,
    )
    desk.tell({"id": membership}, f"membership {membership} begun")


@command.command("dismiss")
@click.argument("membership", type=int)
@acted
@of_school
def dismiss(desk: Desk, act: Act, membership: int) -> None:
    """End a membership, by the number that `appoint` printed.

    example: ./portal staff dismiss 4 --as director --reason "moved away"
    """
    with desk.reading() as connection:
        find_one(connection, Membership, membership, school_id=desk.school_id)
    recorded = acts_people.dismiss(desk.world, actor=act.actor, reason=act.reason, membership_id=membership)
    desk.tell_ending({"id": membership, "ended": True}, f"membership {membership} ended", recorded=recorded)
