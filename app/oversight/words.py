"""What stands beside an entry's sentence: why, how much was seen, on which device."""

from zoneinfo import ZoneInfo

from flask_babel import gettext, lazy_gettext
from flask_babel.speaklater import LazyString

from access.log.entry import Entry
from access.log.erasures import Erased
from access.log.names import Names
from app import words
from app.office.words import reason_words

#: Written by pages of ours, and no more than the entry's sentence says.
SAID_BY_ITSELF = frozenset(
    {
        "signed in",
        "signed out",
        "signed out everywhere",
        "signed out from another device",
        "proven on this device",
        "chosen on this device",
        "tried on this device",
        "wrong passphrase",
        "oversight page",
        "own answer",
        "works here now",
        "letter and desk slip",
        "signed in with its code",
        "notice of another guardian",
        "proposed by a guardian",
        "taken back by the guardian",
        "invitation:wrong_secret",
        "guardianship:wrong_code",
    }
)

#: What the records are called that the reader of a log asked for.
RECORDS: dict[str, LazyString] = {"person": lazy_gettext("Person"), "room": lazy_gettext("Room")}

#: Reasons that are stable names, as a member of staff reads them.
REASONS: dict[str, LazyString] = {
    "sign_in:ended": lazy_gettext("signed out"),
    "wrong passkey": lazy_gettext("wrong passkey"),
    "person:closed": lazy_gettext("account closed"),
    "child:none_here": lazy_gettext("no child in this room"),
    "guardianship:none": lazy_gettext("no guardianship"),
    "guardianship:not_verified": lazy_gettext("guardianship not verified"),
    "custody:not_now": lazy_gettext("not allowed by the custody rules now"),
    "consent:same_person": lazy_gettext("had a hand in it"),
    "custody:same_person": lazy_gettext("had a hand in it"),
    "delegation:none": lazy_gettext("no delegate"),
    "delegation:same_person": lazy_gettext("had a hand in it"),
    "enrolment:none": lazy_gettext("child not enrolled"),
    "attendance:not_in": lazy_gettext("child not in"),
    "room:lent": lazy_gettext("room lent to people from outside"),
    "room:not_used": lazy_gettext("class does not use the room now"),
    "camera:not_activated": lazy_gettext("camera not activated"),
    "camera:gate": lazy_gettext("camera not confirmed for this term"),
    "gate:same_person": lazy_gettext("had a hand in it"),
    "school:closed": lazy_gettext("all cameras of the school closed"),
    "hours:closed": lazy_gettext("outside the viewing hours"),
    "grant:none": lazy_gettext("no permission to watch"),
    "budget:spent": lazy_gettext("minutes of the day used up"),
    "budget:devices": lazy_gettext("as many devices as can be at once"),
    "room:level": lazy_gettext("room not shown at this privacy level"),
    "room:not_covered": lazy_gettext("not everybody expected in the room has agreed"),
    "room:curtain": lazy_gettext("curtain drawn"),
    "clock:not_believable": lazy_gettext("the clock is not believable"),
    "room:stopped": lazy_gettext("room hidden"),
    "look:same_person": lazy_gettext("had a hand in it"),
    "look:not_yours": lazy_gettext("somebody else asked for the look"),
    "look:not_staff": lazy_gettext("not on the staff"),
    "look:not_agreed": lazy_gettext("no second person had agreed"),
    "look:agreed_by_nobody": lazy_gettext("who agreed is not on the staff any more"),
    "look:ended": lazy_gettext("the look was ended"),
    "look:over": lazy_gettext("the ten minutes were over"),
    "look:other_device": lazy_gettext("begun on another device"),
    "look:left": lazy_gettext("left the page"),
    "look:replaced": lazy_gettext("another picture was opened on the device"),
    "door:dark": lazy_gettext("the door display was dark"),
    "right:stopped": lazy_gettext("ended by the school"),
    "camera:wrong_password": lazy_gettext("wrong password"),
    "camera:no_route": lazy_gettext("not reachable"),
    "camera:refused": lazy_gettext("connection refused"),
    "camera:stalled": lazy_gettext("no new pictures"),
    "camera:ended": lazy_gettext("the camera ended the connection"),
    "camera:not_video": lazy_gettext("not a video source"),
    "camera:unsupported_codec": lazy_gettext("unsupported video format"),
    "camera:redirected": lazy_gettext("the camera pointed elsewhere"),
    "camera:forbidden_address": lazy_gettext("the camera's name leads where no camera may be"),
    "camera:recorder_full": lazy_gettext("the recorder has no free connection"),
    "camera:no_frames": lazy_gettext("no pictures"),
    "camera:storage_full": lazy_gettext("storage full"),
    "camera:killed": lazy_gettext("the camera process was stopped"),
    "guardianship:same_person": lazy_gettext("had a hand in it"),
    "guardianship:oneself": lazy_gettext("would have been their own guardian"),
    "viewing:unanswered": lazy_gettext("nobody said that they still watch"),
    "viewing:left": lazy_gettext("left the page"),
    "viewing:replaced": lazy_gettext("another picture was opened on the device"),
    "viewing:lease_lapsed": lazy_gettext("connection lost"),
    "portal:stopping": lazy_gettext("the portal was stopped"),
}


