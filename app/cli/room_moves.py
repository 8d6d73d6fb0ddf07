"""``./portal room swap`` and its like: classes in other rooms for a while, and rooms that are lent."""

from zoneinfo import ZoneInfo

import click

from access import acts_loans, acts_rooms
from access.elsewhere import Elsewhere, Lent, elsewhere, lent
from app.cli import times
from app.cli.desk import Act, Desk, acted, asked, of_school
from app.cli.find import Kind
from app.cli.spell import dated

#: Where the classes have left their rooms, and where they went could not be written down.
HALF = "they have left their rooms; where they are could not be written down: say it again"


@click.command("swap")
@click.argument("one", metavar="CLASS")
@click.argument("other", metavar="CLASS")
@dated(end_needed=True)
@acted
@of_school
def swap(desk: Desk, act: Act, *, one: str, other: str, starts: str | None, ends: str) -> None:
    """Have two classes exchange their rooms for a while.

    example: ./portal room swap 橡树 榆树 --until "2026-03-10 16:30" --as office --reason "a stage is built"
    """
    starts_at, ends_at = desk.span(starts, ends)
    changes = acts_rooms.swap_rooms(
        desk.world,
        actor=act.actor,
        reason=act.reason,
        class_group_ids=(desk.find(Kind.CLASS, one), desk.find(Kind.CLASS, other)),
        starts_at=starts_at,
        ends_at=ends_at,
    )
    _tell(desk, changes, f"{one} and {other} exchange rooms until {ends}")


@click.command("merge")
@click.argument("guest", metavar="CLASS")
@click.argument("host", metavar="CLASS")
@dated(end_needed=True)
@acted
@of_school
def merge(desk: Desk, act: Act, *, guest: str, host: str, starts: str | None, ends: str) -> None:
    """Have the first class be in the room of the second for a while.

    example: ./portal room merge 榆树 橡树 --until "2026-03-10 16:30" --as office --reason "a teacher is ill"
    """
    starts_at, ends_at = desk.span(starts, ends)
    changes = acts_rooms.merge_classes(
        desk.world,
        actor=act.actor,
        reason=act.reason,
        guest_id=desk.find(Kind.CLASS, guest),
        host_id=desk.find(Kind.CLASS, host),
        starts_at=starts_at,
        ends_at=ends_at,
    )
    _tell(desk, changes, f"{guest} is with {host} until {ends}")


@click.command("return")
@click.argument("change")
@acted
@of_school
def back(desk: Desk, act: Act, change: str) -> None:
    """Take a swap or a merge back, now; `./portal room changes` shows its number.

    example: ./portal room return 7 --as office --reason "the stage is gone"
    """
    change_id = desk.find(Kind.ROOM_CHANGE, change)
    done = acts_rooms.end_room_change(
        desk.world, actor=act.actor, reason=act.reason, room_change_id=change_id
    )
    desk.tell({"id": change_id, "ended": done}, f"change {change_id} ended" if done else HALF)


@click.command("changes")
@asked
@of_school
def changes(desk: Desk) -> None:
    """List which classes are or will be in other rooms; those of one act end together.

    example: ./portal room changes --json
    """
    with desk.reading() as connection:
        zone = times.zone_of(connection, desk.school_id)
        found = elsewhere(connection, desk.school_id, desk.world.clock.now())
    desk.table(
        [
            {"id": one.id, "act": one.key, "class": one.class_group, "room": one.room, **_span(one, zone)}
            for one in found
        ]
    )


@click.command("lend")
@click.argument("room")
@dated(end_needed=True)
@acted
@of_school
def lend(desk: Desk, act: Act, *, room: str, starts: str | None, ends: str) -> None:
    """Lend a room to people from outside: no family sees it meanwhile.

    example: ./portal room lend "Oak room" --until "2026-03-10 18:00" --as office --reason "parents' choir"
    """
    starts_at, ends_at = desk.span(starts, ends)
    room_id = desk.find(Kind.ROOM, room)
    recorded = acts_loans.lend_room(
        desk.world,
        actor=act.actor,
        reason=act.reason,
        room_id=room_id,
        starts_at=starts_at,
        ends_at=ends_at,
    )
    desk.tell_ending({"id": room_id, "lent": True}, f"{room} is lent until {ends}", recorded=recorded)


@click.command("take")
@click.argument("loan")
@acted
@of_school
def take(desk: Desk, act: Act, loan: str) -> None:
    """Take a lent room back, now; `./portal room loans` shows the number of the loan.

    example: ./portal room take 3 --as office --reason "the choir has left"
    """
    loan_id = desk.find(Kind.ROOM_LOAN, loan)
    acts_loans.end_loan(desk.world, actor=act.actor, reason=act.reason, room_loan_id=loan_id)
    desk.tell({"id": loan_id, "ended": True}, f"loan {loan_id} ended")


@click.command("loans")
@asked
@of_school
def loans(desk: Desk) -> None:
    """List which rooms are or will be lent.

    example: ./portal room loans --json
    """
    with desk.reading() as connection:
        zone = times.zone_of(connection, desk.school_id)
        found = lent(connection, desk.school_id, desk.world.clock.now())
    desk.table([{"id": loan.id, "room": loan.room, **_span(loan, zone)} for loan in found])


#: Each a verb of ``./portal room``.
VERBS: tuple[click.Command, ...] = (swap, merge, back, changes, lend, take, loans)


def _tell(desk: Desk, made: tuple[int, ...], text: str) -> None:
    desk.tell({"ids": list(made)}, text if made else HALF)


def _span(one: Elsewhere | Lent, zone: ZoneInfo) -> dict[str, str | None]:
    return {"starts_at": times.shown(one.starts_at, zone), "ends_at": times.shown(one.ends_at, zone)}
