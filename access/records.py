"""Every table, imported once, so that ``Base.metadata`` is whole."""

from access import (
    attendance,
    calendar_records,
    camera_gates,
    consent_records,
    custody_rules,
    delegations,
    disowned_records,
    ending_records,
    enrolment,
    factor_records,
    grants,
    invitations,
    log_views,
    look_records,
    people,
    places,
    school_closing,
    viewing_records,
)
from access.database import Base
from access.log import receivers, store

__all__ = [
    "Base",
    "attendance",
    "calendar_records",
    "camera_gates",
    "consent_records",
    "custody_rules",
    "delegations",
    "disowned_records",
    "ending_records",
    "enrolment",
    "factor_records",
    "grants",
    "invitations",
    "log_views",
    "look_records",
    "people",
    "places",
    "receivers",
    "school_closing",
    "store",
    "viewing_records",
]
