"""``./portal school``: tenants of this installation."""

import click
from sqlalchemy import select

from access import acts_coverage, acts_people, acts_schools, acts_years
from access.acts_closing import close_school, confirm_opening, propose_opening
from access.coverage import POLICIES
from access.people import School
from access.school_closing import load_closed
from app.cli.calendar import day
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
@click.option(
    "--country", help="Whose holidays it keeps: CN, another's two letters, or none.  [default: by zone]"
)
@acted
def add(desk: Desk, act: Act, *, name: str, zone: str, language: str, country: str | None) -> None:
    """Add a school.

    example: ./portal school add 向日葵 --zone Asia/Shanghai --reason "first set-up"
    """
    school = acts_people.add_school(
        desk.world,
        actor=act.actor,
        reason=act.reason,
        name=name,
        zone=zone,
        language=language,
        country=acts_people.BY_ZONE if country is None else _country(country),
    )
    desk.tell({"id": school}, f"school {school} added")


@command.command("term")
@click.argument("last", metavar="DAY")
@click.option("--from", "first", metavar="DAY", help="Its first day; today, or when the present term began.")
@acted
@of_school
def term(desk: Desk, act: Act, *, last: str, first: str | None) -> None:
    """Say which is the last day of the term: hours hold in terms only.

    Identity checks, delegations, grants and the gates of cameras end with it, and a longer term said
    later brings none of them back.

    example: ./portal school term 2027-01-22 --from 2026-09-01 --as director --reason "school calendar"
    """
    school_id = desk.school_id
    acts_years.set_term(
        desk.world,
        actor=act.actor,
        reason=act.reason,
        school_id=school_id,
        ends_on=day(last),
        starts_on=day(first) if first else None,
    )
    desk.tell({"id": school_id, "term_ends_on": last}, f"the term ends on {last}")


@command.command("country")
@click.argument("country")
@acted
@of_school
def country(desk: Desk, act: Act, country: str) -> None:
    """Say whose holidays the school keeps: CN, another country's two letters, or none.

    example: ./portal school country CN --as director --reason "we keep China's holidays"
    """
    acts_schools.set_country(
        desk.world, actor=act.actor, reason=act.reason, school_id=desk.school_id, country=_country(country)
    )
    desk.tell({"id": desk.school_id, "country": _country(country)}, f"it keeps the holidays of {country}")


@command.command("uncovered")
@click.argument("policy", type=click.Choice(POLICIES))
@acted
@of_school
def uncovered(desk: Desk, act: Act, policy: str) -> None:
    """Say what a room shows at most while somebody in it has not agreed: figures, or nothing (closed).

    example: ./portal school uncovered closed --as director --reason "parents' council"
    """
    acts_coverage.choose_for_uncovered(
        desk.world, actor=act.actor, reason=act.reason, school_id=desk.school_id, policy=policy
    )
    desk.tell({"id": desk.school_id, "uncovered": policy}, f"where somebody has not agreed: {policy}")


def _country(word: str) -> str | None:
    return None if word.lower() == "none" else word.upper()


@command.command("close")
@acted
@of_school
def close(desk: Desk, act: Act) -> None:
    """Close every camera of the school now, for everybody.

    Done once more, it takes back a proposal to open again.

    example: ./portal school close --as director --reason "a stranger got in"
    """
    school_id = desk.school_id
    recorded = close_school(desk.world, actor=act.actor, reason=act.reason, school_id=school_id)
    desk.tell_ending({"id": school_id, "closed": True}, "all cameras are closed", recorded=recorded)


@command.command("open")
@acted
@of_school
def open_(desk: Desk, act: Act) -> None:
    """Propose to open a closed school again; by somebody else, confirm it.

    example: ./portal school open --as office --reason "all clear"
    """
    school_id, world = desk.school_id, desk.world
    with desk.reading() as connection:
        closed = load_closed(connection, school_id, world.clock.now())
    if closed and closed.proposal_key and closed.proposed_by_id != act.actor.person_id:
        confirm_opening(
            world,
            actor=act.actor,
            reason=act.reason,
            school_id=school_id,
            proposal=closed.proposal_key,
        )
        desk.tell(
            {"id": school_id, "closed": False},
            f"all cameras are open again, as {closed.proposed_by} proposed",
        )
        return
    propose_opening(world, actor=act.actor, reason=act.reason, school_id=school_id)
    desk.tell({"id": school_id, "closed": True}, "proposed; within a day somebody else has to do the same")


@command.command("list")
@asked
def list_(desk: Desk) -> None:
    """List the schools.

    example: ./portal school list --json
    """
    with desk.reading() as connection:
        found = connection.execute(
            select(
                School.id,
                School.key,
                School.name,
                School.zone,
                School.language,
                School.country,
                School.revision,
            )
        )
        desk.table([dict(row) for row in found.mappings()])
