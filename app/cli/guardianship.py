"""``./portal guardianship``: the dated, verified tie between an adult and a child."""

import click
from sqlalchemy import and_, select

from access import acts_people
from access.enrolment import Child, Guardianship
from access.errors import Refused
from access.people import Person
from app.cli import times
from app.cli.desk import Act, Desk, acted, asked, of_school
from app.cli.find import Kind
from app.cli.spell import dated


@click.group("guardianship")
def command() -> None:
    """Guardianships.

    example: ./portal guardianship list --json
    """


@command.command("add")
@click.argument("person")
@click.argument("child")
@dated(end_needed=False)
@acted
@of_school
def add(desk: Desk, act: Act, *, person: str, child: str, starts: str | None, ends: str | None) -> None:
    """Tie an adult to a child; somebody else must verify it.

    example: ./portal guardianship add noor "Ilyas Haddad" --as office --reason "birth certificate seen"
    """
    child_id = desk.find(Kind.CHILD, child)
    starts_at, ends_at = desk.stretch(starts, ends)
    guardianship = acts_people.add_guardianship(
        desk.world,
        actor=act.actor,
        reason=act.reason,
        person_id=desk.find(Kind.PERSON, person),
        child_id=child_id,
        starts_at=starts_at,
        ends_at=ends_at,
    )
    desk.tell({"id": guardianship}, f"guardianship {guardianship} added; not verified yet")


@command.command("verify")
@click.argument("guardianship")
@click.option("--until", "ends", required=True, metavar="WHEN", help="School time.")
@acted
@of_school
def verify(desk: Desk, act: Act, guardianship: str, ends: str) -> None:
    """Say that the identity was checked; not by who added it, and not by the guardian.

    example: ./portal guardianship verify 3 --until 2027-09-01 --as director --reason "identity card seen"
    """
    guardianship_id = desk.find(Kind.GUARDIANSHIP, guardianship)
    _, until = desk.stretch(None, ends)
    if until is None:
        raise Refused("time:words", "until when?")
    acts_people.verify_guardianship(
        desk.world, actor=act.actor, reason=act.reason, guardianship_id=guardianship_id, until=until
    )
    desk.tell({"id": guardianship_id, "verified": True}, f"guardianship {guardianship_id} verified")


@command.command("end")
@click.argument("guardianship")
@acted
@of_school
def end(desk: Desk, act: Act, guardianship: str) -> None:
    """End a guardianship now.

    example: ./portal guardianship end 3 --as director --reason "court order of 3 March"
    """
    guardianship_id = desk.find(Kind.GUARDIANSHIP, guardianship)
    recorded = acts_people.end_guardianship(
        desk.world, actor=act.actor, reason=act.reason, guardianship_id=guardianship_id
    )
    desk.tell_ending(
        {"id": guardianship_id, "ended": True}, f"guardianship {guardianship_id} ended", recorded=recorded
    )


@command.command("list")
@asked
@of_school
def list_(desk: Desk) -> None:
    """List the guardianships.

    example: ./portal guardianship list --json
    """
    school_id = desk.school_id
    with desk.reading() as connection:
        zone = times.zone_of(connection, school_id)
        found = connection.execute(
            select(
                Guardianship.id,
                Guardianship.key,
                Person.sign_in_name.label("guardian"),
                Child.name.label("child"),
                Guardianship.verified_until,
                Guardianship.ended_at,
            )
            .join(Person, Person.id == Guardianship.person_id)
            .join(Child, and_(Child.id == Guardianship.child_id, Child.school_id == Guardianship.school_id))
            .where(Guardianship.school_id == school_id)
            .order_by(Guardianship.id)
        )
        desk.table([times.row(row, zone) for row in found.mappings()])
