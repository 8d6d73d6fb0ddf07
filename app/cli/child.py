"""``./portal child``: the children, and their places in classes."""

import click
from sqlalchemy import and_, select

from access import acts_moves, acts_people
from access.enrolment import Child, ClassGroup, Enrolment
from app.cli.desk import Act, Desk, acted, asked, of_school
from app.cli.find import Kind
from app.cli.spell import dated


@click.group("child")
def command() -> None:
    """Children.

    example: ./portal child list --json
    """


@command.command("add")
@click.argument("name")
@acted
@of_school
def add(desk: Desk, act: Act, name: str) -> None:
    """Add a child.

    example: ./portal child add "Ilyas Haddad" --as office --reason "new family"
    """
    child = acts_people.add_child(
        desk.world, actor=act.actor, reason=act.reason, school_id=desk.school_id, name=name
    )
    desk.tell({"id": child}, f"child {child} added")


@command.command("enrol")
@click.argument("child")
@click.argument("class_group", metavar="CLASS")
@dated(end_needed=False)
@acted
@of_school
def enrol(
    desk: Desk, act: Act, *, child: str, class_group: str, starts: str | None, ends: str | None
) -> None:
    """Give a child a place in a class.

    example: ./portal child enrol "Ilyas Haddad" 橡树 --until 2027-07-31 --as office --reason "new family"
    """
    class_group_id = desk.find(Kind.CLASS, class_group)
    starts_at, ends_at = desk.stretch(starts, ends)
    enrolment = acts_people.enrol(
        desk.world,
        actor=act.actor,
        reason=act.reason,
        child_id=desk.find(Kind.CHILD, child),
        class_group_id=class_group_id,
        starts_at=starts_at,
        ends_at=ends_at,
    )
    desk.tell({"id": enrolment}, f"enrolment {enrolment} begun")


@command.command("move")
@click.argument("child")
@click.argument("class_group", metavar="CLASS")
@click.option("--from", "starts", metavar="WHEN", help="School time; now where not said.")
@acted
@of_school
def move(desk: Desk, act: Act, *, child: str, class_group: str, starts: str | None) -> None:
    """Move a child to another class, from a day on; until then nothing changes.

    example: ./portal child move "Ilyas Haddad" 榆树 --from 2026-09-07 --as office --reason "they asked"
    """
    child_id = desk.find(Kind.CHILD, child)
    class_group_id = desk.find(Kind.CLASS, class_group)
    starts_at, _ = desk.stretch(starts, None)
    enrolment = acts_moves.move_child(
        desk.world,
        actor=act.actor,
        reason=act.reason,
        child_id=child_id,
        class_group_id=class_group_id,
        starts_at=starts_at,
    )
    if enrolment is None:
        desk.tell_ending({"id": None}, "the former place has ended; say the new one again", recorded=False)
    else:
        desk.tell({"id": enrolment}, f"enrolment {enrolment} begins {starts or 'now'}")


@command.command("leave")
@click.argument("child")
@acted
@of_school
def leave(desk: Desk, act: Act, child: str) -> None:
    """Say that a child has left the school: everything of it ends now.

    Its guardians keep their accounts, and see what they may of their other children.

    example: ./portal child leave "Ilyas Haddad" --as office --reason "moved to another town"
    """
    child_id = desk.find(Kind.CHILD, child)
    recorded = acts_moves.child_leaves(desk.world, actor=act.actor, reason=act.reason, child_id=child_id)
    desk.tell_ending({"id": child_id, "left": True}, f"child {child_id} has left", recorded=recorded)


@command.command("list")
@asked
@of_school
def list_(desk: Desk) -> None:
    """List the children with their enrolments.

    example: ./portal child list --json
    """
    with desk.reading() as connection:
        found = connection.execute(
            select(
                Child.id,
                Child.key,
                Child.name,
                ClassGroup.name.label("class"),
                Enrolment.id.label("enrolment"),
                Enrolment.ended_at.isnot(None).label("ended"),
            )
            .outerjoin(
                Enrolment, and_(Enrolment.child_id == Child.id, Enrolment.school_id == Child.school_id)
            )
            .outerjoin(
                ClassGroup,
                and_(ClassGroup.id == Enrolment.class_group_id, ClassGroup.school_id == Child.school_id),
            )
            .where(Child.school_id == desk.school_id)
            .order_by(Child.id)
        )
        desk.table([dict(row) for row in found.mappings()])
