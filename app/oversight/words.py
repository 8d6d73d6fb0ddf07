"""What an entry of the log says, in words: its kind, whom it concerns, why.

A kind that has no words yet is shown by its name rather than left out.
"""

from flask_babel import gettext, lazy_gettext
from flask_babel.speaklater import LazyString

from access.log.entry import Entry
from app.office.words import reason_words

#: What happened, after the name of who did it; one for each kind that is ever written.
KINDS: dict[str, LazyString] = {
    "viewing:opened": lazy_gettext("began to watch"),
    "viewing:closed": lazy_gettext("stopped watching"),
    "viewing:refused": lazy_gettext("asked to watch and was refused"),
    "sign_in:began": lazy_gettext("signed in"),
    "sign_in:ended": lazy_gettext("signed out"),
    "sign_in:every_ended": lazy_gettext("signed out on all devices"),
    "grant:revoked": lazy_gettext("ended a permission to watch"),
    "guardianship:ended": lazy_gettext("ended a guardianship"),
    "enrolment:ended": lazy_gettext("ended an enrolment"),
    "curtain:drawn": lazy_gettext("drew the curtain"),
    "room:level_set": lazy_gettext("changed a room's privacy level"),
    "camera:deactivated": lazy_gettext("took a camera out of use"),
    "room_use:ended": lazy_gettext("ended a class's use of a room"),
    "person:closed": lazy_gettext("closed an account"),
    "membership:ended": lazy_gettext("ended a staff membership"),
    "child:added": lazy_gettext("added a child"),
    "class_group:added": lazy_gettext("added a class"),
    "enrolment:begun": lazy_gettext("enrolled a child in a class"),
    "guardianship:added": lazy_gettext("added a guardianship"),
    "guardianship:verified": lazy_gettext("verified a guardianship"),
    "grant:issued": lazy_gettext("gave a permission to watch"),
    "curtain:opened": lazy_gettext("opened the curtain"),
    "room:added": lazy_gettext("added a room"),
    "room_use:begun": lazy_gettext("gave a class the use of a room"),
    "hours:set": lazy_gettext("set the viewing hours"),
    "recorder:added": lazy_gettext("added a recorder"),
    "camera:added": lazy_gettext("added a camera"),
    "camera:activated": lazy_gettext("put a camera into use"),
    "person:added": lazy_gettext("added an account"),
    "passphrase:set": lazy_gettext("set a passphrase"),
    "membership:begun": lazy_gettext("added a staff membership"),
    "school:added": lazy_gettext("added the school"),
    "log:read": lazy_gettext("read the access log"),
    "camera:lost": lazy_gettext("the camera stopped answering"),
    "camera:back": lazy_gettext("the camera answers again"),
    "camera:probed": lazy_gettext("tested the camera's connection"),
}

#: What the records in an entry are called.
RECORDS: dict[str, LazyString] = {
    "person": lazy_gettext("Person"),
    "child": lazy_gettext("Child"),
    "class_group": lazy_gettext("Class"),
    "room": lazy_gettext("Room"),
    "camera": lazy_gettext("Camera"),
}

#: Reasons that are stable names, as a member of staff reads them.
REASONS: dict[str, LazyString] = {
    "sign_in:ended": lazy_gettext("signed out"),
    "person:closed": lazy_gettext("account closed"),
    "child:none_here": lazy_gettext("no child in this room"),
    "guardianship:none": lazy_gettext("no guardianship"),
    "guardianship:not_verified": lazy_gettext("guardianship not verified"),
    "enrolment:none": lazy_gettext("child not enrolled"),
    "room:not_used": lazy_gettext("class does not use the room now"),
    "camera:not_activated": lazy_gettext("camera not activated"),
    "hours:closed": lazy_gettext("outside the viewing hours"),
    "grant:none": lazy_gettext("no permission to watch"),
    "room:level": lazy_gettext("room not shown at this privacy level"),
    "room:curtain": lazy_gettext("curtain drawn"),
    "clock:not_believable": lazy_gettext("the clock is not believable"),
    "right:stopped": lazy_gettext("ended by the school"),
    "camera:wrong_password": lazy_gettext("wrong password"),
    "camera:no_route": lazy_gettext("not reachable"),
    "camera:refused": lazy_gettext("connection refused"),
    "camera:stalled": lazy_gettext("no new pictures"),
    "camera:ended": lazy_gettext("the camera ended the connection"),
    "camera:not_video": lazy_gettext("not a video source"),
    "camera:unsupported_codec": lazy_gettext("unsupported video format"),
    "camera:redirected": lazy_gettext("the camera pointed elsewhere"),
    "camera:no_frames": lazy_gettext("no pictures"),
    "camera:storage_full": lazy_gettext("storage full"),
    "camera:killed": lazy_gettext("the camera process was stopped"),
    "viewing:left": lazy_gettext("left the page"),
    "viewing:replaced": lazy_gettext("another picture was opened on the device"),
    "viewing:lease_lapsed": lazy_gettext("connection lost"),
}


def kind_words(kind: str) -> str:
    """Return what happened, in words."""
    return str(KINDS.get(kind, kind))


def why_words(entry: Entry) -> str:
    """Return the reason an entry gives: the words of a stable one, or what somebody typed."""
    reason = str(entry.body.get("reason") or "")
    return str(REASONS[reason]) if reason in REASONS else reason_words(reason)


def seconds_words(entry: Entry) -> str:
    """Return how much was delivered in a viewing that closed, or nothing."""
    delivered = entry.body.get("delivered")
    if not isinstance(delivered, dict):
        return ""
    seconds = sum(_seconds(rendition) for rendition in delivered.values() if isinstance(rendition, dict))
    return str(gettext("%(seconds)s s of picture", seconds=round(seconds)))


def _seconds(rendition: dict[str, object]) -> float:
    for name, divisor in (("seconds", 1), ("milliseconds", 1000)):
        value = rendition.get(name)
        if isinstance(value, int | float):
            return value / divisor
    return 0.0


def nobody(entry: Entry) -> str:
    """Return who acted where it was no person with an account."""
    via = str((entry.body.get("actor") or {}).get("via", ""))
    if via.startswith("cli:"):
        return str(gettext("Command line (%(user)s)", user=via.removeprefix("cli:")))
    return str(gettext("The portal"))
