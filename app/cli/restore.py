"""``./portal restore``: put a backup back, closed; and have the school look before anything opens."""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click

from access.acts_closing import confirm_opening, open_restored, propose_opening
from access.backups import age
from access.backups.making import PLAIN, scratch
from access.backups.manifest import Manifest
from access.backups.opening import open_backup
from access.errors import Refused
from access.school_closing import load_closed
from app.cli.backup import identity, refused_backup
from app.cli.desk import Act, Desk, acted, alone, asked, of_school
from app.cli.progress import Told
from app.cli.putting_back import put_back
from app.cli.unsaid import first_unsaid
from app.first_start import read_log_key


@click.group("restore", cls=first_unsaid("file"))
def command() -> None:
    """Put a backup back.

    example: ./portal restore littlewindow-20261201T010000Z.age --identity /mnt/usb/backup-key.txt
    """


@command.command("file")
@click.argument("backup", type=click.Path(path_type=Path))
@identity
@asked
def file(desk: Desk, backup: Path, identity: Path) -> None:
    """Put a backup in the place of the database, which is set aside; every school is closed then.

    What was ended since is ended anew, from the journal. Refuses while the portal runs.
    "file" may be left out.

    example: ./portal restore littlewindow-20261201T010000Z.age --identity /mnt/usb/backup-key.txt
    """
    private, settings = age.read_identity(identity), desk.settings
    desk.restores = True
    log_key = read_log_key(settings)
    with alone(desk), scratch(settings.data_directory) as place, refused_backup():
        desk.have_to_oneself()
        plain = place / PLAIN

        def open_it() -> Manifest:
            with Told("backup") as told:
                return open_backup(backup, plain, private=private, key=log_key, progress=told.tell)

        told = put_back(desk, backup, plain, open_it)
    wanted = "a director opens it" if told.complete else "two confirm, one of them a director"
    desk.tell(
        asdict(told),
        f"put back as of {datetime.fromisoformat(told.made_at):%Y-%m-%d %H:%M} UTC; "
        f"{told.exactly} endings done anew, {told.closed_more} closed more, {told.unsure} unclear; "
        f"{sum(told.lost.values())} entries of the log are lost. Every school is closed until {wanted}: "
        "./portal restore confirm (docs/operations/back-up.md)",
    )


@command.command("confirm")
@acted
@of_school
def confirm(desk: Desk, act: Act) -> None:
    """Open a school after a backup was put back: a director alone, or two where the journal has a gap.

    example: ./portal restore confirm --as director --reason "went through what was ended since"
    """
    school_id, world = desk.school_id, desk.world
    with desk.reading() as connection:
        closed = load_closed(connection, school_id, world.clock.now())
    if closed is None or closed.after_restore is None:
        raise Refused("school:not_closed", "no backup was put back, or the school is open again")
    if closed.after_restore == "whole":
        open_restored(world, actor=act.actor, reason=act.reason, school_id=school_id)
    elif closed.proposal_key:
        confirm_opening(
            world, actor=act.actor, reason=act.reason, school_id=school_id, proposal=closed.proposal_key
        )
    else:
        propose_opening(world, actor=act.actor, reason=act.reason, school_id=school_id)
        desk.tell({"id": school_id, "closed": True}, "noted; within a day somebody else has to do the same")
        return
    desk.tell({"id": school_id, "closed": False}, "all cameras are open again")