def why_words(entry: Entry) -> str:
    """Return the reason an entry gives: the words of a stable one, or what somebody typed."""
    reason = str(entry.body.get("reason") or "")
    if reason in SAID_BY_ITSELF:
        return ""
    return str(REASONS[reason]) if reason in REASONS else reason_words(reason)


def seconds_words(entry: Entry) -> str:
    """Return how much was delivered in a viewing that closed, or nothing."""
    delivered = entry.body.get("delivered")
    if not isinstance(delivered, dict):
        return ""
    seconds = sum(_seconds(rendition) for rendition in delivered.values() if isinstance(rendition, dict))
    return str(gettext("%(seconds)s s of picture", seconds=round(seconds)))


def right_words(entry: Entry) -> str:
    """Return under which right a viewing was opened, or nothing."""
    if entry.kind != "viewing:opened":
        return ""
    grants = ", ".join(str(number) for number in (entry.body.get("subject") or {}).get("grants", ()))
    if "delegation" in entry.body:
        return str(gettext("as a delegate, by permission %(grants)s of the guardian", grants=grants))
    return str(gettext("as a guardian, by permission %(grants)s", grants=grants)) if grants else ""


def device_words(entry: Entry, names: Names) -> str:
    """Return on which device somebody watched, tried to or acted, or nothing."""
    return str(entry.body.get("device") or names.device(entry) or "")


def place_words(entry: Entry) -> str:
    """Return from which network somebody acted, or that it was at the machine, or nothing."""
    actor = entry.body.get("actor") or {}
    if str(actor.get("via", "")).startswith("cli:"):
        return nobody(entry) if actor.get("person") is not None else ""
    return str(actor.get("from") or "")


def _seconds(rendition: dict[str, object]) -> float:
    for name, divisor in (("seconds", 1), ("milliseconds", 1000)):
        value = rendition.get(name)
        if isinstance(value, int | float):
            return value / divisor
    return 0.0


def erased_words(erased: Erased, zone: ZoneInfo) -> str:
    """Return that an entry was erased, when, and under which entry that was noted."""
    day = words.calendar_day(erased.at, zone=zone)
    return str(gettext("Erased on %(day)s under entry #%(entry)s.", day=day, entry=erased.entry))


def nobody(entry: Entry) -> str:
    """Return who acted where it was no person with an account."""
    via = str((entry.body.get("actor") or {}).get("via", ""))
    if via.startswith("cli:"):
        return str(gettext("Command line (%(user)s)", user=via.removeprefix("cli:")))
    return str(gettext("The portal"))
