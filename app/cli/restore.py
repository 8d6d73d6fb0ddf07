"""``./portal restore``: put a backup back, closed; and have the school look before anything opens."""

from pathlib import Path

import click
from sqlalchemy import inspect

from access import schema
from access.acts_closing import confirm_opening, open_restored, propose_opening
from access.backups import age
from access.backups.making import PLAIN, scratch
from access.backups.manifest import Manifest
from access.backups.opening import open_backup
from access.backups.placing import put_in_place
from access.backups.plain import holds_rows, into_postgresql
from access.backups.restoring import Known, Restored, make_restored
from access.database import reading
from access.errors import Refused
from access.log.signing import LogKey
from access.school_closing import load_closed
from access.seen import Seen
from app.cli.backup import identity, refused_backup
from app.cli.desk import Act, Desk, acted, alone, asked, of_school
from app.cli.progress import Told
from app.cli.unsaid import first_unsaid
from app.first_start import read_log_key

SET_ASIDE = "set-aside"


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
    log_key = read_log_key(settings)
    seen = Seen(settings.seen_path)
    with alone(desk), scratch(settings.data_directory) as place, refused_backup():
        desk.have_to_oneself()
        _require_place(desk)
        with Told("backup") as told:
            manifest = open_backup(backup, place / PLAIN, private=private, key=log_key, progress=told.tell)
        if not schema.is_known(manifest.revision):
            raise Refused("schema:newer", "a newer version made it: use that one")
        made = _made(desk, place / PLAIN, manifest, seen, log_key)
    wanted = "a director opens it" if made.is_whole else "two confirm, one of them a director"
    told_all = (
        f"put back as of {made.made_at:%Y-%m-%d %H:%M} UTC; {made.replayed.exactly} endings done anew, "
        f"{made.replayed.closed_more} closed more, {made.replayed.unsure} unclear; "
        f"{sum(made.lost.values())} entries of the log are lost. Every school is closed until {wanted}: "
        "./portal restore confirm (docs/operations/back-up.md)"
    )
    desk.tell(
        {
            "made_at": made.made_at.isoformat(),
            "complete": made.is_whole,
            "exactly": made.replayed.exactly,
            "closed_more": made.replayed.closed_more,
            "unsure": made.replayed.unsure,
            "lost": {str(log): number for log, number in made.lost.items()},
        },
        told_all,
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


def _made(desk: Desk, plain: Path, manifest: Manifest, seen: Seen, log_key: LogKey) -> Restored:
    """Make the new database, put it in place, and only then say that it is the newest."""
    settings, world = desk.settings, desk.world
    journal = world.stops.journal
    since, before = journal.since(manifest.journal), journal.newest()
    try:
        heads = seen.heads()
    except (OSError, ValueError):
        heads = {}
    made = make_restored(plain, manifest, Known(since, heads), world, log_key)
    unfinished = settings.unfinished_restore_path
    unfinished.touch(mode=0o600)
    world.database.dispose()
    if settings.database_path is not None:
        aside = settings.data_directory / SET_ASIDE / f"{world.clock.now():%Y%m%dT%H%M%SZ}"
        put_in_place(plain, settings.database_path, aside)
    else:
        into_postgresql(plain, world.database)
    if journal.newest() != before:
        raise Refused("restore:overtaken", "something was ended meanwhile: do the same once more")
    with reading(world.database) as connection:
        seen.begin_anew(connection)
    for pending in journal.pending():
        journal.done(pending.sequence)
    settings.marks_path.unlink(missing_ok=True)  # of records that are not there any more
    unfinished.unlink()
    return made


def _require_place(desk: Desk) -> None:
    """Refuse to write over what is in a PostgreSQL database; in SQLite it is set aside."""
    if desk.settings.database_path is not None:
        return
    engine = desk.world.database
    with reading(engine) as connection:
        is_bare = not inspect(connection).get_table_names()
    if is_bare:
        schema.upgrade(engine)
    with reading(engine) as connection:
        if holds_rows(connection):
            raise Refused(
                "restore:not_empty",
                "make an empty database beside the old one, and name it in PORTAL_DATABASE_URL",
            )
