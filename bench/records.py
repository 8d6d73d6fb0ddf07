"""A school of the size of design.md, "Sizes", with three years of days behind it.

200 classes, 5,000 children, 12,000 guardianships and what hangs on them, or so many times that.
The first class has its whole past: each school day of three years with its epochs and its curtain, its
children noted in and out and watched by two guardians; for the others there is what a decision about the
first could stumble over, and no more, or filling it would take longer than measuring.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Engine, insert

from access.attendance import IN, OPTIONAL, OUT, Attendance
from access.budgets import SENSIBLE
from access.calendar import DaysKind
from access.calendar_records import CalendarDays
from access.camera_gates import CameraGate, GateKind
from access.consent_records import Consent, ConsentText, StaffDuty
from access.custody import CustodyKind
from access.custody_rules import CustodyRule
from access.database import writing
from access.delegations import Delegation
from access.enrolment import Child, ClassGroup, Enrolment, Guardianship
from access.grants import Grant
from access.people import Person, School, SignIn
from access.places import Camera, CurtainOpening, Epoch, Room, RoomUse, ViewingWindow
from access.records import Base
from access.school_budgets import as_columns
from access.viewing_records import Viewing

CLASSES, CHILDREN = 200, 25
#: Two guardians for each child, and for two children of five a third.
THIRD_FOR_FIRST, OF_EACH = 2, 5
#: A Tuesday, 10:00 in Shanghai.
NOW: Final = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
BEFORE, AFTER = NOW - 20 * DAY, NOW + 90 * DAY
SCHOOL_DAYS = 600
YEARS = 3

Rows = Iterable[dict[str, Any]]


def fill(engine: Engine, classes: int = CLASSES) -> int:
    """Write the school, in which sign-in 1 may see room 1, and return how many guardianships it has."""
    with writing(engine) as connection:
        Base.metadata.create_all(connection)
        children = classes * CHILDREN
        ties = list(enumerate(_children_of_guardians(children), start=1))
        teachers = [(len(ties) + n, 1 + (n - 1) // 2) for n in range(1, 2 * classes + 1)]
        _people(connection, [n for n, _ in ties + teachers])
        _school(connection)
        _rooms(connection, classes)
        _families(connection, children, ties)
        _limits(connection, children)
        _staff(connection, teachers)
        _past(connection, fathers_after=children)
    return len(ties)


def _children_of_guardians(children: int) -> Iterator[int]:
    """Yield the child of each guardian: first of all mothers, then of all fathers, then of a third."""
    for nth in range(3):
        yield from (n for n in range(1, children + 1) if nth < 2 or n % OF_EACH < THIRD_FOR_FIRST)


def _put(connection: Connection, model: type[Base], rows: Rows, **same: Any) -> None:
    connection.execute(insert(model), [{"school_id": 1, **same, **row} for row in rows])


def _people(connection: Connection, numbers: Iterable[int]) -> None:
    rows = [
        {"id": n, "key": f"p{n}", "name": f"P{n}", "sign_in_name": f"p{n}", "recorded_at": BEFORE}
        for n in numbers
    ]
    connection.execute(insert(Person), rows)


def _school(connection: Connection) -> None:
    named = {"key": "s", "name": "S", "zone": "Asia/Shanghai", "language": "zh", "recorded_at": BEFORE}
    noting = {"attendance": OPTIONAL, "attendance_since": BEFORE}
    connection.execute(insert(School).values(id=1, revision=1, **named, **noting, **as_columns(SENSIBLE)))
    _put(connection, CalendarDays, _calendar(), recorded_at=NOW - YEARS * 365 * DAY)
    for number, audience in enumerate(("family", "staff"), start=1):
        text = {"id": number, "audience": audience, "purpose": "live_view", "version": 1}
        words = {"words_zh": "同意", "words_en": "Yes"}
        since = dict.fromkeys(("recorded_at", "published_at", "starts_at"), NOW - YEARS * 365 * DAY)
        _put(connection, ConsentText, [text | words | since])


def _calendar() -> Iterator[dict[str, Any]]:
    """Yield two terms, eight holidays and two make-up workdays for each year."""
    number = 0
    for year in range(2024, 2024 + YEARS):
        days = [
            (DaysKind.TERM, date(year, 2, 16), date(year, 7, 15), None),
            (DaysKind.TERM, date(year, 9, 1), date(year + 1, 1, 20), None),
            *((DaysKind.HOLIDAY, date(year, m, 1), date(year, m, 4), None) for m in range(4, 12)),
            *((DaysKind.MAKE_UP, date(year, m, 27), date(year, m, 28), 0) for m in (4, 9)),
        ]
        for kind, first, after, weekday in days:
            number += 1
            yield {
                "key": f"y{number}",
                "kind": kind,
                "starts_on": first,
                "ends_on": after,
                "weekday": weekday,
            }


def _rooms(connection: Connection, classes: int) -> None:
    rooms = range(1, classes + 1)
    named = {"recorded_at": BEFORE}
    _put(connection, ClassGroup, ({"id": n, "key": f"g{n}", "name": f"G{n}"} for n in rooms), **named)
    kind = {"kind": "classroom", "kind_since": BEFORE}
    _put(connection, Room, ({"id": n, "key": f"r{n}", "name": f"R{n}"} for n in rooms), **named, **kind)
    tie = {"starts_at": BEFORE, "recorded_at": BEFORE}
    _put(connection, RoomUse, ({"room_id": n, "class_group_id": n} for n in rooms), **tie)
    cameras = ({"id": n, "room_id": n, "key": f"k{n}", "name": f"K{n}"} for n in rooms)
    _put(connection, Camera, cameras, sealed_address=b"x", activated_at=BEFORE, **named)
    gates = ({"camera_id": n, "kind": gate.value} for n in rooms for gate in GateKind)
    _put(connection, CameraGate, gates, words="", confirmed_by=1, ends_at=AFTER, **named)
    _put(connection, CurtainOpening, ({"room_id": n, "opened_at": NOW - 2 * HOUR} for n in rooms))
    hours = ({"class_group_id": n, "weekday": day} for n in rooms for day in range(7))
    _put(connection, ViewingWindow, hours, starts_minute=540, ends_minute=690, **named)


def _families(connection: Connection, children: int, ties: list[tuple[int, int]]) -> None:
    """Write children with their guardians: guardianship *n* is of person *n* on their device *n*."""
    numbers = [n for n, _ in ties]
    seen = {"started_at": BEFORE, "seen_at": BEFORE, "proven_at": BEFORE, "expires_at": AFTER}
    connection.execute(
        insert(SignIn),
        [
            {"id": n, "key": f"d{n}", "person_id": n, "token_hash": n.to_bytes(32), "device": "Phone", **seen}
            for n in numbers
        ],
    )
    tie = {"starts_at": BEFORE, "recorded_at": BEFORE}
    named = ({"id": n, "key": f"c{n}", "name": f"C{n}"} for n in range(1, children + 1))
    _put(connection, Child, named, recorded_at=BEFORE)
    places = ({"key": f"e{n}", "child_id": n, "class_group_id": _class_of(n)} for n in range(1, children + 1))
    _put(connection, Enrolment, places, **tie)
    verified = {"verified_at": BEFORE, "verified_until": AFTER}
    known = ({"id": n, "key": f"u{n}", "person_id": n, "child_id": child} for n, child in ties)
    _put(connection, Guardianship, known, **tie, **verified)
    answers = ({"key": f"n{n}", "person_id": n, "guardianship_id": n} for n in numbers)
    answered = {"recorded_at": BEFORE, "counts_from": BEFORE}
    _put(connection, Consent, answers, consent_text_id=1, level="clear", how="own", **answered)
    grants = ({"key": f"a{n}", "guardianship_id": n} for n in numbers)
    _put(connection, Grant, grants, ends_at=AFTER, **tie)


def _limits(connection: Connection, children: int) -> None:
    """Limit one father in fifty by custody, and let one grandmother in ten watch."""
    fathers = range(children + 2, 2 * children + 1, 50)
    rules = ({"key": f"o{n}", "guardianship_id": n} for n in fathers)
    odd = {"kind": CustodyKind.ODD_WEEKS.value, "weekdays": 0}
    _put(connection, CustodyRule, rules, **odd, starts_at=BEFORE, recorded_at=BEFORE)
    relatives = (
        {"key": f"l{n}", "guardianship_id": n, "proposed_by": n, "person_id": 2 * children + 1}
        for n in range(1, children + 1, 10)
    )
    agreed = {
        "name": "Nana",
        "recorded_at": BEFORE,
        "approved_by": 1,
        "approved_at": BEFORE,
        "ends_at": AFTER,
    }
    _put(connection, Delegation, relatives, **agreed)


def _staff(connection: Connection, teachers: list[tuple[int, int]]) -> None:
    """Write teachers with their classes; they agreed."""
    duties = ({"key": f"w{n}", "person_id": n, "class_group_id": group} for n, group in teachers)
    _put(connection, StaffDuty, duties, starts_at=BEFORE, recorded_at=BEFORE)
    answers = ({"key": f"n{n}", "person_id": n, "guardianship_id": None} for n, _ in teachers)
    answered = {"recorded_at": BEFORE, "counts_from": BEFORE}
    _put(connection, Consent, answers, consent_text_id=2, level="clear", how="own", **answered)


def _past(connection: Connection, *, fathers_after: int) -> None:
    """Write what became of the first class on each school day of three years."""
    mornings = [NOW - DAY * (1 + number * YEARS * 365 // SCHOOL_DAYS) for number in range(SCHOOL_DAYS)]
    curtains = ({"opened_at": at, "drawn_at": at + HOUR} for at in mornings)
    _put(connection, CurtainOpening, curtains, room_id=1, drawn_reason="nap")
    epochs = ({"ordinal": n, "started_at": at, "ended_at": at + HOUR} for n, at in enumerate(mornings))
    _put(connection, Epoch, epochs, room_id=1, camera_id=1, level="clear", first_k=1)
    now = {"ordinal": SCHOOL_DAYS, "started_at": NOW - HOUR, "first_k": 1}
    _put(connection, Epoch, [now], room_id=1, camera_id=1, level="clear")
    noted = (
        {"child_id": child, "what": what, "at": at, "recorded_at": at}
        for morning in [NOW - 2 * HOUR, *mornings]
        for child in range(1, CHILDREN + 1)
        for what, at in ((IN, morning), (OUT, morning + 8 * HOUR))
        if at <= NOW
    )
    _put(connection, Attendance, noted)
    watched = (
        {
            "key": f"v{person}.{child}.{at:%Y%m%d}",
            "sign_in_id": person,
            "person_id": person,
            "guardianship_id": person,
            "child_id": child,
            "opened_at": at,
            "lease_until": at + 2 * HOUR / 60,
            "closed_at": at + 2 * HOUR / 60,
        }
        for at in [NOW - HOUR, *mornings]
        for child in range(1, CHILDREN + 1)
        for person in (child, fathers_after + child)
    )
    _put(connection, Viewing, watched, class_group_id=1, room_id=1, delivered={})


def _class_of(child: int) -> int:
    return 1 + (child - 1) // CHILDREN
