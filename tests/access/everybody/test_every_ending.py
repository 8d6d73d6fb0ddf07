"""Every act that ends a right stops the viewings it is about, at once and without a job; and no other."""

import pytest

from access.clock import FrozenClock
from tests.access.everybody import of_families, of_rooms, of_schools
from tests.access.everybody.ending import Ending
from tests.access.everybody.watched import Watched
from tests.access.histories.school import AUNT, FATHER, WholeSchool
from tests.access.two_rooms import SECOND

ENDINGS = (*of_families.ENDINGS, *of_rooms.ENDINGS, *of_schools.ENDINGS)


@pytest.mark.parametrize("ending", [pytest.param(one, id=one.called) for one in ENDINGS])
def test_an_act_stops_at_once_whom_it_is_about_and_nobody_else(
    whole: WholeSchool, clock: FrozenClock, ending: Ending
) -> None:
    watched = Watched(whole, clock)
    clock.advance(SECOND)
    ending.ready(watched)
    clock.advance(SECOND)
    watched.everybody_watches()
    assert (watched.refused(), watched.cut()) == ({}, {})
    before = watched.closed()

    ending.act(watched)

    refused, cut = watched.refused(), watched.cut()
    assert refused.keys() == cut.keys() == ending.stops
    assert set(cut.values()) == ending.heard
    assert refused[FATHER if FATHER in ending.stops else AUNT] == ending.why
    assert watched.closed() == before  # nothing was written for it
    assert watched.over() == ending.stops
    watched.viewings.renew_all()
    assert watched.closed() == before + len(ending.stops)
