"""``./portal enrolment``: a child's place in a class, once begun."""

import click

from access import acts_people
from app.cli.desk import Act, Desk, acted, of_school
from app.cli.find import Kind


@click.group("enrolment")
def command() -> None:
    """Enrolments; `./portal child enrol` begins one.

    example: ./portal enrolment end 7 --as office --reason "moved to another class"
    """


@command.command("end")
@click.argument("enrolment")
@acted
@of_school
def end(desk: Desk, act: Act, enrolment: str) -> None:
    """End an enrolment now; `./portal child list` shows its number.

    example: ./portal enrolment end 7 --as office --reason "moved to another class"
    """
    enrolment_id = desk.find(Kind.ENROLMENT, enrolment)
    recorded = acts_people.end_enrolment(
        desk.world, actor=act.actor, reason=act.reason, enrolment_id=enrolment_id
    )
    desk.tell_ending(
        {"id": enrolment_id, "ended": True}, f"enrolment {enrolment_id} ended", recorded=recorded
    )
