"""What a school lets its families watch: read, and made less."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from access.budgets import Budgets
from access.checked import find_one
from access.people import School
from access.recorded import Recorded, Target


def budgets_of(connection: Connection, school_id: int) -> Budgets:
    """Return the budgets of a school."""
    row = connection.execute(
        select(School.day_minutes, School.viewing_minutes, School.family_devices).where(
            School.id == school_id
        )
    ).one()
    return Budgets(row.day_minutes, row.viewing_minutes, row.family_devices)


def lower(one: Budgets, other: Budgets) -> Budgets:
    """Return what both of them let a family watch."""
    return Budgets(
        _less(one.day_minutes, other.day_minutes),
        _less(one.viewing_minutes, other.viewing_minutes),
        _less(one.devices, other.devices),
    )


def lessened(chosen: Budgets, seen: Budgets) -> Budgets:
    """Return those bounds of *chosen* that let a family watch less than *seen*, and none else."""
    return Budgets(
        _if_less(chosen.day_minutes, seen.day_minutes),
        _if_less(chosen.viewing_minutes, seen.viewing_minutes),
        _if_less(chosen.devices, seen.devices),
    )


def as_columns(budgets: Budgets) -> dict[str, int | None]:
    """Return budgets as columns of a school."""
    return {
        "day_minutes": budgets.day_minutes,
        "viewing_minutes": budgets.viewing_minutes,
        "family_devices": budgets.devices,
    }


def as_subject(school_id: int, budgets: Budgets) -> dict[str, Any]:
    """Return budgets as they stand in entries and in the journal."""
    return {"school": school_id, **as_columns(budgets)}


def budgets_lowered(connection: Connection, target: Target, at: datetime) -> Recorded:
    """Write budgets where they are less than what stands; never more."""
    del at
    school_id = find_one(connection, School, target["school"]).id
    asked = Budgets(target["day_minutes"], target["viewing_minutes"], target["family_devices"])
    left = lower(budgets_of(connection, school_id), asked)
    connection.execute(update(School).where(School.id == school_id).values(as_columns(left)))
    return Recorded(school_id, as_subject(school_id, left))


def _less(one: int | None, other: int | None) -> int | None:
    return min((number for number in (one, other) if number is not None), default=None)


def _if_less(chosen: int | None, seen: int | None) -> int | None:
    return chosen if chosen != seen and _less(chosen, seen) == chosen else None
