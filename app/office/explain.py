"""Why can this guardian see that room, or not: every rule, with what it rests on.

The same explanation as ``./portal explain`` prints. Asking it is a look at somebody, so
it is written down before anything is shown.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import render_template, request
from flask_babel import gettext, lazy_gettext
from flask_babel.speaklater import LazyString
from markupsafe import Markup
from sqlalchemy import Connection

from access.asked_about import delegates, families, find_watcher
from access.checked import find_one
from access.database import reading
from access.enrolment import Child, ClassGroup
from access.explain import Explanation, Rule, Way
from access.explained import explain_to
from access.grounds import Ground
from access.log.names import Names
from access.policy import Allowed
from access.reasons import Reason
from access.roster import StaffSchool, find_room, rooms_of
from access.spans import FAR, LONG_AGO
from app import words
from app.guard import audience
from app.office import bp, here
from app.office.words import since_words
from app.oversight import words as log_words  # whole: it asks for words of ours in turn
from app.oversight.sentences import sentence
from app.services import services
from app.working import school_here

#: As a browser's field for a day and a time sends it.
SHAPE = "%Y-%m-%dT%H:%M"
#: No record of ours lies further away.
FURTHEST = timedelta(days=3_660)

#: Where the act concerned one of those who are expected in the room, and who is asked for consent.
SOMEBODYS = lazy_gettext("What somebody agreed to changed, or who is expected in the room.")

RULES: dict[Reason, LazyString] = {
    Reason.PERSON_CLOSED: lazy_gettext("Account open"),
    Reason.NOT_GUARDIAN: lazy_gettext("Guardian of the child"),
    Reason.NOT_ENROLLED: lazy_gettext("Child enrolled in the class"),
    Reason.NOT_VERIFIED: lazy_gettext("Identity checked"),
    Reason.NOT_DELEGATE: lazy_gettext("Guardian themself, or a relative the school agreed to"),
    Reason.CUSTODY: lazy_gettext("Custody rules"),
    Reason.NOT_IN: lazy_gettext("Child is in"),
    Reason.ROOM_NOT_USED: lazy_gettext("Class uses the room"),
    Reason.ROOM_LENT: lazy_gettext("Room not lent out"),
    Reason.CAMERA_NOT_ACTIVATED: lazy_gettext("Camera in use"),
    Reason.CAMERA_GATE: lazy_gettext("Camera confirmed for this term"),
    Reason.SCHOOL_CLOSED: lazy_gettext("School not closed"),
    Reason.OUTSIDE_HOURS: lazy_gettext("Viewing hours"),
    Reason.NO_GRANT: lazy_gettext("Permission to watch"),
    Reason.BUDGET_SPENT: lazy_gettext("Minutes left of the day"),
    Reason.BUDGET_DEVICES: lazy_gettext("Room for one more device of the family"),
    Reason.LEVEL_CLOSED: lazy_gettext("Privacy level that can be shown"),
    Reason.NOT_COVERED: lazy_gettext("Everybody in the room has agreed"),
    Reason.CURTAIN_DRAWN: lazy_gettext("Curtain open"),
}


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One rule as the page shows it."""

    reason: str
    name: str
    holds: bool
    #: Over which dates it holds, or when it will.
    dates: str
    #: The last act that changed it, with its day; nothing where it is not known.
    rests_on: Markup | str


@dataclass(frozen=True, slots=True)
class Told:
    """An explanation as the page shows it."""

    allowed: bool
    why: str
    #: When it opens next, where it is not open.
    opens: str
    ways: list[tuple[str, list[RuleLine]]]


@bp.get("/office/explain")
@audience(*here.FAMILY_ROLES)
def explanation() -> str | tuple[str, int]:
    """Show the form, and what was asked with it."""
    world = services().world
    asked = {name: request.args.get(name, "") for name in ("guardianship", "room", "at")}
    told, wrong = None, ""
    with reading(world.database) as connection:
        school = school_here(connection, here.FAMILY_ROLES)
        named, relatives = families(connection, school.id), delegates(connection, school.id)
        rooms = rooms_of(connection, school.id)
        if asked["guardianship"] or asked["room"]:
            person_id = here.found(find_watcher(connection, asked["guardianship"], school.id))
            room_id = here.found(find_room(connection, asked["room"], school.id))
    if asked["guardianship"] or asked["room"]:
        at = _instant(asked["at"], ZoneInfo(school.zone), world.clock.now())
        if at is None:
            wrong = gettext("That is no day and time.")
        else:
            told = _explained(school, person_id, room_id, at)
    page = render_template(
        "office/explain.html",
        school=school,
        families=named,
        delegates=relatives,
        rooms=rooms,
        asked=asked,
        told=told,
        wrong=wrong,
    )
    return (page, 400) if wrong else page


