"""``./portal subject``: what a school keeps about one person, for that person, within ten days."""

import hashlib
import math
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
from sqlalchemy import select

from access.acts_subject import ask_export, hand_over, make_export, release_export
from access.people import Person, School
from access.subject_copy import copy_about
from access.subject_records import SubjectExport
from app.cli.desk import Act, Desk, acted, asked, of_school
from app.cli.find import Kind
from app.cli.new_files import new_files

OUT = click.option(
    "--out", metavar="PATH", type=click.Path(path_type=Path), required=True, help="Where; must not exist yet."
)


@click.group("subject")
def command() -> None:
    """Copies of what the school keeps about one person.

    example: ./portal subject list
    """


@command.command("ask")
@click.argument("person")
@acted
@of_school
def ask(desk: Desk, act: Act, person: str) -> None:
    """Write down that somebody asks for a copy of what the school keeps about them; ten days to answer it.

    example: ./portal subject ask noor --as office --reason "asked at the desk"
    """
    person_id = desk.find(Kind.PERSON, person)
    made = ask_export(
        desk.world, actor=act.actor, reason=act.reason, school_id=desk.school_id, person_id=person_id
    )
    desk.tell({"id": made}, f"{made}: to be handed over within ten days")


@command.command("make")
@click.argument("number", metavar="REQUEST", type=int)
@OUT
@acted
@of_school
def make(desk: Desk, act: Act, number: int, *, out: Path) -> None:
    """Make the copy, into a ZIP file for somebody else to look at; that one then releases it.

    example: ./portal subject make 1 --out noor.zip --as office --reason "asked at the desk"
    """
    from app.language import CATALOGUES, spoken  # with the pages' words come all pages
    from app.subject_files import zipped

    now = desk.world.clock.now()
    with new_files(out) as (file,), desk.reading() as connection:
        whose = select(Person.id, Person.name, Person.language).join(
            SubjectExport, SubjectExport.person_id == Person.id
        )
        here = (SubjectExport.id == number, SubjectExport.school_id == desk.school_id)
        person = connection.execute(whose.where(*here)).one_or_none()
        school = connection.execute(
            select(School.name, School.zone, School.language).where(School.id == desk.school_id)
        ).one()
        content = b""
        if person is not None:
            copy = copy_about(connection, desk.school_id, person.id)
            language = person.language if person.language in CATALOGUES else school.language
            with spoken(language):
                content = zipped(
                    copy,
                    school=school.name,
                    person=person.name,
                    made_at=now,
                    zone=ZoneInfo(school.zone),
                    language="zh-CN" if language == "zh" else "en",
                )
        said: dict[str, Any] = {"actor": act.actor, "reason": act.reason, "school_id": desk.school_id}
        file.write(content)
        make_export(desk.world, **said, export_id=number, content=content)
    digest = hashlib.sha256(content).hexdigest()
    desk.tell({"file": str(out), "sha256": digest}, f"{out}: somebody else looks at it now  {digest}")


@command.command("release")
@click.argument("number", metavar="REQUEST", type=int)
@acted
@of_school
def release(desk: Desk, act: Act, number: int) -> None:
    """Let a copy go that somebody else made, having looked at it.

    example: ./portal subject release 1 --as director --reason "nobody else is in it"
    """
    said: dict[str, Any] = {"actor": act.actor, "reason": act.reason, "school_id": desk.school_id}
    release_export(desk.world, **said, export_id=number)
    desk.tell({"id": number, "released": True}, f"{number}: it can be handed over")


@command.command("hand")
@click.argument("number", metavar="REQUEST", type=int)
@OUT
@acted
@of_school
def hand(desk: Desk, act: Act, number: int, *, out: Path) -> None:
    """Hand a copy over that was released, into a file; the portal keeps it no longer.

    example: ./portal subject hand 1 --out noor.zip --as office --reason "on a stick, at the desk"
    """
    said: dict[str, Any] = {"actor": act.actor, "reason": act.reason, "school_id": desk.school_id}
    with new_files(out) as (file,):
        content = hand_over(desk.world, **said, export_id=number)
        file.write(content)
    digest = hashlib.sha256(content).hexdigest()
    desk.tell({"file": str(out), "sha256": digest}, f"{out}  {digest}")


@command.command("list")
@asked
@of_school
def list_(desk: Desk) -> None:
    """Show the requests, and in how many days each is due; less than none is too late.

    example: ./portal subject list
    """
    columns = (SubjectExport.id, Person.name, SubjectExport.due_at, SubjectExport.made_at)
    whose = select(*columns, SubjectExport.released_at, SubjectExport.handed_at).join(
        Person, Person.id == SubjectExport.person_id
    )
    with desk.reading() as connection:
        rows = connection.execute(
            whose.where(SubjectExport.school_id == desk.school_id).order_by(SubjectExport.id)
        ).all()
    now = desk.world.clock.now()
    desk.table(
        [
            {
                "id": row.id,
                "person": row.name,
                "due": desk.shown(row.due_at),
                "days_left": None if row.handed_at else math.floor((row.due_at - now) / timedelta(days=1)),
                "made": row.made_at and desk.shown(row.made_at),
                "released": row.released_at and desk.shown(row.released_at),
                "handed": row.handed_at and desk.shown(row.handed_at),
            }
            for row in rows
        ]
    )
