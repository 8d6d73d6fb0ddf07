"""``./portal subject``: what a school keeps about one person, for that person, within ten days."""

import hashlib
from pathlib import Path
from typing import Any

import click

from access.acts_subject import ask_export, hand_over, make_export, release_export, released_copy
from access.subject_seen import exports_of
from app.cli.desk import Act, Desk, acted, asked, of_school
from app.cli.find import Kind
from app.cli.new_files import new_files, written

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
    from app.subject_files import made_copy  # with the pages' words come all pages

    with new_files(out) as (file,):
        with desk.reading() as connection:
            copy = made_copy(connection, desk.school_id, number, now=desk.world.clock.now())
        written(out, file, copy.content)
        said: dict[str, Any] = {"actor": act.actor, "reason": act.reason, "school_id": desk.school_id}
        digest = make_export(desk.world, **said, export_id=number, content=copy.content, erased=copy.erased)
    desk.tell({"file": str(out), "sha256": digest}, f"{out}: somebody else looks at it now  {digest}")


@command.command("release")
@click.argument("number", metavar="REQUEST", type=int)
@click.option(
    "--sha256", metavar="DIGEST", required=True, help="Of the file that was looked at; `sha256sum` says it."
)
@acted
@of_school
def release(desk: Desk, act: Act, number: int, *, sha256: str) -> None:
    """Let a copy go that somebody else made, having looked at it: that file and no other.

    example: ./portal subject release 1 --sha256 9f86d081… --as director --reason "nobody else is in it"
    """
    said: dict[str, Any] = {"actor": act.actor, "reason": act.reason, "school_id": desk.school_id}
    release_export(desk.world, **said, export_id=number, sha256=sha256.strip().lower())
    desk.tell({"id": number, "released": True}, f"{number}: it can be handed over")


@command.command("hand")
@click.argument("number", metavar="REQUEST", type=int)
@OUT
@acted
@of_school
def hand(desk: Desk, act: Act, number: int, *, out: Path) -> None:
    """Hand a copy over that was released, into a file; the portal keeps it no longer.

    The file is on the disk before the portal lets its own go.

    example: ./portal subject hand 1 --out noor.zip --as office --reason "on a stick, at the desk"
    """
    said: dict[str, Any] = {"actor": act.actor, "reason": act.reason, "school_id": desk.school_id}
    with new_files(out) as (file,):
        with desk.reading() as connection:
            content = released_copy(connection, desk.school_id, number)
        written(out, file, content)
        digest = hashlib.sha256(content).hexdigest()
        hand_over(desk.world, **said, export_id=number, sha256=digest)
    desk.tell({"file": str(out), "sha256": digest}, f"{out}  {digest}")


@command.command("list")
@asked
@of_school
def list_(desk: Desk) -> None:
    """Show the requests that wait, in how many days each is due, and the last 20 that are over.

    example: ./portal subject list
    """
    with desk.reading() as connection:
        found = exports_of(connection, desk.school_id)
    now = desk.world.clock.now()
    desk.table(
        [
            {
                "id": one.id,
                "person": one.person,
                "due": desk.shown(one.due_at),
                "days_left": one.days_left(now) if one.waits else None,
                "made": one.made_at and desk.shown(one.made_at),
                "released": one.released_at and desk.shown(one.released_at),
                "downloaded": one.downloaded_at and desk.shown(one.downloaded_at),
                "handed": one.handed_at and desk.shown(one.handed_at),
            }
            for one in found
        ]
    )
