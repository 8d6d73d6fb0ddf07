"""Close the school's cameras, all at once; and open them again, by two.

Closing asks for no proof, so that it never waits; opening asks both for theirs.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import flash, redirect, request
from flask_babel import gettext
from flask_login import current_user
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from access.acts_closing import (
    ALONE,
    CONFIRMERS,
    PROPOSERS,
    close_school,
    confirm_opening,
    open_restored,
    propose_opening,
)
from access.database import reading
from access.errors import Refused
from access.living import stopped_itself
from access.people import Role
from access.roster import StaffSchool
from access.school_closing import Closed, load_closed
from access.stops import Mark, Scope
from app.account.step_up import require_fresh
from app.errors import FormRefused
from app.guard import audience
from app.office import bp, here
from app.office.words import ended_words, reason_words, refused_words, since_words
from app.services import services
from app.working import school_here

#: Who closes the school on the page; at the machine anybody does.
CLOSERS = (Role.DIRECTOR,)


@dataclass(frozen=True, slots=True)
class ClosedBanner:
    """What the office page says of a closed school, and which forms stand below it."""

    #: Sentences: since when and by whom; why; what waits.
    said: list[str]
    may_propose: bool
    may_close: bool
    #: The proposal that the reader may confirm, or nothing.
    proposal: str
    #: The reader opens alone: a backup was put back, and nothing that was ended since is unknown.
    is_alone: bool = False


@bp.post("/office/close")
@audience(*CLOSERS)
def close_cameras() -> Response:
    """Close every camera of the school at once."""
    school_id = _school(CLOSERS)
    try:
        recorded = close_school(
            services().world, actor=here.actor(), reason=here.reason(), school_id=school_id
        )
    except Refused as refusal:
        flash(refused_words(refusal.reason), "problem")
    else:
        flash(ended_words(recorded=recorded), "done" if recorded else "problem")
    return redirect("/office", 303)


@bp.post("/office/open/propose")
@audience(*PROPOSERS)
def propose_opening_again() -> Response:
    """Propose that the cameras are opened; nothing opens yet, but for a director after a whole restore."""
    school_id = _school(PROPOSERS)
    require_fresh()
    why = here.reason()
    if request.form.get("alone"):
        return _opening(
            lambda: open_restored(services().world, actor=here.actor(), reason=why, school_id=school_id)
        )
    return _opening(
        lambda: propose_opening(services().world, actor=here.actor(), reason=why, school_id=school_id)
    )


@bp.post("/office/open/confirm")
@audience(*CONFIRMERS)
def confirm_opening_again() -> Response:
    """Open the cameras that a colleague proposed to open."""
    school_id = _school(CONFIRMERS)
    require_fresh()
    why, proposal = here.reason(), request.form.get("proposal")
    if not proposal:
        raise FormRefused
    return _opening(
        lambda: confirm_opening(
            services().world, actor=here.actor(), reason=why, school_id=school_id, proposal=proposal
        )
    )


def closed_banner(connection: Connection, school: StaffSchool, now: datetime) -> ClosedBanner | None:
    """Return what is said of a school that is closed, by a record or already by its mark; else None."""
    closed = load_closed(connection, school.id, now)
    if closed is None and not stopped_itself(services().world.stops, [Mark(Scope.SCHOOL, school.id)]):
        return None
    mine = closed is not None and closed.proposed_by_id == current_user.person_id
    waits = closed is not None and closed.proposal_key is not None
    return ClosedBanner(
        said=_said(closed, now, ZoneInfo(school.zone)) if closed else [gettext("The record of it follows.")],
        may_propose=closed is not None and not waits and _is_one_of(school, PROPOSERS),
        may_close=waits and _is_one_of(school, CLOSERS),
        proposal=(closed.proposal_key or "")
        if closed and not mine and _is_one_of(school, CONFIRMERS)
        else "",
        is_alone=closed is not None and closed.after_restore == "whole" and _is_one_of(school, ALONE),
    )


def _said(closed: Closed, now: datetime, zone: ZoneInfo) -> list[str]:
    said = [
        gettext(
            "Closed since %(when)s by %(who)s.",
            when=since_words(closed.closed_at, now=now, zone=zone),
            who=closed.closed_by or gettext("somebody at the machine"),
        ),
        gettext("Why: %(reason)s", reason=reason_words(closed.reason)),
    ]
    if closed.proposed_at is not None:
        proposed = gettext(
            "%(who)s proposed at %(when)s to open again. A colleague has to confirm it.",
            who=closed.proposed_by,
            when=since_words(closed.proposed_at, now=now, zone=zone),
        )
        said.append(proposed)
    return said


def _is_one_of(school: StaffSchool, roles: tuple[Role, ...]) -> bool:
    return bool(school.roles.intersection(roles))


def _opening(act: Callable[[], object]) -> Response:
    try:
        act()
    except Refused as refusal:
        flash(refused_words(refusal.reason), "problem")
    return redirect("/office", 303)


def _school(roles: tuple[Role, ...]) -> int:
    with reading(services().world.database) as connection:
        return school_here(connection, roles).id
