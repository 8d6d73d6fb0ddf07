"""``./portal duty``: who of the staff works with which class."""

import click
from sqlalchemy import and_, select

from access.acts_expected import add_duty, end_duty
from access.consent_records import StaffDuty
from access.enrolment import ClassGroup
from access.people import Person
from app.cli import times
from app.cli.desk import Act, Desk, acted, asked, of_school
from app.cli.find import Kind
from app.cli.spell import dated


@click.group("duty")
def command() -> None:
    """Who of the staff works with which class.

    example: ./portal duty list --json
    """


@command.command("add")
@click.argument("person")
@click.argument("class_group", metavar="CLASS")
@dated(end_needed=False)
@acted
@of_school
def add(desk: Desk, act: Act, *, person: str, class_group: str, starts: str | None, ends: str | None) -> None:
    """Say that somebody works with a class; its rooms close until they have agreed.

    example: ./portal duty add mei Oak --as director --reason "this year's roster"
    """
    starts_at, ends_at = desk.stretch(starts, ends)
    number = add_duty(
        desk.world,
        actor=act.actor,
        reason=act.reason,
        person_id=desk.find(Kind.PERSON, person),
        class_group_id=desk.find(Kind.CLASS, class_group),
        starts_at=starts_at,
        ends_at=ends_at,
    )
    desk.tell({"id": number}, f"duty {number} added")


@command.command("end")
@click.argument("number", metavar="DUTY")
@acted
@of_school
def end(desk: Desk, act: Act, number: str) -> None:
    """Say that somebody works with the class no longer.

    example: ./portal duty end 2 --as director --reason "changed to Elm"
    """
    duty_id = desk.find(Kind.STAFF_DUTY, number)
    end_duty(desk.world, actor=act.actor, reason=act.reason, duty_id=duty_id)
    desk.tell({"id": duty_id, "ended": True}, f"duty {duty_id} ended")


@command.command("list")
@asked
@of_school
def list_(desk: Desk) -> None:
    """List who works with which class.

    example: ./portal duty list --json
    """
    of, school_id = StaffDuty, desk.school_id
    with desk.reading() as connection:
        zone = times.zone_of(connection, school_id)
        rows = connection.execute(
            select(
                *(of.id, of.key, Person.sign_in_name.label("person"), ClassGroup.name.label("class")),
                *(of.starts_at, of.ends_at, of.ended_at),
            )
            .join(Person, Person.id == of.person_id)
            .join(ClassGroup, and_(ClassGroup.id == of.class_group_id, ClassGroup.school_id == of.school_id))
            .where(of.school_id == school_id)
            .order_by(of.id)
        )
        desk.table([times.row(row, zone) for row in rows.mappings()])
