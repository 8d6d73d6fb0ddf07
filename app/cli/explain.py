"""``./portal explain``: why a person may or may not watch a room, rule by rule."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import click
from sqlalchemy import Connection

from access.checked import find_one
from access.enrolment import Child, ClassGroup
from access.explain import Explanation, Rule, Way, explain
from access.policy import Allowed
from access.reasons import Reason
from access.spans import FAR
from app.cli import times
from app.cli.desk import Desk, asked, of_school
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
@asked
@of_school
def command(desk: Desk, person: str, room: str, at: str | None) -> None:
    """Say why a person, if signed in, may or may not watch a room, rule by rule.

    example: ./portal explain noor "Oak room" --at "2026-03-10 12:05"
    """
    person_id, room_id = desk.find(Kind.PERSON, person), desk.find(Kind.ROOM, room)
    moment, _ = desk.stretch(at, None)
    with desk.reading() as connection:
        explanation = explain(connection, person_id, room_id, moment)
        lines = list(_lines(connection, explanation, desk.school_id))
    desk.tell(explanation.as_record(), "\n".join(lines))


def _lines(connection: Connection, explanation: Explanation, school_id: int) -> Iterator[str]:
    zone = times.zone_of(connection, school_id)
    decision = explanation.decision
    if isinstance(decision, Allowed):
        yield f"allowed  {_until(decision.until, zone)}".rstrip()
    elif explanation.opens_at is not None:
        yield f"refused: {decision.reason.value}  next opening {times.shown(explanation.opens_at, zone)}"
    else:
        yield f"refused: {decision.reason.value}  next opening not known within 14 days"
    yield _line(1, explanation.person, zone)
    for way in explanation.ways:
        yield _through(connection, way, school_id)
        for number, rule in enumerate(way.rules, start=2):
            yield _line(number, rule, zone)
    if not explanation.ways:
        yield "no child of this person has anything to do with this room"


def _through(connection: Connection, way: Way, school_id: int) -> str:
    child = find_one(connection, Child, way.child_id, school_id=school_id).name
    class_group = find_one(connection, ClassGroup, way.class_group_id, school_id=school_id).name
    return f"through {child} in {class_group}, guardianship {way.guardianship_id}"


def _line(number: int, rule: Rule, zone: ZoneInfo) -> str:
    if rule.holds:
        said = ", ".join(filter(None, ("yes", _until(rule.until, zone))))
    else:
        said = f"no, next {times.shown(rule.next, zone)}" if rule.next else "no"
    return f"  {number:>2} {ASKED[rule.reason]:<18}{said}"


def _until(moment: datetime | None, zone: ZoneInfo) -> str:
    return "" if moment is None or moment == FAR else f"until {times.shown(moment, zone)}"
