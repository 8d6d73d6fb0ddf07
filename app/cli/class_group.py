"""``./portal class``: children taught together."""

import click
from sqlalchemy import select

from access import acts_people
from access.enrolment import ClassGroup
from app.cli.desk import Act, Desk, acted, asked, of_school


@click.group("class")
def command() -> None:
    """Classes.

    example: ./portal class list --json
    """


@command.command("add")
@click.argument("name")
@acted
@of_school
def add(desk: Desk, act: Act, name: str) -> None:
    """Add a class.

    example: ./portal class add 橡树 --as office --reason "new school year"
    """
    class_group = acts_people.add_class_group(
        desk.world, actor=act.actor, reason=act.reason, school_id=desk.school_id, name=name
    )
    desk.tell({"id": class_group}, f"class {class_group} added")


@command.command("list")
@asked
@of_school
def list_(desk: Desk) -> None:
    """List the classes.

    example: ./portal class list --json
    """
    with desk.reading() as connection:
        found = connection.execute(
            select(ClassGroup.id, ClassGroup.key, ClassGroup.name, ClassGroup.school_id).where(
                ClassGroup.school_id == desk.school_id
            )
        )
        desk.table([dict(row) for row in found.mappings()])
