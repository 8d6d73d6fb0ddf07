"""``./portal log register``: who looked up pictures or records, as a text or for a spreadsheet."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import click
from sqlalchemy import select

from access.errors import Refused
from access.people import School
from access.register import read_register, record_reading
from app.cli import times
from app.cli.calendar import day
from app.cli.desk import Act, Desk, acted, of_school
from app.csv_text import as_csv

#: More lines than any school has in a year.
MOST = 1_000_000


@click.command("register")
@click.option("--from", "first", required=True, metavar="DAY", help="The first day, such as 2026-11-01.")
@click.option("--to", "last", required=True, metavar="DAY", help="The last day.")
@click.option(
    "--format", "shape", type=click.Choice(("text", "csv")), default="text", help="csv for a spreadsheet."
)
@acted
@of_school
def command(desk: Desk, act: Act, *, first: str, last: str, shape: str) -> None:
    """Show every time that somebody looked up pictures or records: when, who, why, what.

    example: ./portal log register --from 2026-11-01 --to 2026-11-30 --as auditor --reason "an inspection"
    """
    from app.language import spoken  # with the pages' words come all pages
    from app.oversight.register_words import headings, lines_of

    first_day, last_day = day(first), day(last)
    if first_day > last_day:
        raise Refused("span:backwards")
    record_reading(
        desk.world,
        actor=act.actor,
        reason=act.reason,
        school_id=desk.school_id,
        first=first_day,
        last=last_day,
    )
    with desk.reading() as connection:
        asked = select(School.name, School.zone, School.language).where(School.id == desk.school_id)
        school = connection.execute(asked).one()
        zone = ZoneInfo(school.zone)
        since, until = times.first_of(first_day, zone), times.first_of(last_day + timedelta(days=1), zone)
        found = read_register(connection, desk.school_id, since, until, most=MOST)
    with spoken(school.language):
        named = headings()
        rows = [
            (f"{line.at:%Y-%m-%d %H:%M:%S}", line.name, line.unit, line.reason, line.content)
            for line in lines_of(found, school=school.name, zone=zone)
        ]
    if shape == "csv" and not desk.as_json:
        click.echo(as_csv([tuple(named.values()), *rows]), nl=False)
        return
    desk.tell([dict(zip(named, row, strict=True)) for row in rows], "\n".join("  ".join(row) for row in rows))