def _instant(typed: str, zone: ZoneInfo, now: datetime) -> datetime | None:
    """Return the instant that is asked about: now where nothing is typed; None where it is none."""
    if not typed:
        return now
    try:
        at = datetime.strptime(typed, SHAPE).replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return at if abs(at - now) < FURTHEST else None


def _explained(school: StaffSchool, person_id: int, room_id: int, at: datetime) -> Told:
    world = services().world
    found = explain_to(
        world,
        actor=here.actor(),
        reason="office page",
        school_id=school.id,
        person_id=person_id,
        room_id=room_id,
        at=at,
    )
    zone, explanation = ZoneInfo(school.zone), found.explanation
    with reading(world.database) as connection:
        through = [_through(connection, way, school.id) for way in explanation.ways]
    ways = []
    for name, way, grounds in zip(through, explanation.ways, found.grounds.ways, strict=True):
        lines = [_line(explanation.person, found.grounds.person, found.names, at, zone)]
        lines += [_line(rule, grounds.get(rule.reason), found.names, at, zone) for rule in way.rules]
        ways.append((name, lines))
    allowed = isinstance(explanation.decision, Allowed)
    return Told(allowed, _why(explanation), _opens(explanation, at, zone), ways)


def _why(found: Explanation) -> str:
    if isinstance(found.decision, Allowed):
        return ""
    return str(log_words.REASONS[found.decision.reason])


def _opens(found: Explanation, at: datetime, zone: ZoneInfo) -> str:
    if isinstance(found.decision, Allowed):
        return ""
    if found.opens_at is None:
        return str(gettext("Not known to open within 14 days."))
    return words.opens(found.opens_at, now=at, zone=zone)


def _through(connection: Connection, way: Way, school_id: int) -> str:
    child = find_one(connection, Child, way.child_id, school_id=school_id).name
    class_group = find_one(connection, ClassGroup, way.class_group_id, school_id=school_id).name
    return f"{child} · {class_group}"


def _line(rule: Rule, ground: Ground | None, names: Names, at: datetime, zone: ZoneInfo) -> RuleLine:
    rests_on: Markup | str = ""
    if ground is not None:
        day = since_words(ground.entry.at, now=at, zone=zone)
        rests_on = Markup('{} <span class="faint">{}</span>').format(_fact(ground, names), day)
    return RuleLine(rule.reason, str(RULES[rule.reason]), rule.holds, _dates(rule, at, zone), rests_on)


def _fact(ground: Ground, names: Names) -> Markup:
    """Return what happened; of nobody's consent whose it was, for the page may be read with a family."""
    if not ground.named:
        return Markup('{} <a href="/office/consents">{}</a>').format(str(SOMEBODYS), gettext("Consents"))
    entry = ground.entry
    return sentence(entry.kind, {**names.about(entry), "who": names.actor(entry) or log_words.nobody(entry)})


def _dates(rule: Rule, at: datetime, zone: ZoneInfo) -> str:
    if not rule.holds:
        if rule.next is None:
            return str(gettext("no"))
        return str(gettext("no, next %(when)s", when=since_words(rule.next, now=at, zone=zone)))
    since, until = (_day(instant, at, zone) for instant in (rule.since, rule.until))
    if since and until:
        return str(gettext("yes, %(first)s to %(last)s", first=since, last=until))
    if since:
        return str(gettext("yes, since %(when)s", when=since))
    return str(gettext("yes"))


def _day(instant: datetime | None, at: datetime, zone: ZoneInfo) -> str:
    """Return an edge of a stretch in school time; nothing where it has none."""
    return "" if instant is None or instant in {LONG_AGO, FAR} else since_words(instant, now=at, zone=zone)
