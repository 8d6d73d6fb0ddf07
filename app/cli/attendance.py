"""``./portal attendance``: which children are in, where a school notes it."""

from datetime import datetime, timedelta
from pathlib import Path

import click
from sqlalchemy import select

from access import acts_attendance
from access.attendance import MODES, Attendance
from access.attendance_sheet import read_sheet, sheet_text
from access.enrolment import Child
from access.errors import Refused
from app.cli import times
from app.cli.desk import Act, Desk, acted, asked, of_school
from app.cli.find import Kind

_AT = click.option("--at", metavar="WHEN", help="School time, where it was earlier: corrects what was noted.")


@click.group("attendance")
def command() -> None:
    """Which children are in.

    example: ./portal attendance show --json
    """


@command.command("set")
@click.argument("mode", type=click.Choice(MODES))
@acted
@of_school
def set_(desk: Desk, act: Act, mode: str) -> None:
    """Note nothing (off), close for children who went out (optional), or open only for those in (required).

    example: ./portal attendance set required --as director --reason "new rule of this term"
    """
    recorded = acts_attendance.set_attendance(
        desk.world, actor=act.actor, reason=act.reason, school_id=desk.school_id, mode=mode
    )
    desk.tell_ending({"id": desk.school_id, "attendance": mode}, f"attendance is {mode}", recorded=recorded)


@command.command("in")
@click.argument("child")
@_AT
@acted
@of_school
def in_(desk: Desk, act: Act, child: str, at: str | None) -> None:
    """Note that a child came in.

    example: ./portal attendance in "Ilyas Haddad" --as mei --reason "brought by the grandmother"
    """
    child_id = desk.find(Kind.CHILD, child)
    record = acts_attendance.check_in(
        desk.world, actor=act.actor, reason=act.reason, child_id=child_id, at=_instant(desk, at)
    )
    desk.tell({"id": record}, f"{child} is in")


@command.command("out")
@click.argument("child")
@_AT
@acted
@of_school
def out(desk: Desk, act: Act, child: str, at: str | None) -> None:
    """Note that a child went out: its family sees nothing from now on.

    example: ./portal attendance out "Ilyas Haddad" --as mei --reason "picked up"
    """
    child_id = desk.find(Kind.CHILD, child)
    recorded = acts_attendance.check_out(
        desk.world, actor=act.actor, reason=act.reason, child_id=child_id, at=_instant(desk, at)
    )
    desk.tell_ending({"id": child_id, "out": True}, f"{child} is out", recorded=recorded)


@command.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@acted
@of_school
def import_(desk: Desk, act: Act, file: Path) -> None:
    """Note what a sheet says: a line each with child, `in` or `out`, and the time at the school.

    Nothing is noted where a line makes no sense.

    example: ./portal attendance import gate.csv --as office --reason "from the gate"
    """
    with desk.reading() as connection:
        sheet = read_sheet(connection, desk.school_id, sheet_text(file.read_bytes()), desk.world.clock.now())
    if sheet.wrong:
        said = ", ".join(f"line {number}: {reason}" for number, reason in sheet.wrong.items())
        raise Refused("attendance:sheet", said)
    recorded = acts_attendance.note_all(desk.world, actor=act.actor, reason=act.reason, lines=sheet.lines)
    desk.tell_ending({"noted": len(sheet.lines)}, f"{len(sheet.lines)} lines noted", recorded=recorded)


@command.command("show")
@click.option("--day", metavar="DAY", help="Such as 2026-03-10; today where not said.")
@asked
@of_school
def show(desk: Desk, day: str | None) -> None:
    """Show what was noted on a day, oldest first.

    example: ./portal attendance show --day 2026-03-10 --json
    """
    with desk.reading() as connection:
        zone = times.zone_of(connection, desk.school_id)
        that = (times.instant(day, zone) or desk.world.clock.now()).astimezone(zone).date()
        found = connection.execute(
            select(
                Attendance.id,
                Child.name.label("child"),
                Attendance.what,
                Attendance.at,
                Attendance.recorded_at,
            )
            .join(Child, (Child.id == Attendance.child_id) & (Child.school_id == Attendance.school_id))
            .where(
                Attendance.school_id == desk.school_id,
                Attendance.at >= times.first_of(that, zone),
                Attendance.at < times.first_of(that + timedelta(days=1), zone),
            )
            .order_by(Attendance.at, Attendance.id)
        )
        desk.table([times.row(row, zone) for row in found.mappings()])


def _instant(desk: Desk, at: str | None) -> datetime | None:
    return None if at is None else desk.stretch(at, None)[0]
