"""``./portal school``: tenants of this installation."""

from datetime import date

import click
from sqlalchemy import select

from access import acts_people
from access.errors import Refused
from access.people import School
from app.cli.desk import Act, Desk, acted, asked, of_school


@click.group("school")
def command() -> None:
    """Schools of this installation.

    example: ./portal school list --json
    """


@command.command("add")
@click.argument("name")
@click.option("--zone", required=True, help="IANA name, such as Asia/Shanghai.")
@click.option("--language", type=click.Choice(["zh", "en"]), default="zh", show_default=True)
@acted
def add(desk: Desk, act: Act, *, name: str, zone: str, language: str) -> None:
    """Add a school.

    example: ./portal school add 向日葵 --zone Asia/Shanghai --reason "first set-up"
    """
    school = acts_people.add_school(
        desk.world, actor=act.actor, reason=act.reason, name=name, zone=zone, language=language
    )
    desk.tell({"id": school}, f"school {school} added")


@command.command("term")
@click.argument("day")
@acted
@of_school
def term(desk: Desk, act: Act, day: str) -> None:
    """Say which is the last day of the term: identity checks end with it at the latest.

    example: ./portal school term 2027-01-22 --as director --reason "school calendar"
    """
    school_id = desk.school_id
    try:
        last_day = date.fromisoformat(day)
    except ValueError:
        raise Refused("time:words", f"{day!r} is not like 2027-01-22") from None
    acts_people.set_term(
        desk.world, actor=act.actor, reason=act.reason, school_id=school_id, ends_on=last_day
    )
    desk.tell({"id": school_id, "term_ends_on": day}, f"the term ends on {day}")


@command.command("list")
@asked
def list_(desk: Desk) -> None:
    """List the schools.

    example: ./portal school list --json
    """
    with desk.reading() as connection:
        found = connection.execute(
            select(School.id, School.key, School.name, School.zone, School.language, School.revision)
        )
        desk.table([dict(row) for row in found.mappings()])
