"""Children who come and go, told in sentences."""

from datetime import datetime

from access.acts_attendance import check_in, check_out, set_attendance
from tests.access.two_rooms import OAK, Family, TwoRooms


def chooses(two: TwoRooms, mode: str) -> bool:
    return set_attendance(two.world, **two.act, school_id=two.id, mode=mode)


def comes(two: TwoRooms, family: str | Family = OAK, at: datetime | None = None) -> int:
    child = two.families[family].child if isinstance(family, str) else family.child
    return check_in(two.world, **two.act, child_id=child, at=at)


def goes(two: TwoRooms, family: str | Family = OAK, at: datetime | None = None) -> bool:
    child = two.families[family].child if isinstance(family, str) else family.child
    return check_out(two.world, **two.act, child_id=child, at=at)
