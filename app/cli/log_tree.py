"""``./portal log verify|checkpoint|key|prove``: what others can hold a log to."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from access.acts import widen
from access.database import writing
from access.errors import Malformed, Refused, Unverified
from access.log import entry
from access.log.canonical import Json
from access.log.eras import split_lost
from access.log.findings import Finding, Report, Wrong
from access.log.receipts import prove
from access.log.signing import kept_roots, origin_of, roots_of_others, sign_log
from access.log.tree import known_logs
from access.log.verify import verify as verify_log
from app.cli.desk import Act, Desk, acted, asked, of_school
from app.cli.progress import Told
from app.first_start import read_log_key, require_log_key

#: What is wrong, in words.
WORDS = {
    Wrong.BODY: "does not say what was committed to",
    Wrong.COLUMNS: "is found under something else than it says",
    Wrong.NOT_MENTIONED: "is not found by something that it mentions",
    Wrong.MENTIONED: "is found by something that it does not mention",
    Wrong.GONE: "is erased without an entry that says so",
    Wrong.NOT_GONE: "is there still, though an entry says that it was erased",
    Wrong.ERASURE: "lies in an erasure that is not true",
    Wrong.ERA: "and the eras of the log do not fit together",
    Wrong.LEAF: "is not the one that the tree has",
    Wrong.MISSING: "is missing",
    Wrong.TWICE: "is there twice",
    Wrong.BEYOND: "stands behind the end of the log",
    Wrong.NODE: "is not under the hash that the tree has",
    Wrong.HEAD: "lies in a log whose head is another tree's",
    Wrong.CHECKPOINT: "lies in a log that is not the one of a checkpoint",
}


@click.command("verify")
@click.option(
    "--against",
    "files",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    multiple=True,
    help="A checkpoint that was kept elsewhere; may be given several times.",
)
@asked
def verify(desk: Desk, files: Sequence[Path]) -> None:
    """Check every entry of every log, and every checkpoint; name what is wrong first.

    example: ./portal log verify --against board-2026-10.txt
    """
    key = read_log_key(desk.settings)
    reports = []
    with desk.reading() as connection:
        try:
            standing, lost = split_lost(connection, key, [path.read_bytes() for path in files])
            given = roots_of_others(connection, key, standing)
        except (Malformed, Unverified) as fault:
            raise Refused("checkpoint:unknown", str(fault)) from fault
        for log in sorted({*known_logs(connection), *given}):
            roots = kept_roots(connection, log, key)
            roots += given.get(log, [])
            with Told(f"log {log}") as told:
                reports.append(verify_log(connection, log, roots=roots, progress=told.tell))
    for report in reports:
        if report.findings:
            desk.fail("log:broken", "; ".join(map(_said, report.findings[:1])) + f" (log {report.log})", 3)
    for one in lost:
        click.echo(
            f"log {one.log}: of its checkpoint's {one.size} entries those from {one.declared_at} on were "
            f"lost in the restore that entry {one.declared_at} declares: ask whether there was one",
            err=True,
        )
    desk.tell([_row(report) for report in reports], "\n".join(map(_line, reports)))


def _said(finding: Finding) -> str:
    return f"entry {finding.number} {WORDS[finding.what]}"


def _line(report: Report) -> str:
    return f"log {report.log}: {report.size} entries, all of them whole  {report.root.hex()}"


def _row(report: Report) -> dict[str, Any]:
    return {"log": report.log, "size": report.size, "root": report.root.hex()}


@click.command("checkpoint")
@click.option("--installation", is_flag=True, help="Of the installation's log.")
@asked
@of_school
def checkpoint(desk: Desk, *, installation: bool) -> None:
    """Sign how far a log has come, and print it: for whoever keeps it elsewhere.

    example: ./portal log checkpoint > board-2026-11.txt
    """
    log = entry.INSTALLATION if installation else desk.school_id
    key = require_log_key(desk.settings, desk.world)
    with writing(desk.world.database) as connection:
        note = sign_log(connection, log, key, desk.world.clock.now()).decode()
        origin = origin_of(connection, log) or ""
    desk.tell({"checkpoint": note, "key": key.public(origin).vkey}, note.rstrip("\n"))


@click.command("key")
@click.option("--installation", is_flag=True, help="Of the installation's log.")
@asked
@of_school
def key(desk: Desk, *, installation: bool) -> None:
    """Print the public key by which others verify a log's checkpoints.

    example: ./portal log key
    """
    log = entry.INSTALLATION if installation else desk.school_id
    private = require_log_key(desk.settings, desk.world)
    with desk.reading() as connection:
        vkey = private.public(origin_of(connection, log) or private.first_origin(log)).vkey
    desk.tell({"key": vkey}, vkey)


@click.command("prove")
@click.argument("number", type=click.IntRange(min=0))
@click.option("--installation", is_flag=True, help="In the installation's log.")
@acted
@of_school
def prove_entry(desk: Desk, act: Act, number: int, *, installation: bool) -> None:
    """Print the proof that an entry is in a log, with what it says, for anybody to check.

    example: ./portal log prove 1234 --as auditor --reason "asked by a family" > entry-1234.txt
    """
    school_id = None if installation else desk.school_id
    log = entry.INSTALLATION if school_id is None else school_id
    key = require_log_key(desk.settings, desk.world)
    subject: dict[str, Json] = {"log": "installation" if installation else "school", "entry": number}
    widen(
        desk.world,
        school_id=school_id,
        actor=act.actor,
        reason=act.reason,
        kind="log:read",
        subject=subject,
        apply=lambda _connection, _at: None,
    )
    with writing(desk.world.database) as connection:
        note = sign_log(connection, log, key, desk.world.clock.now())
        proof = prove(connection, log, number, note).encode().decode()
    desk.tell({"proof": proof}, proof.rstrip("\n"))
