"""Which entries a reader can ask for, in words: each choice is some kinds of the catalogue."""

from collections.abc import Mapping, Sequence

from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

from access.log.kinds import KINDS, Log

_CHOICES: Sequence[tuple[str, LazyString, str]] = (
    (
        "viewings",
        lazy_gettext("Viewings: began, ended, refused"),
        "viewing:opened viewing:closed viewing:refused viewing:disowned",
    ),
    ("watching", lazy_gettext("Viewings that began"), "viewing:opened"),
    ("refused", lazy_gettext("Viewings that were refused"), "viewing:refused"),
    ("curtains", lazy_gettext("Curtains"), "curtain:"),
    (
        "outages",
        lazy_gettext("Camera off and on"),
        "camera:lost camera:back camera:activated camera:deactivated",
    ),
    ("cameras", lazy_gettext("Cameras and recorders"), "camera: recorder: gate:"),
    ("looks", lazy_gettext("Setup looks"), "look:"),
    (
        "rooms",
        lazy_gettext("Rooms, guests and door displays"),
        "room: room_use: room_change: room_loan: guest: door:",
    ),
    ("withdrawn", lazy_gettext("Consents taken back"), "consent:withdrawn"),
    ("consents", lazy_gettext("Consents"), "consent: consent_text: coverage:"),
    ("custody", lazy_gettext("Custody rules"), "custody:"),
    (
        "families",
        lazy_gettext("Guardians, delegates and permissions"),
        "guardianship: delegation: grant: notice:",
    ),
    ("letters", lazy_gettext("Letters"), "invitation:"),
    ("children", lazy_gettext("Children and classes"), "child: enrolment: class_group:"),
    ("attendance", lazy_gettext("Attendance"), "attendance:"),
    ("staff", lazy_gettext("Staff"), "membership: staff_duty: school:chosen"),
    ("hours", lazy_gettext("Hours, calendar and budgets"), "hours: calendar: budgets: school: restore:"),
    (
        "reading",
        lazy_gettext("Looking up"),
        "log: log_view: register: explanation: unwatched: viewings: receipt: checkpoint:",
    ),
    ("kept", lazy_gettext("How long entries are kept"), "log:erased retention: hold: subject_export:"),
    ("sign_ins", lazy_gettext("Signing in and out"), "sign_in:"),
    (
        "secrets",
        lazy_gettext("Passphrases, PINs and second factors"),
        "passphrase: pin: factor: recovery_codes:",
    ),
    ("accounts", lazy_gettext("Accounts"), "person:"),
)


def _kinds_of(words: str) -> tuple[str, ...]:
    """Return the kinds that begin with one of the words."""
    return tuple(kind for kind in KINDS if any(kind.startswith(word) for word in words.split()))


#: Name in the address → what people read, and the kinds.
CHOICES: Mapping[str, tuple[LazyString, tuple[str, ...]]] = {
    name: (words, _kinds_of(kinds)) for name, words, kinds in _CHOICES
}


def offered_in(log: Log) -> list[tuple[str, str]]:
    """Return name and words of what can be asked of one of the logs."""
    return [
        (name, str(words))
        for name, (words, kinds) in CHOICES.items()
        if any(log in KINDS[kind].logs for kind in kinds)
    ]


def kinds_of(name: str) -> tuple[str, ...]:
    """Return the kinds of a choice, or the one kind that is called so; of no other word any."""
    if name in CHOICES:
        return CHOICES[name][1]
    return (name,) if name in KINDS else ()


def choice_of(kind: str) -> str | None:
    """Return the narrowest choice that has a kind; None of what no school is told."""
    having = [name for name, (_, kinds) in CHOICES.items() if kind in kinds]
    return min(having, key=lambda name: len(CHOICES[name][1]), default=None)


def words_of(name: str) -> str:
    """Return what a choice is called."""
    return str(CHOICES[name][0]) if name in CHOICES else name
