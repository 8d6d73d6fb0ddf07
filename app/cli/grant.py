"""``./portal grant``: the school's time-limited permission for a guardianship."""

import click
from sqlalchemy import select

from access import acts_people
from access.enrolment import Child, Guardianship, of_child, of_guardianship
from access.errors import Refused
from access.grants import Grant
from access.people import Person
from app.cli.desk import Act, Desk, acted, asked, of_school
from app.cli.find import Kind
from app.cli.spell import dated


@click.group("grant")
def command() -> None:
    """Grants.

    example: ./portal grant list --json
    """


@command.command("issue")
@click.argument("guardianship")
@dated(end_needed=True)
@acted
@of_school
def issue(desk: Desk, act: Act, *, guardianship: str, starts: str | None, ends: str) -> None:
    """Let a guardianship watch, until a date.

    example: ./portal grant issue 3 --until 2027-07-31 --as director --reason "autumn term"
    """
    guardianship_id = desk.find(Kind.GUARDIANSHIP, guardianship)
    starts_at, ends_at = desk.stretch(starts, ends)
    if ends_at is None:
        raise Refused("time:words", "until when?")
    grant = acts_people.issue_grant(
        desk.world,
        actor=act.actor,
        reason=act.reason,
        guardianship_id=guardianship_id,
        starts_at=starts_at,
        ends_at=ends_at,
    )
    desk.tell({"id": grant}, f"grant {grant} issued")


@command.command("revoke")
@click.argument("grant")
@acted
@of_school
def revoke(desk: Desk, act: Act, grant: str) -> None:
    """End a grant now: the picture is gone within three seconds.

    example: ./portal grant revoke 7 --as director --reason "asked by the family"
    """
    grant_id = desk.find(Kind.GRANT, grant)
    recorded = acts_people.revoke_grant(desk.world, actor=act.actor, reason=act.reason, grant_id=grant_id)
    desk.tell_ending({"id": grant_id, "revoked": True}, f"grant {grant_id} revoked", recorded=recorded)


@command.command("list")
@asked
@of_school
def list_(desk: Desk) -> None:
    """List the grants.

    example: ./portal grant list --json
    """
    desk.records(
        select(
            Grant.id,
            Grant.key,
            Person.sign_in_name.label("guardian"),
            Child.name.label("child"),
            Grant.starts_at,
            Grant.ends_at,
            Grant.revoked_at,
        )
        .join(Guardianship, of_guardianship(Grant))
        .join(Person, Person.id == Guardianship.person_id)
        .join(Child, of_child(Guardianship))
        .where(Grant.school_id == desk.school_id)
        .order_by(Grant.id)
    )
