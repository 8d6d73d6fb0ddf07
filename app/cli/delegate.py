"""``./portal delegate``: relatives who may watch for a guardian."""

import click
from sqlalchemy import select

from access.acts_delegates import approve_delegate, end_delegation, propose_delegate, verify_delegate
from access.delegations import Delegation
from access.enrolment import DOCUMENTS, Child, Guardianship, of_child, of_guardianship
from access.people import Person
from app.cli.desk import Act, Desk, acted, asked, of_school
from app.cli.find import Kind


@click.group("delegate")
def command() -> None:
    """Relatives who may watch for a guardian.

    example: ./portal delegate list --json
    """


@command.command("propose")
@click.argument("guardianship")
@click.argument("name")
@acted
@of_school
def propose(desk: Desk, act: Act, *, guardianship: str, name: str) -> None:
    """Propose a relative, as the guardian does: --as must be the guardian.

    example: ./portal delegate propose 3 "Amal Haddad" --as noor --reason "asked at the desk"
    """
    made = propose_delegate(
        desk.world,
        actor=act.actor,
        reason=act.reason,
        guardianship_id=desk.find(Kind.GUARDIANSHIP, guardianship),
        name=name,
    )
    desk.tell({"id": made}, f"delegate {made} proposed; the school has to agree")


@command.command("approve")
@click.argument("delegate")
@click.option("--person", metavar="PERSON", help="Somebody with an account; else a new one is made.")
@click.option("--until", "ends", metavar="WHEN", help="School time; the end of the term where not said.")
@acted
@of_school
def approve(desk: Desk, act: Act, *, delegate: str, person: str | None, ends: str | None) -> None:
    """Agree to a relative; not by who had a hand in making the guardian.

    example: ./portal delegate approve 1 --as director --reason "asked the guardian"
    """
    delegation_id = desk.find(Kind.DELEGATE, delegate)
    _, until = desk.stretch(None, ends)
    done = approve_delegate(
        desk.world,
        actor=act.actor,
        reason=act.reason,
        delegation_id=delegation_id,
        person_id=desk.find(Kind.PERSON, person) if person else None,
        until=until,
    )
    shown = desk.shown(done.ends_at)
    answer = {"id": delegation_id, "person": done.person_id, "until": shown}
    desk.tell(answer, f"delegate {delegation_id} approved until {shown}; not verified yet")


@command.command("verify")
@click.argument("delegate")
@click.option("--until", "ends", metavar="WHEN", help="School time; as long as can be where not said.")
@click.option("--code", "shown_code", required=True, metavar="CODE", help="What their own page shows.")
@click.option("--document", type=click.Choice(DOCUMENTS), help="What was seen; never its number.")
@acted
@of_school
def verify(
    desk: Desk, act: Act, *, delegate: str, shown_code: str, ends: str | None, document: str | None
) -> None:
    """Say that the identity was checked; not by who approved, or made the account.

    example: ./portal delegate verify 1 --code ABCD-EFGH --as office --reason "seen at the desk"
    """
    delegation_id = desk.find(Kind.DELEGATE, delegate)
    _, wanted = desk.stretch(None, ends)
    until = verify_delegate(
        desk.world,
        actor=act.actor,
        reason=act.reason,
        delegation_id=delegation_id,
        shown_code=shown_code,
        until=wanted,
        document=document,
    )
    shown = desk.shown(until)
    answer = {"id": delegation_id, "verified": True, "until": shown}
    desk.tell(answer, f"delegate {delegation_id} verified until {shown}")


@command.command("end")
@click.argument("delegate")
@acted
@of_school
def end(desk: Desk, act: Act, delegate: str) -> None:
    """Decline a proposal, or end what a relative may see, now.

    example: ./portal delegate end 1 --as office --reason "asked by the family"
    """
    delegation_id = desk.find(Kind.DELEGATE, delegate)
    recorded = end_delegation(desk.world, actor=act.actor, reason=act.reason, delegation_id=delegation_id)
    desk.tell_ending(
        {"id": delegation_id, "ended": True}, f"delegate {delegation_id} ended", recorded=recorded
    )


@command.command("list")
@asked
@of_school
def list_(desk: Desk) -> None:
    """List delegates and proposals.

    example: ./portal delegate list --json
    """
    desk.records(
        select(
            Delegation.id,
            Delegation.key,
            Delegation.name,
            Person.sign_in_name.label("delegate"),
            Delegation.guardianship_id.label("guardianship"),
            Child.name.label("child"),
            Delegation.approved_at,
            Delegation.ends_at,
            Delegation.verified_until,
            Delegation.ended_at,
        )
        .outerjoin(Person, Person.id == Delegation.person_id)
        .join(Guardianship, of_guardianship(Delegation))
        .join(Child, of_child(Guardianship))
        .where(Delegation.school_id == desk.school_id)
        .order_by(Delegation.id)
    )
