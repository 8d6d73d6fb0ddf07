"""What ends with a term, whenever that is said: checks, delegations, grants, and the gates of cameras."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from access.acts_families import issue_grant, revoke_grant
from access.acts_schools import add_school
from access.acts_years import set_term
from access.camera_gates import CameraGate
from access.clock import FrozenClock
from access.database import reading
from access.enrolment import Guardianship
from access.errors import Refused
from access.grants import Grant
from access.policy import Allowed, Denied
from access.reasons import Reason
from tests.access.two_rooms import OAK, TwoRooms

#: The last day of the term, and the first instant after it at the school.
LAST, OVER = date(2026, 3, 20), datetime(2026, 3, 20, 16, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def ends(two: TwoRooms, on: date = LAST, starts_on: date | None = None) -> None:
    set_term(two.world, **two.act, school_id=two.id, ends_on=on, starts_on=starts_on)


def every(two: TwoRooms, column: Any) -> set[datetime]:
    with reading(two.world.database) as connection:
        return set(connection.execute(select(column)).scalars())


def grants(two: TwoRooms, starts_at: datetime, ends_at: datetime) -> int:
    family = two.families[OAK]
    whose = family.guardianship
    return issue_grant(two.world, **two.act, guardianship_id=whose, starts_at=starts_at, ends_at=ends_at)


def test_a_term_that_is_said_later_ends_what_would_have_held_for_longer(
    two: TwoRooms, clock: FrozenClock
) -> None:
    assert isinstance(two.decides(OAK, OAK), Allowed)

    ends(two)

    for column in (Guardianship.verified_until, Grant.ends_at, CameraGate.ends_at):
        assert every(two, column) == {OVER}
    decision = two.decides(OAK, OAK)
    assert isinstance(decision, Allowed)
    assert decision.until <= OVER
    clock.advance(OVER - clock.now())
    assert isinstance(two.decides(OAK, OAK), Denied)


@pytest.mark.parametrize("model", [Grant, CameraGate], ids=["grants", "gates"])
def test_a_term_later_neither_grant_nor_gate_holds_by_itself(
    two: TwoRooms, clock: FrozenClock, model: Any
) -> None:
    ends(two)
    clock.advance(OVER - clock.now())

    ends(two, date(2026, 7, 10), starts_on=date(2026, 3, 21))

    assert every(two, model.ends_at) == {OVER}
    assert two.decides(OAK, OAK) == Denied(Reason.NOT_VERIFIED)


def test_a_longer_term_lengthens_nothing(two: TwoRooms) -> None:
    ends(two)

    ends(two, date(2026, 7, 10))

    assert every(two, Grant.ends_at) == every(two, CameraGate.ends_at) == {OVER}


def test_a_grant_of_the_next_term_is_not_ended_with_this_one(two: TwoRooms) -> None:
    later = grants(two, OVER + 5 * DAY, OVER + 100 * DAY)

    ends(two)

    with reading(two.world.database) as connection:
        kept = connection.execute(select(Grant.ends_at).where(Grant.id == later)).scalar_one()
    assert kept == OVER + 100 * DAY


def test_no_grant_is_issued_for_longer_than_its_term(two: TwoRooms) -> None:
    ends(two)
    revoke_grant(two.world, **two.act, grant_id=two.families[OAK].grant)
    now = two.world.clock.now()

    with pytest.raises(Refused, match=r"grant:past_term until 2026-03-21"):
        grants(two, now, OVER + timedelta(seconds=1))
    with pytest.raises(Refused, match="term:over"):
        grants(two, OVER, OVER + DAY)

    grants(two, now, OVER)


def test_another_schools_term_ends_nothing_here(two: TwoRooms) -> None:
    before = every(two, Grant.ends_at), every(two, CameraGate.ends_at)
    other = add_school(two.world, **two.act, name="Other", zone="Asia/Shanghai", language="zh")

    set_term(two.world, **two.act, school_id=other, ends_on=LAST)

    assert (every(two, Grant.ends_at), every(two, CameraGate.ends_at)) == before
