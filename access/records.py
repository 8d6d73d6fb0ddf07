"""Every table, imported once, so that ``Base.metadata`` is whole."""

from access import (
    attendance,
    calendar_records,
    camera_gates,
    consent_records,
    custody_rules,
    delegations,
    ending_records,
    enrolment,
    factor_records,
    grants,
    invitations,
    look_records,
    people,
    places,
    retention_records,
    school_closing,
    subject_records,
    viewing_records,
)
from access.database import Base
from access.log import store

__all__ = [
    "Base",
    "attendance",
    "calendar_records",
    "camera_gates",
    "consent_records",
    "custody_rules",
    "delegations",
    "ending_records",
    "enrolment",
    "factor_records",
    "grants",
    "invitations",
    "look_records",
    "people",
    "places",
    "retention_records",
    "school_closing",
    "store",
    "subject_records",
    "viewing_records",
]
