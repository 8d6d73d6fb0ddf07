"""``./portal log``: read the access log; reading it is itself an entry."""

from datetime import timedelta
from typing import Any

import click

from access.acts import widen
from access.database import now_utc_text
from access.log.entry import INSTALLATION, Entry, read_entries
from access.log.tables import erased_words
from app.cli import log_export, log_register, log_retention, log_tree, times
from app.cli.desk import Act, Desk, acted, of_school
from app.cli.find import Kind


@click.group("log")
def command() -> None:
    """The access log.

    example: ./portal log show --as auditor --reason "monthly look" --json
    """


for one in (
    log_tree.verify,
    log_tree.checkpoint,
    log_tree.key,
    log_tree.prove_entry,
    log_export.export,
    log_register.command,
    log_retention.retention,
    log_retention.retain,
    log_retention.hold,
    log_retention.erase,
):
    command.add_command(one)


@command.command("show")
@click.option("--installation", is_flag=True, help="The installation's log: sign-ins, accounts, schools.")
@click.option("--person", metavar="PERSON", help="Only what concerns this person.")
@click.option("--room", metavar="ROOM", help="Only what concerns this room.")
@click.option("--day", metavar="DAY", help="Only this day, such as 2026-11-24, in school time.")
@click.option("--limit", default=100, show_default=True)
@acted
@of_school
def show(
    desk: Desk,
    act: Act,
    *,
    installation: bool,
    person: str | None,
    room: str | None,
    day: str | None,
    limit: int,
) -> None:
    """Show entries, newest first.

    example: ./portal log show --day 2026-11-24 --as auditor --reason "a question by a family"
    """
    if installation and room:
        raise click.UsageError("the installation's log says nothing of rooms")
    school_id = None if installation else desk.school_id
    zone_of = desk.school_id if day and installation else school_id
    person_id = desk.find(Kind.PERSON, person) if person else None
    room_id = desk.find(Kind.ROOM, room) if room else None
    which = "installation" if installation else "school"
    widen(
        desk.world,
        school_id=school_id,
        actor=act.actor,
        reason=act.reason,
        kind="log:read",
        subject={"log": which, "person": person_id, "room": room_id, "day": day},
        apply=lambda _connection, _at: None,
    )
    with desk.reading() as connection:
        since = times.instant(day, times.zone_of(connection, zone_of)) if zone_of and day else None
        entries = read_entries(
            connection,
            INSTALLATION if school_id is None else school_id,
            person_id=person_id,
            room_id=room_id,
            since=since,
            until=since + timedelta(days=1) if since else None,
            limit=limit,
        )
    bodies = [_said(entry) for entry in entries]
    lines = [f"{body['n']:>7}  {body['at']}  {body['kind']}  {body.get('reason', '')}" for body in bodies]
    desk.tell(bodies, "\n".join(lines) or "no entries")


def _said(entry: Entry) -> dict[str, Any]:
    """Return what an entry says; of one that was erased when and under which entry."""
    if entry.erased is None:
        return dict(entry.body)
    by = {"at": now_utc_text(entry.erased.at), "entry": entry.erased.entry}
    return {**entry.body, "reason": erased_words(entry.erased), "erased": by}
