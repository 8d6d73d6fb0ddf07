"""Entries of a plausible kindergarten, written quickly into its log: what its pages are measured on.

Sixteen classes with their rooms, 400 children, two guardians each, all over three years. A month as people
live it is :mod:`tests.month`.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Engine, insert

from access.database import writing
from access.enrolment import Child, ClassGroup, Enrolment, Guardianship
from access.people import Person, SignIn
from access.places import Room
from tests.long_log import Said

CLASSES, CHILDREN = 16, 400
#: Above whatever a small school has.
FIRST = 10_000
REASONS = ("hours:closed", "room:curtain", "grant:none", "child:none_here", "room:not_covered")


@dataclass(frozen=True, slots=True)
class Kindergarten:
    """Who acts for the school whose log is filled, and over which time."""

    teacher: int
    began: datetime
    ended: datetime


def write_records(engine: Engine, school: int, now: datetime) -> None:
    """Write the people, children, classes and rooms whom the entries are about."""
    numbers = range(FIRST, FIRST + CHILDREN)
    same = {"school_id": school, "recorded_at": now}
    seen = {"started_at": now, "seen_at": now, "proven_at": now, "expires_at": now + timedelta(days=900)}
    with writing(engine) as connection:
        for number in range(CLASSES):
            named = {"id": FIRST + number, **same}
            connection.execute(insert(ClassGroup).values(key=f"g{number}", name=f"中{number + 1}班", **named))
            connection.execute(insert(Room).values(key=f"r{number}", name=f"教室 {number + 1}", **named))
        connection.execute(
            insert(Child), [{"id": n, "key": f"c{n}", "name": f"小豆 {n - FIRST}", **same} for n in numbers]
        )
        places = [
            {"key": f"e{n}", "child_id": n, "class_group_id": FIRST + n % CLASSES, "starts_at": now, **same}
            for n in numbers
        ]
        connection.execute(insert(Enrolment), places)
        guardians = [(n + nth * CHILDREN, n) for n in numbers for nth in range(2)]
        people = [
            {"id": p, "key": f"p{p}", "name": f"林 {p - FIRST}", "sign_in_name": f"p{p}", "recorded_at": now}
            for p, _ in guardians
        ]
        connection.execute(insert(Person), people)
        ties = [
            {"key": f"u{p}", "person_id": p, "child_id": c, "starts_at": now, **same} for p, c in guardians
        ]
        connection.execute(insert(Guardianship), ties)
        devices = [
            {"id": p, "key": f"d{p}", "person_id": p, "token_hash": p.to_bytes(32), "device": "微信", **seen}
            for p, _ in guardians
        ]
        connection.execute(insert(SignIn), devices)


def entries_of(of: Kindergarten, count: int) -> Iterator[Said]:
    """Yield so many entries, one after another over the whole time."""
    chance: Final = random.Random(17)  # noqa: S311
    step = (of.ended - of.began) / count
    for number in range(count):
        at = of.began + step * number
        child = FIRST + chance.randrange(CHILDREN)
        person, group = child + CHILDREN * chance.randrange(2), FIRST + child % CLASSES
        who = {"person": person, "via": "web", "sign_in": person, "from": f"10.{child % 200}.0.0/24"}
        staff = {"person": of.teacher, "via": "web", "from": "192.0.2.0/24"}
        watched = {
            "viewing": number,
            "person": person,
            "child": child,
            "class_group": group,
            "room": group,
            "guardianship": child,
            "sign_in": person,
            "grants": [child],
        }
        dice = chance.random()
        if dice < 0.25:
            yield "viewing:opened", at, _said(who, "viewing:asked", watched, device="微信", level="figures")
        elif dice < 0.5:
            delivered = {"main": {"seconds": chance.randrange(20, 300)}}
            yield "viewing:closed", at, _said(who, "viewing:left", watched, delivered=delivered)
        elif dice < 0.62:
            refused = {"person": person, "room": group, "sign_in": person}
            yield "viewing:refused", at, _said(who, chance.choice(REASONS), refused)
        elif dice < 0.95:
            what = chance.choice(["attendance:in", "attendance:out"])
            yield what, at, _said(staff, "at the door", {"attendance": number, "child": child})
        elif dice < 0.99:
            drawn = chance.choice(["curtain:drawn", "curtain:opened"])
            yield drawn, at, _said(staff, "nap", {"room": group})
        elif dice < 0.9999:
            lost = chance.choice(["camera:lost", "camera:back"])
            portal = {"person": None, "via": "portal"}
            yield lost, at, _said(portal, "camera:stalled", {"camera": group, "room": group})
        else:
            given = {"consent": number, "person": person, "child": child, "version": 1, "how": "own"}
            yield "consent:withdrawn", at, _said(who, "as they asked", given)


def _said(actor: dict[str, Any], reason: str, subject: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"actor": actor, "reason": reason, "revision": 1, "subject": subject, **more}
