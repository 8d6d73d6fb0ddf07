"""``./portal guardianship``: the dated, verified tie between an adult and a child."""

import click
from sqlalchemy import select

from access import acts_people
from access.enrolment import DOCUMENTS, Child, Guardianship, of_child
from access.people import Person
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
@click.option(
    "--code", "shown_code", metavar="CODE", required=True, help="The check code on the guardian's own page."
)
@click.option("--until", "ends", metavar="WHEN", help="School time; as long as can be where not said.")
@click.option("--document", type=click.Choice(DOCUMENTS), help="What was seen; never its number.")
@acted
@of_school
def verify(
    desk: Desk, act: Act, *, guardianship: str, shown_code: str, ends: str | None, document: str | None
) -> None:
    """Say that the identity was checked; not by who had a hand in making this guardian.

    The guardian signs in on their own phone and shows the check code that stands on their first page, so
    that no account is verified which somebody else made with their papers. It holds until
    the term ends at the latest, or for 200 days where the school has said of none.

    example: ./portal guardianship verify 3 --code K7QM-2X9R --as director --reason "seen at the desk"
    """
    guardianship_id = desk.find(Kind.GUARDIANSHIP, guardianship)
    _, wanted = desk.stretch(None, ends)
    until = acts_people.verify_guardianship(
        desk.world,
        actor=act.actor,
        reason=act.reason,
        guardianship_id=guardianship_id,
        shown_code=shown_code,
        until=wanted,
        document=document,
    )
    shown = desk.shown(until)
    answer = {"id": guardianship_id, "verified": True, "until": shown}
    desk.tell(answer, f"guardianship {guardianship_id} verified until {shown}")


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
    desk.records(
        select(
            Guardianship.id,
            Guardianship.key,
            Person.sign_in_name.label("guardian"),
            Child.name.label("child"),
            Guardianship.verified_until,
            Guardianship.ended_at,
        )
        .join(Person, Person.id == Guardianship.person_id)
        .join(Child, of_child(Guardianship))
        .where(Guardianship.school_id == desk.school_id)
        .order_by(Guardianship.id)
    )
