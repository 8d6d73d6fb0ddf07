"""How long a school keeps what entries say: which kinds belong together, and for how many months.

Pure. What is kept for good is :func:`access.log.keeping.is_kept`'s.

Source:
    docs/design/025-erasure-and-retention.md, which names the law behind each number.
"""

import calendar
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from access.log.keeping import is_kept
from access.log.kinds import KINDS

#: Nothing is erased earlier, by nobody's decision: network logs, China's Cybersecurity Law, art. 23(3).
FLOOR_MONTHS = 6
#: Longer is no retention.
MOST_MONTHS = 240


class Group(StrEnum):
    """Kinds that are kept equally long. In the table and in the log, so never renamed."""

    VIEWINGS = "viewings"
    LOOKUPS = "lookups"
    PRESENCE = "presence"
    FAMILIES = "families"
    PLACES = "places"
    #: In the log of the installation, which is of several schools: the longest of theirs holds.
    ACCOUNTS = "accounts"


#: What is proposed to a school that has decided nothing.
DEFAULTS: Mapping[Group, int] = {
    Group.VIEWINGS: 36,
    Group.LOOKUPS: 36,
    Group.PRESENCE: 12,
    Group.FAMILIES: 72,
    Group.PLACES: 72,
    Group.ACCOUNTS: 12,
}

#: By what a kind is about, the part before its colon.
_GROUPS: Mapping[str, Group] = {
    **dict.fromkeys(("viewing", "receipt"), Group.VIEWINGS),
    **dict.fromkeys(("look", "explanation", "unwatched", "register", "viewings"), Group.LOOKUPS),
    **dict.fromkeys(("attendance", "guest"), Group.PRESENCE),
    **dict.fromkeys(
        (
            *("child", "enrolment", "guardianship", "custody", "delegation", "notice"),
            *("grant", "invitation", "consent", "membership", "staff_duty"),
            "subject_export",
        ),
        Group.FAMILIES,
    ),
    **dict.fromkeys(
        (
            *("class_group", "room", "room_use", "room_change", "room_loan", "curtain", "door"),
            *("recorder", "camera", "gate", "school", "budgets", "hours", "calendar"),
            *("consent_text", "coverage"),
        ),
        Group.PLACES,
    ),
    **dict.fromkeys(("sign_in", "person", "pin", "passphrase", "factor", "recovery_codes"), Group.ACCOUNTS),
}


def group_of(kind: str) -> Group | None:
    """Return the group of a kind; None of one that is kept for good.

    Raises:
        KeyError: whoever adds a kind says how long it is kept.
    """
    return None if is_kept(kind) else _GROUPS[kind.partition(":")[0]]


def kinds_of(group: Group) -> frozenset[str]:
    """Return the kinds of a group."""
    return frozenset(kind for kind in KINDS if group_of(kind) is group)


def months_before(now: datetime, months: int) -> datetime:
    """Return the instant so many calendar months before *now*; of a day that month has not, its last."""
    year, month = divmod(now.year * 12 + now.month - 1 - months, 12)
    day = min(now.day, calendar.monthrange(year, month + 1)[1])
    return now.replace(year=year, month=month + 1, day=day)


def floor(now: datetime) -> datetime:
    """Return the instant from which on nothing is erased yet."""
    return months_before(now, FLOOR_MONTHS)
