"""Who holds a phone number of last term sees nothing of this one until somebody has looked at them again."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from access.acts import Actor
from access.acts_identity import verify_guardianship
from access.acts_people import appoint, issue_grant
from access.acts_years import set_term
from access.clock import FrozenClock
from access.reasons import Reason
from tests.access.gates.confirming import activates, confirms
from tests.access.two_rooms import OAK, Family, TwoRooms
from tests.gates import LOOKED_AT
from tests.shown_codes import shown_code

SHANGHAI = ZoneInfo("Asia/Shanghai")
LAST_DAY, FIRST_DAY, LATER = date(2026, 3, 20), date(2026, 3, 23), date(2026, 7, 10)
NOT_VERIFIED = Reason.NOT_VERIFIED.value


def is_prepared(two: TwoRooms, *families: Family) -> None:
    """Have the term begin: the camera of Oak is confirmed for it by others, and families may watch."""
    third = Actor(two.person("third", by=two.office), "web")
    appoint(two.world, **two.act, school_id=two.id, person_id=third.person_id or 0, role="teacher")
    confirms(two, two.director, *LOOKED_AT)
    confirms(two, third, "responsible")
    activates(two, two.director)
    span: dict[str, Any] = {
        "starts_at": two.world.clock.now(),
        "ends_at": two.world.clock.now() + timedelta(days=60),
    }
    for family in families:
        issue_grant(two.world, **two.act, guardianship_id=family.guardianship, **span)


def is_looked_at(two: TwoRooms, family: Family) -> None:
    """Have the director check who a guardian is."""
    verify_guardianship(
        two.world,
        actor=two.director,
        reason="came to the office",
        guardianship_id=family.guardianship,
        shown_code=shown_code(two.world, family.guardianship),
    )


def test_a_recycled_number_sees_nothing_of_the_next_term_until_it_is_checked_whose_it_is(
    two: TwoRooms, clock: FrozenClock
) -> None:
    moved, here = two.families[OAK], two.family("here", OAK)
    set_term(two.world, **two.act, school_id=two.id, ends_on=LAST_DAY)
    clock.advance(datetime(2026, 3, 20, 10, tzinfo=SHANGHAI) - clock.now())
    assert [two.sees(family) for family in (moved, here)] == [[OAK], [OAK]]
    set_term(two.world, **two.act, school_id=two.id, starts_on=FIRST_DAY, ends_on=LATER)
    clock.advance(datetime(2026, 3, 23, 10, tzinfo=SHANGHAI) - clock.now())

    is_prepared(two, moved, here)
    assert [two.told(family, OAK) for family in (moved, here)] == [NOT_VERIFIED, NOT_VERIFIED]
    is_looked_at(two, here)

    assert two.sees(here) == [OAK]
    # Whoever has the number now may even have signed in with it.
    signed_in = replace(moved, sign_in=two.device(moved.person))
    assert [two.told(family, OAK) for family in (moved, signed_in)] == [NOT_VERIFIED, NOT_VERIFIED]
