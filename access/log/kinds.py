"""The catalogue of kinds: what every entry of a log is called, and what it must say. Pure.

A kind is ``subject:what``, and never renamed. Nothing else is appended. What it means to
people stands in docs/reference/log-events.md, and its sentence on the page of the log; tests
hold the three together.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum


class Log(Enum):
    """Which of the logs."""

    SCHOOL = "school"
    INSTALLATION = "installation"


class By(Enum):
    """Who may have acted; at the machine it is whoever types there, and whom they name."""

    STAFF = "staff"
    FAMILY = "family"
    #: Whose account or device it is.
    OWNER = "owner"
    #: Nobody is signed in yet: a letter, a code, a try.
    VISITOR = "visitor"
    #: The program itself, also where it ends what a person began.
    PORTAL = "portal"


@dataclass(frozen=True, slots=True)
class Kind:
    """What an entry of one kind must say, beside its actor and reason."""

    logs: frozenset[Log]
    by: frozenset[By]
    #: Names in ``subject`` that are always there.
    subject: frozenset[str]
    #: Fields of the body that are always there.
    besides: frozenset[str] = field(default_factory=frozenset)


def _school(by: str, subject: str, besides: str = "") -> Kind:
    return _kind({Log.SCHOOL}, by, subject, besides)


def _installation(by: str, subject: str, besides: str = "") -> Kind:
    return _kind({Log.INSTALLATION}, by, subject, besides)


def _kind(logs: set[Log], by: str, subject: str, besides: str) -> Kind:
    who = frozenset(map(By, by.split()))
    return Kind(frozenset(logs), who, frozenset(subject.split()), frozenset(besides.split()))


_CONSENT = "consent person version how"
_EXEMPTION = "consent_exemption guardianship person child"
_RULE = "custody_rule guardianship person child"
_LOOK = "look camera room"
_TIE = "guardianship person child"

_WATCHING = {
    "viewing:opened": _school(
        "family", "viewing person child class_group room guardianship sign_in grants", "device purpose level"
    ),
    "viewing:closed": _school(
        "portal", "viewing person child class_group room guardianship sign_in", "delivered ended_at"
    ),
    "viewing:refused": _school("family portal", "person room sign_in"),
    "viewing:disowned": _school("family", "viewing person child room sign_in"),
    "viewing:disowned_answered": _school("staff", "viewing person"),
    "viewings:read": _school("family", "person"),
    "receipt:given": _school("family", "viewing person"),
}

_ACCOUNTS = {
    "sign_in:began": _installation("visitor", "person sign_in"),
    "sign_in:failed": _installation("visitor portal", "person by"),
    "sign_in:held_back": _installation("portal", "", "limit times since"),
    "sign_in:proven": _installation("owner", "person sign_in by"),
    "sign_in:ended": _installation("owner staff", "person sign_ins"),
    "sign_in:every_ended": _installation("owner staff visitor", "person sign_ins"),
    "person:sign_in_name_changed": _installation("owner", "person guardianships"),
    "person:added": _kind({Log.SCHOOL, Log.INSTALLATION}, "staff", "person", ""),
    "person:closed": _installation("staff", "person"),
    "pin:set": _installation("owner", "person sign_in"),
    "pin:wrong": _installation("owner", "person sign_in"),
    "passphrase:set": _installation("owner staff", "person"),
    "passphrase:wrong": _installation("owner portal", "person sign_in by"),
    "factor:begun": _installation("owner", "person sign_in factor"),
    "factor:added": _installation("owner", "person sign_in factor"),
    "factor:used": _installation("owner visitor", "person factor"),
    "factor:refused": _installation("owner", "person sign_in factor"),
    "factor:removed": _installation("owner", "person factor"),
    "factor:reset": _installation("staff", "person sign_ins"),
    "recovery_codes:made": _installation("owner", "person sign_in"),
}

_MACHINE = {
    "clock:confirmed": _installation("staff", ""),
    "clock:doubted": _installation("portal", ""),
    "clock:believed": _installation("portal", "", "since"),
    "records:back": _installation("portal", "", "since"),
    "backup:made": _installation("staff", "", "made_at bytes recipient journal logs"),
    "log:restored": _kind({Log.SCHOOL, Log.INSTALLATION}, "portal", "", "backup quoted is_complete lines"),
    "portal:started": _installation("portal", "", "before since last_entry"),
    "portal:stopped": _installation("portal", "", "before since last_entry"),
    "school:added": _installation("staff", "school"),
    "checkpoint:contradicted": _kind({Log.SCHOOL, Log.INSTALLATION}, "portal", "", "receiver size"),
}

_PEOPLE = {
    "school:chosen": _school("owner", "person sign_in"),
    "membership:begun": _school("staff", "membership person role"),
    "membership:ended": _school("staff", "membership person role"),
    "class_group:added": _school("staff", "class_group"),
    "child:added": _school("staff", "child"),
    "enrolment:begun": _school("staff", "enrolment child class_group"),
    "enrolment:ended": _school("staff", "enrolment child class_group"),
    "child:moved": _school("staff", "enrolment child class_group"),
    "child:left": _school("staff", "child enrolments guardianships grants"),
    "staff_duty:begun": _school("staff", "staff_duty person class_group"),
    "staff_duty:ended": _school("staff", "staff_duty person class_group"),
    "guest:came": _school("staff", "guest room"),
    "guest:left": _school("staff", "guest room"),
    "attendance:set": _school("staff", "attendance school"),
    "attendance:tightened": _school("staff", "attendance school"),
    "attendance:in": _school("staff", "attendance child"),
    "attendance:out": _school("staff", "attendance child"),
    "guardianship:added": _school("staff", _TIE),
    "guardianship:verified": _school("staff", _TIE),
    "guardianship:refused": _school("staff", "child"),
    "guardianship:ended": _school("staff", _TIE),
    "custody:added": _school("staff", f"{_RULE} rule"),
    "custody:end_asked": _school("staff", _RULE),
    "custody:ended": _school("staff", _RULE),
    "delegation:proposed": _school("family staff", "delegation guardianship child"),
    "delegation:approved": _school("staff", "delegation guardianship person child"),
    "delegation:verified": _school("staff", "delegation guardianship person child"),
    "delegation:ended": _school("family staff", "delegation guardianship child"),
    "notice:seen": _school("family", "person"),
    "grant:issued": _school("staff", f"grant {_TIE}"),
    "grant:revoked": _school("staff", f"grant {_TIE}"),
    "invitation:issued": _school("staff", "invitation person letter"),
    "invitation:slip_printed": _school("staff", "invitation person"),
    "invitation:released": _school("staff", "invitation person"),
    "invitation:withdrawn": _school("staff", "invitation person"),
    "invitation:refused": _school("visitor", "invitation person wrong_tries"),
    "invitation:accepted": _school("visitor", "invitation person sign_ins guardianships"),
}

_CONSENTS = {
    "consent:given": _school("family staff", f"{_CONSENT} level"),
    "consent:refused": _school("family staff", _CONSENT),
    "consent:withdrawn": _school("family staff", _CONSENT),
    "consent:paper_entered": _school("staff", f"{_CONSENT} level"),
    "consent:paper_confirmed": _school("staff", "consent person"),
    "consent:alone": _school("staff", ""),
    "consent:exemption_proposed": _school("staff", _EXEMPTION),
    "consent:exempted": _school("staff", _EXEMPTION),
    "consent:exemption_ended": _school("staff", _EXEMPTION),
    "consent_text:proposed": _school("staff", "consent_text audience version"),
    "consent_text:published": _school("staff", "consent_text audience version"),
    "coverage:policy_set": _school("staff", "school uncovered"),
}

_TIMES = {
    "school:term_set": _school("staff", "school term_starts_on term_ends_on"),
    "school:country_set": _school("staff", "school"),
    "school:closed": _school("staff", "school"),
    "school:opening_proposed": _school("staff", "school"),
    "school:opening_refused": _school("staff", "school"),
    "school:opened": _school("staff", "school person"),
    "restore:opened": _school("staff", "school"),
    "budgets:lowered": _school("staff", "school"),
    "budgets:raised": _school("staff", "school"),
    "hours:set": _school("staff", "class_group windows"),
    "hours:narrowed": _school("staff", "class_group taken windows"),
    "calendar:prepared": _school("staff", "year announced"),
    "calendar:confirmed": _school("staff", "calendar_days year"),
    "calendar:closed": _school("staff", "calendar_days starts_on ends_on"),
    "calendar:made_up": _school("staff", "calendar_days starts_on weekday"),
    "calendar:opened": _school("staff", "calendar_days starts_on starts_minute ends_minute"),
    "calendar:removed": _school("staff", "calendar_days kind starts_on"),
    "calendar:reopened": _school("staff", "calendar_days kind starts_on"),
}

_ROOMS = {
    "room:added": _school("staff", "room kind"),
    "room:level_set": _school("staff", "room level"),
    "room:kind_set": _school("staff", "room kind"),
    "room_use:begun": _school("staff", "room_use room class_group"),
    "room_use:ended": _school("staff", "room_use room class_group"),
    "class_group:left_rooms": _school("staff", "class_groups"),
    "room:swapped": _school("staff", "room class_group other_room other_class_group room_changes"),
    "class_group:merged": _school("staff", "room class_group other_class_group room_changes"),
    "room_change:ended": _school("staff", "room_change class_groups"),
    "room:lent": _school("staff", "room_loan room"),
    "room_loan:ended": _school("staff", "room_loan room"),
    "curtain:drawn": _school("staff", "room"),
    "curtain:opened": _school("staff", "room"),
}

_CAMERAS = {
    "recorder:added": _school("staff", "recorder"),
    "camera:added": _school("staff", "camera room"),
    "camera:activated": _school("staff", "camera room"),
    "camera:deactivated": _school("staff", "camera room"),
    "camera:masked": _school("staff", "camera room masks"),
    "camera:probed": _school("staff", "camera"),
    "camera:lost": _school("portal", "camera room"),
    "camera:back": _school("portal", "camera room", "since"),
    "gate:confirmed": _school("staff", "camera room gates until"),
    "gate:taken_back": _school("staff", "camera room gate"),
    "gate:refused": _school("staff", "camera room"),
    "look:asked": _school("staff", f"{_LOOK} purpose"),
    "look:agreed": _school("staff", f"{_LOOK} purpose person"),
    "look:refused": _school("staff", f"{_LOOK} purpose person"),
    "look:opened": _school("staff", f"{_LOOK} person sign_in look_opening", "device"),
    "look:not_opened": _school("staff", "look", "device"),
    "look:closed": _school("portal", f"{_LOOK} person sign_in look_opening", "delivered ended_at"),
    "look:ended": _school("staff", _LOOK),
    "door:added": _school("staff", "door room"),
    "door:signed_in": _school("visitor", "door room"),
    "door:ended": _school("staff", "door room"),
}

_READ = {
    "explanation:read": _school("staff", "person room at"),
    "unwatched:read": _school("staff", "school since"),
    "register:read": _school("staff", "school from to"),
    "log:read": _kind({Log.SCHOOL, Log.INSTALLATION}, "staff", "log", ""),
    "log_view:saved": _school("staff", "log_view"),
    "log_view:removed": _school("staff", "log_view"),
    "log:quoted": _kind({Log.SCHOOL, Log.INSTALLATION}, "portal", "", "quoted"),
    "log:exported": _kind({Log.SCHOOL, Log.INSTALLATION}, "staff", "log format from to", ""),
    "log:erased": _kind(
        {Log.SCHOOL, Log.INSTALLATION}, "portal", "log", "approved_by kinds rule spans times"
    ),
}

_RETENTION = {
    "subject_export:asked": _school("owner staff", "subject_export person"),
    "subject_export:made": _school("staff", "subject_export person sha256"),
    "subject_export:released": _school("staff", "subject_export person sha256"),
    "subject_export:refused": _school("staff", "person"),
    "subject_export:downloaded": _school("owner staff", "subject_export person sha256"),
    "subject_export:handed_over": _school("owner staff portal", "subject_export person sha256"),
    "subject_export:dropped": _school("portal", "subject_export person"),
    "retention:proposed": _school("staff", "retention months"),
    "retention:approved": _school("staff", "retention months person"),
    "retention:erasure_asked": _school("staff", "erasure_request person before"),
    "retention:erasure_agreed": _school("staff", "erasure_request person before"),
    "retention:refused": _school("staff", ""),
    "hold:placed": _school("staff", "hold from until"),
    "hold:end_asked": _school("staff", "hold"),
    "hold:ended": _school("staff", "hold"),
}

#: Every kind there is.
KINDS: Mapping[str, Kind] = {
    **_WATCHING,
    **_ACCOUNTS,
    **_MACHINE,
    **_PEOPLE,
    **_CONSENTS,
    **_TIMES,
    **_ROOMS,
    **_CAMERAS,
    **_READ,
    **_RETENTION,
}


def check_known(kind: str) -> None:
    """Let *kind* pass if it is in the catalogue.

    Raises:
        ValueError: it is not; whoever adds an act adds its kind.
    """
    if kind not in KINDS:
        raise ValueError(f"no such kind of entry: {kind}")
