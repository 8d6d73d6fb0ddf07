"""``./portal calendar``: on which days the viewing hours hold, and on which not."""

import re
from datetime import date
from typing import Any

import click

from access import acts_calendar, acts_years
from access.calendar import DaysKind
from access.calendar_view import Line, load_year
from access.errors import Refused
from app.cli.desk import Act, Desk, acted, asked, of_school
from app.cli.find import Kind
from app.cli.hours import WEEKDAYS, clock

_STRETCH = re.compile(r"(\d\d):(\d\d)[-–](\d\d):(\d\d)")


@click.group("calendar")
def command() -> None:
    """The calendar of a school: holidays, closures, make-up workdays, openings.

    example: ./portal calendar show --year 2027
    """


@command.command("show")
@click.option("--year", type=int, help="The present one where it is not said.")
@asked
@of_school
def show(desk: Desk, year: int | None) -> None:
    """Show a year, and which years wait to be confirmed.

    example: ./portal calendar show --year 2027 --json
    """
    with desk.reading() as connection:
        seen = load_year(connection, desk.school_id, desk.world.clock.now(), year)
    answer = {
        "year": seen.year,
        "country": seen.country,
        "prepared_from": seen.prepared_from,
        "confirmed": bool(seen.confirmed),
        "unconfirmed": list(seen.unconfirmed),
        "closed_in_doubt": [[first.isoformat(), last.isoformat()] for first, last in seen.doubted],
        "days": [_row(line) for line in seen.lines],
    }
    lines = [f"{seen.year}  {'confirmed' if seen.confirmed else 'not confirmed'}"]
    lines += [f"{first} to {last}  closed until the year is confirmed" for first, last in seen.doubted]
    lines += ["  ".join(f"{name}={value}" for name, value in _row(line).items()) for line in seen.lines]
    lines += [f"confirm {waiting}: ./portal calendar prepare {waiting}" for waiting in seen.unconfirmed]
    desk.tell(answer, "\n".join(lines))


@command.command("prepare")
@click.argument("year", type=int)
@acted
@of_school
def prepare(desk: Desk, act: Act, year: int) -> None:
    """Write down a year's holidays, to be looked through and confirmed.

    example: ./portal calendar prepare 2027 --as mei --reason "the notice is out"
    """
    known = acts_years.prepare_year(
        desk.world, actor=act.actor, reason=act.reason, school_id=desk.school_id, year=year
    )
    found = f"{len(known.periods)} holidays, {len(known.make_up)} make-up workdays, from {known.source}"
    if not known.announced:
        found += "\nHow the days off are moved that year is not known here: add them before you confirm."
    desk.tell(
        {
            "year": year,
            "holidays": len(known.periods),
            "make_up": len(known.make_up),
            "announced": known.announced,
        },
        found,
    )


@command.command("confirm")
@click.argument("year", type=int)
@acted
@of_school
def confirm(desk: Desk, act: Act, year: int) -> None:
    """Say that a year's calendar is right; only what it names is closed from then on.

    example: ./portal calendar confirm 2027 --as director --reason "compared with the notice"
    """
    found = acts_years.confirm_year(
        desk.world, actor=act.actor, reason=act.reason, school_id=desk.school_id, year=year
    )
    desk.tell({"id": found, "year": year}, f"{year} is confirmed")


@command.command("close")
@click.argument("first", metavar="DAY")
@click.argument("last", metavar="[LAST-DAY]", required=False)
@click.option("--name", default="", help="What people call it.")
@acted
@of_school
def close(desk: Desk, act: Act, *, first: str, last: str | None, name: str) -> None:
    """Close the school on a day, or from a day to a day; today at once.

    example: ./portal calendar close 2027-07-12 2027-08-31 --name 暑假 --as mei --reason "holidays"
    """
    begin = day(first)
    recorded = acts_calendar.close_days(
        desk.world,
        actor=act.actor,
        reason=act.reason,
        school_id=desk.school_id,
        first=begin,
        last=day(last) if last else begin,
        name=name,
    )
    desk.tell_ending(
        {"from": first, "until": last or first, "closed": True}, "closed on these days", recorded=recorded
    )


