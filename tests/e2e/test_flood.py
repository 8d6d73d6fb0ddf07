"""Refused requests at ten thousand a minute: few entries, each of them counted, and others still get in."""

from sqlalchemy import select

from access.database import reading
from access.log.store import LogHead
from tests.e2e.flooding import SENDERS, flood, refusals_told, refused_devices
from tests.e2e.living import LivingSchool
from tests.e2e.waiting import until

SECONDS = 10.0
DEVICES = 2 * SENDERS
#: The minute of the count, and the job's turn.
TOLD_WITHIN = 75.0


def size_of_the_log(school: LivingSchool) -> int:
    """Return how many entries the school's log has."""
    with reading(school.living.world.database) as connection:
        return int(connection.execute(select(LogHead.size).where(LogHead.log == school.school)).scalar_one())


def test_a_flood_of_refusals_is_two_entries_a_minute_for_each_and_none_is_lost_in_count(
    school: LivingSchool,
) -> None:
    devices, since = refused_devices(school, DEVICES), size_of_the_log(school)

    found = flood(school, devices, SECONDS)

    assert found.otherwise == []
    assert found.refused >= SECONDS * 100  # a flood indeed
    assert len(found.opened) >= SECONDS / 2
    entries, counted = refusals_told(school, since)
    assert (entries, counted) == (DEVICES, DEVICES)  # the first of each; the rest is told after the minute
    until("every refusal is told", lambda: refusals_told(school, since)[1] == found.refused, TOLD_WITHIN)
    assert refusals_told(school, since)[0] == 2 * DEVICES
