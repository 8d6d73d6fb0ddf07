"""Home, one tile for each child's room; and the page on which it is watched.

Both show only what :func:`access.home.load_home` finds for this guardian, so a
room that is not their child's does not exist here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from flask import abort, redirect, render_template
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from access.check_codes import WaitingCheck, load_checks
from access.database import reading
from access.errors import Refused
from access.home import HomeTile, load_home
from access.memberships import FAMILY
from access.notices import load_notices, put_away
from access.policy import Allowed, Decision
from access.reasons import Reason
from app import words
from app.family import bp
from app.guard import audience
from app.services import services

#: An end further away than this is not worth saying.
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Tile:
    """One child's room as the guardian reads it."""

    room_key: str
    room: str
    child: str
    class_group: str
    school: str
    school_key: str
    zone: ZoneInfo
    #: What its little window shows: ``open``, ``curtain`` or ``closed``.
    look: str
    #: How it stands, and when it opens next where that is known.
    why: str
    opens: str
    #: Staff see the room's picture now, to set its camera up.
    staff_look: bool
    #: How much the family may still watch today, where that is little and may be told.
    left: str
    #: The instant of which these words speak, in UTC, and how many minutes the school is from UTC then.
    turns_at: str
    school_minutes: int

    @property
    def open(self) -> bool:
        """Say whether there may be a picture now."""
        return self.look == "open"

    @property
    def words(self) -> str:
        """Return all that is said of it."""
        return words.join(self.why, self.opens) if self.opens else self.why


@dataclass(frozen=True, slots=True)
class AtSchool:
    """The rooms that the guardian has at one school, and what time it is there."""

    name: str
    now: str
    tiles: list[Tile]


@bp.get("/home")
@audience(*FAMILY)
def home() -> str:
    """Show the guardian's rooms, under their school where there are several."""
    world = services().world
    now = world.clock.now()
    of_school = groupby(_tiles(now), key=lambda tile: tile.school_key)
    with reading(world.database) as connection:
        told = load_notices(connection, current_user.person_id, now)
        checks = load_checks(connection, world.vault, current_user.person_id, now)
    notices = [(one, words.calendar_day(one.added_at, zone=ZoneInfo(one.zone))) for one in told]
    return render_template(
        "family/home.html",
        schools=[_school(list(tiles), now) for _, tiles in of_school],
        notices=notices,
        checks=checks,
        checked_until=_checked_until(checks),
    )


@bp.post("/notices/<string(length=22):key>/seen")
@audience("guardian")
def notice_seen(key: str) -> Response:
    """Put away the notice of another adult of one's child."""
    try:
        put_away(services().world, actor=current_user.actor, person_id=current_user.person_id, key=key)
    except Refused:
        abort(404)
    return redirect("/home", 303)


@bp.get("/rooms/<string(length=22):room_key>")
@audience(*FAMILY)
def watch(room_key: str) -> str:
    """Show the page on which one room is watched; the picture comes later, if at all."""
    now = services().world.clock.now()
    found = [tile for tile in _tiles(now) if tile.room_key == room_key]
    if not found:
        abort(404)
    tile = next((tile for tile in found if tile.open), found[0])
    return render_template("family/watch.html", tile=tile, **words.page_clock(now, tile.zone))


def _checked_until(checks: Sequence[WaitingCheck]) -> str:
    """Return the day on which the first of these runs out, or nothing where one is missing already."""
    ends = [(check.verified_until, check.zone) for check in checks if check.verified_until is not None]
    if not ends or len(ends) < len(checks):
        return ""
    until, zone = min(ends)
    return words.calendar_day(until, zone=ZoneInfo(zone))


def _tiles(now: datetime) -> list[Tile]:
    with reading(services().world.database) as connection:
        person, device = current_user.person_id, current_user.sign_in_id
        seen = load_home(connection, person, now, services().world.stops, sign_in_id=device)
    return [_tile(tile, now) for tile in seen]


def _school(tiles: list[Tile], now: datetime) -> AtSchool:
    return AtSchool(tiles[0].school, words.clock_time(now, zone=tiles[0].zone), tiles)


def _tile(seen: HomeTile, now: datetime) -> Tile:
    zone = ZoneInfo(seen.zone)
    turns_at = _turns_at(seen.decision, now)
    return Tile(
        room_key=seen.room_key,
        room=seen.room_name,
        child=seen.child_name,
        class_group=seen.class_group_name,
        school=seen.school_name,
        school_key=seen.school_key,
        zone=zone,
        look=_look(seen.decision),
        why=_standing(seen.decision, now, zone),
        opens=_opens(seen.decision, now, zone),
        staff_look=services().looks.is_looked_at(seen.room_id),
        left=words.left_today(seen.left_of_day) if isinstance(seen.decision, Allowed) else "",
        turns_at=turns_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if turns_at else "",
        school_minutes=_minutes(turns_at, zone) if turns_at else 0,
    )


def _look(decision: Decision) -> str:
    if isinstance(decision, Allowed):
        return "open"
    return "curtain" if decision.reason is Reason.CURTAIN_DRAWN else "closed"


def _standing(decision: Decision, now: datetime, zone: ZoneInfo) -> str:
    if not isinstance(decision, Allowed):
        return words.standing(decision.reason, decision.opens_at)
    if decision.until - now >= A_DAY:
        return str(gettext("Open now"))
    return str(gettext("Open now, until %(time)s", time=words.clock_time(decision.until, zone=zone)))


def _turns_at(decision: Decision, now: datetime) -> datetime | None:
    """Return when the room opens or closes next, where the page says so."""
    if isinstance(decision, Allowed):
        return decision.until if decision.until - now < A_DAY else None
    return decision.opens_at


def _minutes(instant: datetime, zone: ZoneInfo) -> int:
    offset = instant.astimezone(zone).utcoffset()
    return int(offset.total_seconds() // 60) if offset else 0


def _opens(decision: Decision, now: datetime, zone: ZoneInfo) -> str:
    if isinstance(decision, Allowed):
        return ""
    return words.what_next(decision.reason, decision.opens_at, now=now, zone=zone)