@command.command("makeup")
@click.argument("on", metavar="DAY")
@click.argument("weekday", type=click.Choice(WEEKDAYS))
@click.option("--name", default="", help="What people call it.")
@acted
@of_school
def makeup(desk: Desk, act: Act, *, on: str, weekday: str, name: str) -> None:
    """Let a day follow the hours of another weekday.

    example: ./portal calendar makeup 2026-10-10 wed --as mei --reason "the State Council's notice"
    """
    found = acts_calendar.make_up_day(
        desk.world,
        actor=act.actor,
        reason=act.reason,
        school_id=desk.school_id,
        day=day(on),
        weekday=WEEKDAYS.index(weekday),
        name=name,
    )
    desk.tell({"id": found, "day": on, "follows": weekday}, f"{on} follows {weekday}")


@command.command("open")
@click.argument("on", metavar="DAY")
@click.argument("hours", metavar="FROM-UNTIL")
@click.option("--class", "class_group", metavar="CLASS", help="For this class only.")
@click.option("--name", default="", help="What people call it.")
@acted
@of_school
def open_(desk: Desk, act: Act, *, on: str, hours: str, class_group: str | None, name: str) -> None:
    """Open a stretch of one day besides the weekly hours.

    example: ./portal calendar open 2027-06-05 09:00-11:00 --name 运动会 --as mei --reason "sports day"
    """
    starts, ends = stretch(hours)
    found = acts_calendar.open_once(
        desk.world,
        actor=act.actor,
        reason=act.reason,
        school_id=desk.school_id,
        day=day(on),
        starts_minute=starts,
        ends_minute=ends,
        class_group_id=desk.find(Kind.CLASS, class_group) if class_group else None,
        name=name,
    )
    desk.tell({"id": found, "day": on}, f"{on} is open {hours}")


@command.command("remove")
@click.argument("row", metavar="KEY")
@acted
@of_school
def remove(desk: Desk, act: Act, row: str) -> None:
    """Take back a row of the calendar, by the key that `show` prints.

    example: ./portal calendar remove 7 --as mei --reason "the festival is put off"
    """
    days_id = desk.find(Kind.CALENDAR_DAYS, row)
    recorded = acts_calendar.remove_days(desk.world, actor=act.actor, reason=act.reason, days_id=days_id)
    desk.tell_ending({"id": days_id, "removed": True}, "taken back", recorded=recorded)


def day(words: str) -> date:
    """Return the date that *words* name.

    Raises:
        Refused: ``time:words``.
    """
    try:
        return date.fromisoformat(words)
    except ValueError:
        raise Refused("time:words", f"{words!r} is not like 2027-01-22") from None


def stretch(words: str) -> tuple[int, int]:
    """Return the first minute of a stretch of a day, and the one after its last.

    Raises:
        Refused: ``hours:words``.
    """
    found = _STRETCH.fullmatch(words.strip())
    if found is None:
        raise Refused("hours:words", f"{words!r} is not like 09:00-11:30")
    hour, minute, end_hour, end_minute = (int(part) for part in found.groups())
    return hour * 60 + minute, end_hour * 60 + end_minute


def _row(line: Line) -> dict[str, Any]:
    row: dict[str, Any] = {
        "key": line.key,
        "kind": line.kind.value,
        "from": line.first.isoformat(),
        "until": line.last.isoformat(),
        "name": line.name,
    }
    if line.kind is DaysKind.MAKE_UP:
        row["follows"] = WEEKDAYS[line.days.weekday]
    if line.kind is DaysKind.OPENING:
        row["hours"] = f"{clock(line.days.starts_minute)}-{clock(line.days.ends_minute)}"
        row["class"] = line.class_group
    return row
