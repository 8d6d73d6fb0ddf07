"""``./portal custody``: what a court or the parents agreed on, as rules upon a guardianship."""

from datetime import date

import click
from sqlalchemy import select

from access.acts_custody import add_custody_rule, ask_to_end_custody_rule, end_custody_rule
from access.checked import find_one
from access.custody import CustodyKind, weekdays_of
from access.custody_rules import CustodyRule
from access.enrolment import Child, Guardianship, of_child, of_guardianship
from access.errors import Refused
from access.people import Person
from app.cli import times
from app.cli.desk import Act, Desk, acted, asked, of_school
from app.cli.find import Kind
from app.cli.spell import dated

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@click.group("custody")
def command() -> None:
    """Custody rules.

    example: ./portal custody list --json
    """


@command.command("add")
@click.argument("guardianship")
@click.argument("kind", type=click.Choice([kind.value for kind in CustodyKind]))
@click.option(
    "--weekday", "weekdays", multiple=True, type=click.Choice(DAYS), help="One that is left; again for more."
)
@click.option("--court", metavar="DAY", help="When a court says how it goes on; the rule holds beyond it.")
@dated(end_needed=False)
@acted
@of_school
def add(
    desk: Desk,
    act: Act,
    *,
    guardianship: str,
    kind: str,
    weekdays: tuple[str, ...],
    court: str | None,
    starts: str | None,
    ends: str | None,
) -> None:
    """Limit a guardianship, at once: to odd or even weeks, to named weekdays, or to nothing.

    example: ./portal custody add 3 odd_weeks --court 2026-06-30 --as office --reason "order of 3 March"
    """
    guardianship_id = desk.find(Kind.GUARDIANSHIP, guardianship)
    starts_at, ends_at = desk.stretch(starts, ends)
    recorded = add_custody_rule(
        desk.world,
        actor=act.actor,
        reason=act.reason,
        guardianship_id=guardianship_id,
        kind=kind,
        weekdays=[DAYS.index(day) for day in weekdays],
        starts_at=starts_at,
        ends_at=ends_at,
        court_on=_day(court),
    )
    answer = {"guardianship": guardianship_id, "kind": kind}
    desk.tell_ending(answer, f"guardianship {guardianship_id} limited: {kind}", recorded=recorded)


@command.command("end")
@click.argument("rule")
@acted
@of_school
def end(desk: Desk, act: Act, rule: str) -> None:
    """Ask for the end of a rule; where somebody else has asked, end it.

    example: ./portal custody end 2 --as director --reason "order of 1 July"
    """
    rule_id = desk.find(Kind.CUSTODY, rule)
    with desk.reading() as connection:
        asked_by = find_one(connection, CustodyRule, rule_id, school_id=desk.school_id).end_asked_by
    if asked_by is None:
        ask_to_end_custody_rule(desk.world, actor=act.actor, reason=act.reason, custody_rule_id=rule_id)
        desk.tell(
            {"id": rule_id, "ended": False}, f"rule {rule_id} holds until somebody else confirms its end"
        )
    else:
        end_custody_rule(desk.world, actor=act.actor, reason=act.reason, custody_rule_id=rule_id)
        desk.tell({"id": rule_id, "ended": True}, f"rule {rule_id} ended")


@command.command("list")
@asked
@of_school
def list_(desk: Desk) -> None:
    """List the rules.

    example: ./portal custody list --json
    """
    school_id = desk.school_id
    with desk.reading() as connection:
        zone = times.zone_of(connection, school_id)
        found = connection.execute(
            select(
                CustodyRule.id,
                CustodyRule.key,
                CustodyRule.guardianship_id.label("guardianship"),
                Person.sign_in_name.label("guardian"),
                Child.name.label("child"),
                CustodyRule.kind,
                CustodyRule.weekdays,
                CustodyRule.starts_at,
                CustodyRule.ends_at,
                CustodyRule.court_on,
                CustodyRule.end_asked_by,
                CustodyRule.ended_at,
            )
            .join(Guardianship, of_guardianship(CustodyRule))
            .join(Person, Person.id == Guardianship.person_id)
            .join(Child, of_child(Guardianship))
            .where(CustodyRule.school_id == school_id)
            .order_by(CustodyRule.id)
        )
        desk.table(
            [
                times.row(row, zone)
                | {
                    "weekdays": [DAYS[day] for day in weekdays_of(row["weekdays"])],
                    "court_on": row["court_on"].isoformat() if row["court_on"] else None,
                }
                for row in found.mappings()
            ]
        )


def _day(words: str | None) -> date | None:
    try:
        return date.fromisoformat(words) if words else None
    except ValueError:
        raise Refused("time:words", f"{words!r} is not like 2026-09-01") from None
