"""``./portal explain``: why a person may or may not watch a room, rule by rule."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import click
from sqlalchemy import Connection

from access.checked import find_one
from access.enrolment import Child, ClassGroup
from access.explain import Rule, Way
from access.explained import Explained, explain_to
from access.grounds import Ground
from access.log.names import Names
from access.policy import Allowed
from access.reasons import Reason
from access.spans import FAR
from app.cli import times
from app.cli.desk import Act, Desk, looked, of_school
from app.cli.find import Kind

#: What each rule asks for, as it is printed.
ASKED = {
    Reason.PERSON_CLOSED: "account open",
    Reason.NOT_GUARDIAN: "guardian",
    Reason.NOT_DELEGATE: "delegation",
    Reason.NOT_ENROLLED: "enrolled",
    Reason.NOT_VERIFIED: "verified",
    Reason.CUSTODY: "custody",
    Reason.NOT_IN: "child in",
    Reason.ROOM_NOT_USED: "room in use",
    Reason.ROOM_LENT: "room not lent",
    Reason.CAMERA_NOT_ACTIVATED: "camera activated",
    Reason.CAMERA_GATE: "camera confirmed",
    Reason.SCHOOL_CLOSED: "school open",
    Reason.OUTSIDE_HOURS: "viewing hours",
    Reason.NO_GRANT: "granted",
    Reason.BUDGET_SPENT: "minutes left",
    Reason.BUDGET_DEVICES: "devices left",
    Reason.LEVEL_CLOSED: "level shown",
    Reason.NOT_COVERED: "consents",
    Reason.CURTAIN_DRAWN: "curtain open",
}


@click.command("explain")
@click.argument("person")
@click.argument("room")
@click.option("--at", metavar="WHEN", help="School time, such as '2026-03-10 12:05'; now where not said.")
@looked
@of_school
def command(desk: Desk, act: Act, person: str, room: str, at: str | None) -> None:
    """Say why a person, if signed in, may or may not watch a room: each rule, with the entry it rests on.

    That it was asked is itself an entry.

    example: ./portal explain noor "Oak room" --at "2026-03-10 12:05"
    """
    person_id, room_id = desk.find(Kind.PERSON, person), desk.find(Kind.ROOM, room)
    moment, _ = desk.stretch(at, None)
    found = explain_to(
        desk.world,
        actor=act.actor,
        reason=act.reason,
        school_id=desk.school_id,
        person_id=person_id,
        room_id=room_id,
        at=moment,
    )
    with desk.reading() as connection:
        lines = list(_lines(connection, found, desk.school_id))
    desk.tell(found.as_record(), "\n".join(lines))


def _lines(connection: Connection, found: Explained, school_id: int) -> Iterator[str]:
    zone, explanation, grounds = times.zone_of(connection, school_id), found.explanation, found.grounds
    decision = explanation.decision
    if isinstance(decision, Allowed):
        yield f"allowed  {_until(decision.until, zone)}".rstrip()
    elif explanation.opens_at is not None:
        yield f"refused: {decision.reason.value}  next opening {times.shown(explanation.opens_at, zone)}"
    else:
        yield f"refused: {decision.reason.value}  next opening not known within 14 days"
    yield _line(1, explanation.person, zone)
    yield from _rests_on(grounds.person, found.names, zone)
    for way, rests_on in zip(explanation.ways, grounds.ways, strict=True):
        yield _through(connection, way, school_id)
        for number, rule in enumerate(way.rules, start=2):
            yield _line(number, rule, zone)
            yield from _rests_on(rests_on.get(rule.reason), found.names, zone)
    if not explanation.ways:
        yield "no child of this person has anything to do with this room"


def _rests_on(ground: Ground | None, names: Names, zone: ZoneInfo) -> Iterator[str]:
    """Yield the entry that a rule rests on: number, kind, when, and by whom and why where that is told."""
    if ground is None:
        return
    entry = ground.entry
    line = f"       {entry.number}  {entry.kind}  {times.shown(entry.at, zone)}"
    if ground.named:
        actor = names.actor(entry) or (entry.body.get("actor") or {}).get("via", "")
        line += f"  by {actor}: {entry.body.get('reason', '')}"
    yield line


def _through(connection: Connection, way: Way, school_id: int) -> str:
    child = find_one(connection, Child, way.child_id, school_id=school_id).name
    class_group = find_one(connection, ClassGroup, way.class_group_id, school_id=school_id).name
    of = "" if way.delegation_id is None else f", delegation {way.delegation_id}"
    return f"through {child} in {class_group}, guardianship {way.guardianship_id}{of}"


def _line(number: int, rule: Rule, zone: ZoneInfo) -> str:
    if rule.holds:
        said = ", ".join(filter(None, ("yes", _until(rule.until, zone))))
    else:
        said = f"no, next {times.shown(rule.next, zone)}" if rule.next else "no"
    return f"  {number:>2} {ASKED[rule.reason]:<18}{said}"


def _until(moment: datetime | None, zone: ZoneInfo) -> str:
    return "" if moment is None or moment == FAR else f"until {times.shown(moment, zone)}"
