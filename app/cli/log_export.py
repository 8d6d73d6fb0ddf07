"""``./portal log export``: carry entries away, with proofs that hold without the portal."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
from sqlalchemy import Connection

from access.acts import widen
from access.database import writing
from access.errors import Refused
from access.log.checkpoints import parse_checkpoint
from access.log.entry import INSTALLATION
from access.log.exports import write_export
from access.log.notes import parse_note
from access.log.proven import choose
from access.log.signing import origin_of, sign_log
from access.log.tables import write_table
from access.log.tile_files import write_tiles
from access.log.verify import Progress
from app.cli import times
from app.cli.desk import Act, Desk, acted, of_school
from app.cli.new_files import new_directory, new_files
from app.cli.progress import Told
from app.first_start import require_log_key

#: Stands behind the name of a table for the export that proves it.
PROOFS = ".proofs.jsonl"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be written, and where."""

    log: int
    out: Path
    since: datetime | None
    until: datetime | None
    #: The school's; where no time is meant and none is shown, nothing.
    zone: ZoneInfo | None


@click.command("export")
@click.option("--format", "shape", type=click.Choice(["jsonl", "csv", "tiles"]), required=True, help="Which.")
@click.option(
    "--out", metavar="PATH", type=click.Path(path_type=Path), required=True, help="Where; must not exist yet."
)
@click.option("--from", "first", metavar="DAY", help="The first day, such as 2026-11-01, in school time.")
@click.option("--to", "last", metavar="DAY", help="The last day; it is exported too.")
@click.option("--installation", is_flag=True, help="The installation's log.")
@acted
@of_school
def export(
    desk: Desk,
    act: Act,
    *,
    shape: str,
    out: Path,
    first: str | None,
    last: str | None,
    installation: bool,
) -> None:
    """Write entries into a file, with proofs that hold without the portal; that it was done is an entry.

    example: ./portal log export --format csv --from 2026-11-01 --out november.csv --reason "the board's"
    """
    if shape == "tiles" and (first or last):
        raise click.UsageError("tiles are of the whole log: --from and --to are for csv and jsonl")
    school_id = None if installation else desk.school_id
    zone = _zone(desk) if shape == "csv" or first or last else None
    days = _day(first), _day(last)
    since, until = _span(*days, zone)
    wanted = Wanted(INSTALLATION if school_id is None else school_id, out, since, until, zone)
    key = require_log_key(desk.settings, desk.world)
    with ExitStack() as files:
        write = _WRITERS[shape](files, wanted)
        widen(
            desk.world,
            school_id=school_id,
            actor=act.actor,
            reason=act.reason,
            kind="log:exported",
            subject={
                "log": "installation" if installation else "school",
                "format": shape,
                "from": days[0] and days[0].isoformat(),
                "to": days[1] and days[1].isoformat(),
            },
            apply=lambda _connection, _at: None,
        )
        with writing(desk.world.database) as connection:
            note = sign_log(connection, wanted.log, key, desk.world.clock.now())
            vkey = key.public(origin_of(connection, wanted.log) or "").vkey
        with desk.reading() as connection, Told(f"log {wanted.log}") as told:
            count = write(connection, note, told.tell)
    answer = {"file": str(out), "entries": count, "checkpoint": note.decode(), "key": vkey}
    desk.tell(answer, f"{out}: {count} entries; the key to check them with is {vkey}")


Writer = Callable[[Connection, bytes, Progress], int]


def _lines(files: ExitStack, wanted: Wanted) -> Writer:
    (file,) = files.enter_context(new_files(wanted.out))

    def write(connection: Connection, note: bytes, progress: Progress) -> int:
        choice = choose(connection, wanted.log, note, since=wanted.since, until=wanted.until)
        write_export(connection, choice, file.write, progress)
        return choice.count

    return write


def _table(files: ExitStack, wanted: Wanted) -> Writer:
    beside = wanted.out.with_name(wanted.out.name + PROOFS)
    table, proofs = files.enter_context(new_files(wanted.out, beside))

    def write(connection: Connection, note: bytes, progress: Progress) -> int:
        assert wanted.zone is not None  # noqa: S101  # asked for of every table
        choice = choose(connection, wanted.log, note, since=wanted.since, until=wanted.until)
        parts: Any = {"table": table.write, "proofs": proofs.write}
        write_table(connection, choice, wanted.zone, **parts, progress=progress)
        return choice.count

    return write


def _tiles(files: ExitStack, wanted: Wanted) -> Writer:
    directory = files.enter_context(new_directory(wanted.out))

    def write(connection: Connection, note: bytes, progress: Progress) -> int:
        write_tiles(connection, wanted.log, note, directory.write, progress)
        return parse_checkpoint(parse_note(note).text).size

    return write


_WRITERS = {"jsonl": _lines, "csv": _table, "tiles": _tiles}


def _zone(desk: Desk) -> ZoneInfo:
    with desk.reading() as connection:
        return times.zone_of(connection, desk.school_id)


def _day(words: str | None) -> date | None:
    try:
        return date.fromisoformat(words) if words else None
    except ValueError as fault:
        raise Refused("time:words", f"{words!r} is not like 2026-11-24") from fault


def _span(
    first: date | None, last: date | None, zone: ZoneInfo | None
) -> tuple[datetime | None, datetime | None]:
    """Return from when until when it is one of those days at the school."""
    if first and last and last < first:
        raise click.UsageError("--to is a day before --from")
    if zone is None:
        return None, None
    try:
        until = times.first_of(last + timedelta(days=1), zone) if last else None
        return times.first_of(first, zone) if first else None, until
    except OverflowError as fault:
        raise Refused("time:words", "a day that no log has") from fault
