"""``./portal log retention|retain|hold|erase``: how long the log keeps what it says."""

from typing import Any

import click

from access import acts_retention as acts
from access.errors import Refused
from access.retention import FLOOR_MONTHS, MOST_MONTHS, Group
from access.retention_seen import Setting, load_retention
from app.cli import times
from app.cli.desk import Act, Desk, acted, asked, of_school
from app.cli.find import Kind

MONTHS = click.IntRange(FLOOR_MONTHS, MOST_MONTHS)


@click.command("retention")
@asked
@of_school
def retention(desk: Desk) -> None:
    """Show how long entries are kept, what waits for a second person, what is held and what was erased.

    example: ./portal log retention
    """
    with desk.reading() as connection:
        found = load_retention(connection, desk.school_id)
    answer: dict[str, Any] = {
        "in_force": found.in_force and _setting(found.in_force),
        "waits": found.proposal and _setting(found.proposal),
        "holds": [
            {
                "id": hold.id,
                "about": list(hold.about),
                "since": hold.since and desk.shown(hold.since),
                "until": hold.until and desk.shown(hold.until),
                "reason": hold.words,
                "by": hold.placed_by,
                "end_asked_by": hold.end_asked_by,
            }
            for hold in found.holds
        ],
        "requests": [
            {
                "id": one.id,
                "person": one.person,
                "before": desk.shown(one.before),
                "asked_by": one.asked_by,
                "agreed_by": one.agreed_by,
                "done": one.done_at and desk.shown(one.done_at),
            }
            for one in found.requests
        ],
        "erased": [
            {"n": one.number, "at": desk.shown(one.at), "entries": sum(one.body["kinds"].values())}
            for one in found.erasures
        ],
    }
    decided = "nothing is erased: two people have not decided yet"
    lines = [f"{name}: {value}" for name, value in answer.items() if value]
    desk.tell(answer, "\n".join(lines if found.in_force else [decided, *lines]))


def _months(command: Any) -> Any:
    for group in reversed(Group):
        command = click.option(f"--{group.value}", type=MONTHS, help="Months.")(command)
    return command


@click.command("retain")
@_months
@click.option("--approve", type=int, metavar="ID", help="Approve what somebody else proposed.")
@acted
@of_school
def retain(desk: Desk, act: Act, *, approve: int | None, **months: int | None) -> None:
    """Propose how many months entries are kept, or approve what somebody else proposed.

    What is not said stays as it is.

    example: ./portal log retain --viewings 24 --as director --reason "the parents' committee"
    """
    said: dict[str, Any] = {"actor": act.actor, "reason": act.reason, "school_id": desk.school_id}
    if approve is not None:
        if any(months.values()):
            raise click.UsageError("--approve approves the months as they were proposed")
        acts.approve_retention(desk.world, **said, retention_id=approve)
        desk.tell({"id": approve, "approved": True}, f"{approve}: it holds from now on")
        return
    with desk.reading() as connection:
        begins = load_retention(connection, desk.school_id).suggested
    chosen = {group: months[group.value] or begins[group] for group in Group}
    made = acts.propose_retention(desk.world, **said, months=chosen)
    desk.tell({"id": made, "approved": False}, f"{made}: it waits for somebody else's approval")


@click.command("hold")
@click.option("--person", metavar="PERSON", help="What is about this person.")
@click.option("--child", metavar="CHILD", help="What is about this child.")
@click.option("--room", metavar="ROOM", help="What is about this room.")
@click.option("--from", "since", metavar="WHEN", help="From then on, in school time.")
@click.option("--to", "until", metavar="WHEN", help="Until then.")
@click.option("--end", type=int, metavar="ID", help="Ask for the end of a hold, or agree to it.")
@acted
@of_school
def hold(
    desk: Desk,
    act: Act,
    *,
    person: str | None,
    child: str | None,
    room: str | None,
    since: str | None,
    until: str | None,
    end: int | None,
) -> None:
    """Keep entries from being erased, for a case; it takes two to end that.

    example: ./portal log hold --child "Ilyas Haddad" --as director --reason "a court asks"
    """
    said: dict[str, Any] = {"actor": act.actor, "reason": act.reason, "school_id": desk.school_id}
    if end is not None:
        if person or child or room or since or until:
            raise click.UsageError("--end ends a hold as it is")
        over = acts.end_hold(desk.world, **said, hold_id=end)
        desk.tell({"id": end, "ended": over}, f"{end}: {'over' if over else 'waits for somebody else'}")
        return
    with desk.reading() as connection:
        zone = times.zone_of(connection, desk.school_id)
    made = acts.place_hold(
        desk.world,
        **said,
        person_id=desk.find(Kind.PERSON, person) if person else None,
        child_id=desk.find(Kind.CHILD, child) if child else None,
        room_id=desk.find(Kind.ROOM, room) if room else None,
        since=times.instant(since, zone),
        until=times.instant(until, zone),
    )
    desk.tell({"id": made, "ended": False}, f"{made}: held")


@click.command("erase")
@click.option("--person", metavar="PERSON", help="Of whom.")
@click.option("--before", metavar="WHEN", help="What is older, in school time; six months at least.")
@click.option("--agree", type=int, metavar="ID", help="Agree to what somebody else asked for.")
@acted
@of_school
def erase(desk: Desk, act: Act, *, person: str | None, before: str | None, agree: int | None) -> None:
    """Ask that what the school's log says of a person is erased, or agree to it; carried out within a day.

    example: ./portal log erase --person noor --before 2026-01-01 --as director --reason "asked for it"
    """
    said: dict[str, Any] = {"actor": act.actor, "reason": act.reason, "school_id": desk.school_id}
    if agree is not None:
        if person or before:
            raise click.UsageError("--agree agrees to it as it was asked for")
        acts.agree_erasure(desk.world, **said, request_id=agree)
        desk.tell({"id": agree, "agreed": True}, f"{agree}: it is erased within a day")
        return
    if not person or not before:
        raise click.UsageError("--person and --before, or --agree")
    with desk.reading() as connection:
        until = times.instant(before, times.zone_of(connection, desk.school_id))
    if until is None:
        raise Refused("time:words", "a day")
    person_id = desk.find(Kind.PERSON, person)
    made = acts.ask_erasure(desk.world, **said, person_id=person_id, before=until)
    desk.tell({"id": made, "agreed": False}, f"{made}: it waits for somebody else")


def _setting(setting: Setting) -> dict[str, Any]:
    months = {group.value: number for group, number in setting.months.items()}
    return {"id": setting.id, **months, "by": [setting.proposed_by, setting.approved_by]}
