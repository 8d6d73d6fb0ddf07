"""``./portal hours``: the weekly windows in which a class may be watched."""

import re

import click

from access.acts_hours import set_hours
from access.errors import Refused
from access.weekly_hours import load_hours
from app.cli.desk import Act, Desk, acted, asked, of_school
from app.cli.find import Kind

#: Says of ``--was`` that there were no hours.
NONE = "none"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_WINDOW = re.compile(r"(\w{3})(?:-(\w{3}))? (\d\d):(\d\d)[-–](\d\d):(\d\d)", re.IGNORECASE)


@click.group("hours")
def command() -> None:
    """Viewing hours.

    example: ./portal hours show 橡树 --json
    """


@command.command("set")
@click.argument("class_group", metavar="CLASS")
@click.argument("windows", nargs=-1, metavar="WINDOW...")
@click.option(
    "--was",
    multiple=True,
    metavar="WINDOW",
    help="Add hours only upon these, or `none`; what is left out of them is taken away in any case.",
)
@acted
@of_school
def set_(desk: Desk, act: Act, *, class_group: str, windows: tuple[str, ...], was: tuple[str, ...]) -> None:
    """Replace a class's viewing hours; no window at all closes it.

    example: ./portal hours set 橡树 "mon-fri 09:00-11:30" "mon 14:00-16:00" --as director --reason "term"
    """
    class_group_id = desk.find(Kind.CLASS, class_group)
    parsed = [one for window in windows for one in read_window(window)]
    shown = [one for window in was if window != NONE for one in read_window(window)]
    recorded = set_hours(
        desk.world,
        actor=act.actor,
        reason=act.reason,
        class_group_id=class_group_id,
        windows=parsed,
        shown=shown if was else None,
    )
    if recorded or not parsed:
        desk.tell_ending(
            {"id": class_group_id, "windows": len(parsed)},
            f"{len(parsed)} windows a week",
            recorded=recorded,
        )
    else:
        desk.tell_ending(
            {"id": class_group_id, "windows": None},
            "what was left out is taken away; please say the hours again later",
            recorded=False,
        )


@command.command("show")
@click.argument("class_group", metavar="CLASS")
@asked
@of_school
def show(desk: Desk, class_group: str) -> None:
    """Show a class's viewing hours, in the school's time.

    example: ./portal hours show 橡树 --json
    """
    class_group_id = desk.find(Kind.CLASS, class_group)
    with desk.reading() as connection:
        found = load_hours(connection, desk.school_id, class_group_id)
    desk.table(
        [{"day": WEEKDAYS[day], "from": clock(starts), "until": clock(ends)} for day, starts, ends in found]
    )


def read_window(words: str) -> list[tuple[int, int, int]]:
    """Return (weekday, first minute, end minute) for each day that *words* name.

    Whether the minutes make sense is for the act to say.

    Raises:
        Refused: ``hours:words``.
    """
    found = _WINDOW.fullmatch(words.strip())
    names = [name.lower() for name in found.group(1, 2) if name] if found else []
    if found is None or not set(names) <= set(WEEKDAYS):
        raise Refused("hours:words", f"{words!r} is not like 'mon-fri 09:00-11:30'")
    first, last = WEEKDAYS.index(names[0]), WEEKDAYS.index(names[-1])
    days = range(first, last + 1) if first <= last else [*range(first, 7), *range(last + 1)]
    hour, minute, end_hour, end_minute = (int(part) for part in found.group(3, 4, 5, 6))
    return [(day, hour * 60 + minute, end_hour * 60 + end_minute) for day in days]


def clock(minute: int) -> str:
    """Return a minute of the day as people write it."""
    return f"{minute // 60:02}:{minute % 60:02}"
