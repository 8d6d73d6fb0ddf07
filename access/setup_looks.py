"""Decide whether one member of the staff may look at one camera's picture at one instant.

The one way in for staff: to test, to mask, to measure, to look before opening. Pure, as
:mod:`access.policy` is for families, and apart from it: nothing here reads a family's right, and
nothing there reads this one. It asks for no gate, curtain or consent, because it is what all of
these are prepared with; it asks for two people, a purpose, ten minutes, one device, and a display
at the room's door that says so meanwhile.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from access.policy import CLEAR, Dated, Stream
from access.spans import Span, around


class LookReason(StrEnum):
    """Why staff may not look. Written to the access log, so never renamed; in the order asked."""

    SIGNED_OUT = "sign_in:ended"
    PERSON_CLOSED = "person:closed"
    NOT_YOURS = "look:not_yours"
    NOT_STAFF = "look:not_staff"
    NO_SECOND_FACTOR = "second:missing"
    NO_PURPOSE = "look:no_purpose"
    NOT_AGREED = "look:not_agreed"
    AGREED_BY_NOBODY = "look:agreed_by_nobody"
    OVER = "look:over"
    ENDED = "look:ended"
    OTHER_DEVICE = "look:other_device"
    CAMERA_ENDED = "camera:ended"
    ROOM_NEVER = "room:never"
    ROOM_LEVEL = "room:level"
    ROOM_LENT = "room:lent"
    ROOM_STOPPED = "room:stopped"
    SCHOOL_CLOSED = "school:closed"
    DOOR_DARK = "door:dark"
    CLOCK = "clock:not_believable"
    STOPPED = "right:stopped"


@dataclass(frozen=True, slots=True)
class LookFacts:
    """What the records say of one look and one device. Whatever is not said is empty, and closes.

    Spans are clipped to when they were recorded, as everywhere.
    """

    look_id: int | None = None
    school_id: int | None = None
    revision: int = 0
    camera_id: int | None = None
    room_id: int | None = None
    person_id: int | None = None
    sign_in_id: int | None = None
    second_id: int | None = None
    signed_in: tuple[Span, ...] = ()
    person: tuple[Span, ...] = ()
    #: When whoever is on the device is who asked for the look.
    asked: tuple[Span, ...] = ()
    #: Their places at the office or as director of the camera's school.
    staff: tuple[Dated, ...] = ()
    #: When a second factor given on this device counts.
    second_factor: tuple[Span, ...] = ()
    #: Since when it is written what the look is for.
    purpose: tuple[Span, ...] = ()
    #: Since when somebody other than who asked has agreed.
    agreed: tuple[Span, ...] = ()
    #: While the one who agreed has an account.
    second: tuple[Span, ...] = ()
    #: Their places on the school's staff.
    second_staff: tuple[Dated, ...] = ()
    #: The ten minutes.
    minutes: tuple[Span, ...] = ()
    not_ended: tuple[Span, ...] = ()
    #: Empty where the look was begun on another device.
    this_device: tuple[Span, ...] = ()
    camera: tuple[Span, ...] = ()
    room_kind: tuple[Span, ...] = ()
    #: When the room is asked for at a level that can be shown.
    level: tuple[Span, ...] = ()
    not_lent: tuple[Span, ...] = ()
    #: Empty where the room carries a stop mark that is not that of a curtain drawn before.
    not_stopped: tuple[Span, ...] = ()
    school_open: tuple[Span, ...] = ()
    #: While every display at the room's door asks what to show, and was told of this look.
    door: tuple[Span, ...] = ()
    #: The records have the room's curtain as drawn; asked only to tell a mark's meaning.
    curtain_drawn: bool = False
    stream: Stream | None = None
    #: The whole installation carries a stop mark.
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class LookAllowed:
    """Looking is allowed, for pictures filmed in ``[since, until)``, on this device, to this person."""

    since: datetime
    until: datetime
    #: None while the camera gives no picture.
    stream: Stream | None
    level: str = CLEAR


@dataclass(frozen=True, slots=True)
class LookDenied:
    """Looking is refused."""

    reason: LookReason


LookDecision: TypeAlias = LookAllowed | LookDenied


def decide_look(facts: LookFacts, now: datetime) -> LookDecision:
    """Say whether whoever is on the device may look at *now*, since when, and for how long.

    Total: every value of *facts* has an answer, and the first rule that does not hold is its reason.

    Source:
        design.md, "The access decision": purpose, second person, entry first, door display on.
    """
    stretches = []
    for reason, spans in rules(facts):
        stretch = around(now, spans)
        if stretch is None:
            return LookDenied(reason)
        stretches.append(stretch)
    if facts.stopped:
        return LookDenied(LookReason.STOPPED)
    since, until = max(span.start for span in stretches), min(span.end for span in stretches)
    return LookAllowed(since, until, facts.stream)


def rules(facts: LookFacts) -> tuple[tuple[LookReason, tuple[Span, ...]], ...]:
    """Return the rules in the order asked, each with when it holds."""
    return (
        (LookReason.SIGNED_OUT, facts.signed_in),
        (LookReason.PERSON_CLOSED, facts.person),
        (LookReason.NOT_YOURS, facts.asked),
        (LookReason.NOT_STAFF, _spans(facts.staff)),
        (LookReason.NO_SECOND_FACTOR, facts.second_factor),
        (LookReason.NO_PURPOSE, facts.purpose),
        (LookReason.NOT_AGREED, facts.agreed),
        (LookReason.AGREED_BY_NOBODY, facts.second),
        (LookReason.AGREED_BY_NOBODY, _spans(facts.second_staff)),
        (LookReason.ENDED, facts.not_ended),
        (LookReason.OVER, facts.minutes),
        (LookReason.OTHER_DEVICE, facts.this_device),
        (LookReason.CAMERA_ENDED, facts.camera),
        (LookReason.ROOM_NEVER, facts.room_kind),
        (LookReason.ROOM_LEVEL, facts.level),
        (LookReason.ROOM_LENT, facts.not_lent),
        (LookReason.ROOM_STOPPED, facts.not_stopped),
        (LookReason.SCHOOL_CLOSED, facts.school_open),
        (LookReason.DOOR_DARK, facts.door),
    )


def _spans(dated: tuple[Dated, ...]) -> tuple[Span, ...]:
    return tuple(record.span for record in dated)
