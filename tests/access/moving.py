"""Classes that swap rooms or meet in one, and rooms that are lent, told in sentences."""

from datetime import timedelta

from sqlalchemy import select

from access import acts_rooms
from access.acts_loans import lend_room
from access.database import reading
from access.places import RoomLoan
from access.stops import Mark, Scope
from tests.access.two_rooms import ELM, HOUR, OAK, TwoRooms


def swaps(two: TwoRooms, *, starts_in: timedelta | None = None, lasts: timedelta = HOUR) -> tuple[int, ...]:
    starts_at = two.world.clock.now() + (starts_in or timedelta(0))
    groups = (two.groups[OAK], two.groups[ELM])
    return acts_rooms.swap_rooms(
        two.world, **two.act, class_group_ids=groups, starts_at=starts_at, ends_at=starts_at + lasts
    )


def lends(two: TwoRooms, room: str = OAK, *, starts_in: timedelta | None = None) -> bool:
    starts_at = two.world.clock.now() + (starts_in or timedelta(0))
    return lend_room(
        two.world, **two.act, room_id=two.rooms[room], starts_at=starts_at, ends_at=starts_at + HOUR
    )


def marks_left(two: TwoRooms) -> set[Mark]:
    """Return the marks that would keep somebody out although the records say otherwise."""
    return {mark for mark in two.world.stops.in_force() if mark.scope in {Scope.CLASS_GROUP, Scope.ROOM_LOAN}}


APART, CROSSED, TOGETHER = [[OAK], [ELM]], [[ELM], [OAK]], [[OAK], [OAK]]


def newest_loan(two: TwoRooms) -> int:
    with reading(two.world.database) as connection:
        return int(connection.execute(select(RoomLoan.id).order_by(RoomLoan.id.desc()).limit(1)).scalar_one())
