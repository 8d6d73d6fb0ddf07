"""Who is at the office's desk, and of which schools."""

from typing import TypeVar

from flask import abort, request
from flask_login import current_user
from sqlalchemy import Connection

from access.acts import Actor
from access.ending import REASON_LETTERS
from access.roster import StaffSchool
from app.errors import FormRefused
from app.working import school_here

#: Who keeps families' records: on pages "the office".
FAMILY_ROLES = frozenset({"office", "director"})

T = TypeVar("T")


def actor() -> Actor:
    """Return who acts."""
    acting: Actor = current_user.actor
    return acting


def reason() -> str:
    """Return why, as the form says it."""
    typed = request.form.get("reason", "").strip()
    if not 1 <= len(typed) <= REASON_LETTERS:
        raise FormRefused
    return typed


def my_schools(connection: Connection) -> list[StaffSchool]:
    """Return the one school in which this person works now, if they keep its families; else the one 404."""
    return [school_here(connection, FAMILY_ROLES)]


def found(record: T | None) -> T:
    """Return *record*; what there is not, here, is the one 404."""
    return abort(404) if record is None else record
